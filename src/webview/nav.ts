import type { Breakdown } from '../protocol/state.ts';
import { type Guard, isString, object, oneOf, optional, recordOf } from './guard.ts';
import { isRange } from './messages.ts';

export type Range = Breakdown['range'];
export const ranges = ['today', '7d', '30d', 'month'] as const satisfies readonly Range[];

export type Tab = 'now' | 'where' | 'basis';
export const tabs = ['now', 'where', 'basis'] as const satisfies readonly Tab[];

export interface Sort {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

/**
 * Where the reader is on the page. This, and nothing that was measured, survives the panel being hidden or the
 * window being reloaded.
 */
export interface Nav {
  readonly tab: Tab;
  readonly range: Range;
  /** Tasks whose details the reader opened or closed; others follow the page's own rule. */
  readonly opened: Readonly<Record<string, 'open' | 'closed'>>;
  /** By table. */
  readonly sorts: Readonly<Record<string, Sort>>;
  /** The task that is drilled into on Where. */
  readonly task?: string | undefined;
}

export const firstNav: Nav = { tab: 'now', range: '7d', opened: {}, sorts: {} };

/** More remembered tasks than this are forgotten, oldest first. */
const openedKept = 100;

export type NavAction =
  | { readonly kind: 'tab'; readonly tab: Tab }
  | { readonly kind: 'range'; readonly range: Range }
  | { readonly kind: 'open'; readonly task: string; readonly open: boolean }
  | { readonly kind: 'sort'; readonly table: string; readonly column: string; readonly first: Sort['direction'] }
  /** Into a task's requests, from wherever it is listed; `undefined` goes back to the list of tasks. */
  | { readonly kind: 'drill'; readonly task: string | undefined };

export function navReducer(nav: Nav, action: NavAction): Nav {
  switch (action.kind) {
    case 'tab':
      return { ...nav, tab: action.tab };
    case 'range':
      return { ...nav, range: action.range };
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
      return { ...nav, tab: 'where', task: action.task };
  }
}

function turned(direction: Sort['direction']): Sort['direction'] {
  return direction === 'ascending' ? 'descending' : 'ascending';
}

const isSort = object<Sort>({ column: isString, direction: oneOf('ascending', 'descending') });

const isNav: Guard<Nav> = object<Nav>({
  tab: oneOf(...tabs),
  range: isRange,
  opened: recordOf(oneOf('open', 'closed')),
  sorts: recordOf(isSort),
  task: optional(isString),
});

/** What `getState` gave back; anything an older page left that does not fit begins anew. */
export function restoreNav(saved: unknown): Nav {
  return isNav(saved) ? saved : firstNav;
}
