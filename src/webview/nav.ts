import { listedBy, sameQuery, viewNames } from '../protocol/names.ts';
import type { Query } from '../protocol/query.ts';
import { arrayOf, type Guard, isNumber, isString, object, oneOf, optional, recordOf } from './guard.ts';
import { isQuery } from './viewMessages.ts';

export const ranges = ['today', '7d', '30d', 'month', 'task', 'custom'] as const satisfies readonly Query['range'][];

export const tabs = viewNames;
export type Tab = (typeof tabs)[number];

export interface Sort {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

/** A row whose requests are listed, and the pages gone through to get here: each by the last request before it. */
export interface Row {
  readonly by: (typeof listedBy)[number];
  readonly key: string;
  readonly label: string;
  readonly cursors: readonly { readonly at: number; readonly id: string }[];
}

/**
 * Where the reader is on the page. This, and nothing that was measured, survives the panel being hidden or the
 * window being reloaded.
 */
export interface Nav {
  readonly tab: Tab;
  readonly query: Query;
  /** Tasks whose details the reader opened or closed; others follow the page's own rule. */
  readonly opened: Readonly<Record<string, 'open' | 'closed'>>;
  /** By table. */
  readonly sorts: Readonly<Record<string, Sort>>;
  /** The task that is drilled into on Where. */
  readonly task?: string | undefined;
  /** The row whose requests are listed on Where. */
  readonly row?: Row | undefined;
  /** What the reader put into the forms of Plan, as typed. */
  readonly inputs: Readonly<Record<string, string>>;
}

export const firstNav: Nav = { tab: 'now', query: { range: '7d' }, opened: {}, sorts: {}, inputs: {} };

/** More remembered tasks than this are forgotten, oldest first. */
const openedKept = 100;

export type NavAction =
  | { readonly kind: 'tab'; readonly tab: Tab }
  /** The whole of the new query. A list of another time or filter begins at its first page. */
  | { readonly kind: 'query'; readonly query: Query; readonly tab?: Tab }
  | { readonly kind: 'open'; readonly task: string; readonly open: boolean }
  | { readonly kind: 'sort'; readonly table: string; readonly column: string; readonly first: Sort['direction'] }
  /** Into a task's requests, from wherever it is listed; `undefined` goes back to the list of tasks. */
  | { readonly kind: 'drill'; readonly task: string | undefined }
  /** Into the requests behind a row; `undefined` goes back to the tables. */
  | { readonly kind: 'row'; readonly row: Row | undefined }
  | { readonly kind: 'input'; readonly name: string; readonly value: string };

export function navReducer(nav: Nav, action: NavAction): Nav {
  switch (action.kind) {
    case 'tab':
      return { ...nav, tab: action.tab };
    case 'query': {
      if (sameQuery(nav.query, action.query)) return { ...nav, tab: action.tab ?? nav.tab };
      const row = nav.row && { ...nav.row, cursors: [] };
      return { ...nav, query: action.query, row, task: undefined, tab: action.tab ?? nav.tab };
    }
    case 'open': {
      const { [action.task]: _, ...others } = nav.opened;
      const kept = Object.entries(others).slice(-(openedKept - 1));
      return { ...nav, opened: { ...Object.fromEntries(kept), [action.task]: action.open ? 'open' : 'closed' } };
    }
    case 'sort': {
      const before = nav.sorts[action.table];
      const direction = before?.column === action.column ? turned(before.direction) : action.first;
      return { ...nav, sorts: { ...nav.sorts, [action.table]: { column: action.column, direction } } };
    }
    case 'drill':
      return { ...nav, tab: 'where', task: action.task, row: undefined };
    case 'row':
      return { ...nav, tab: 'where', task: undefined, row: action.row };
    case 'input':
      return { ...nav, inputs: { ...nav.inputs, [action.name]: action.value } };
  }
}

function turned(direction: Sort['direction']): Sort['direction'] {
  return direction === 'ascending' ? 'descending' : 'ascending';
}

const isSort = object<Sort>({ column: isString, direction: oneOf('ascending', 'descending') });

const isRow = object<Row>({
  by: oneOf(...listedBy),
  key: isString,
  label: isString,
  cursors: arrayOf(object<Row['cursors'][number]>({ at: isNumber, id: isString })),
});

const isNav: Guard<Nav> = object<Nav>({
  tab: oneOf(...tabs),
  query: isQuery,
  opened: recordOf(oneOf('open', 'closed')),
  sorts: recordOf(isSort),
  task: optional(isString),
  row: optional(isRow),
  inputs: recordOf(isString),
});

/** What `getState` gave back; anything an older page left that does not fit begins anew. */
export function restoreNav(saved: unknown): Nav {
  return isNav(saved) ? saved : firstNav;
}
