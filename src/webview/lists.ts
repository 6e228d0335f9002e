import { sameQuery } from '../protocol/names.ts';
import type { ListQuery, Query } from '../protocol/query.ts';
import type { RequestRow } from '../protocol/rows.ts';
import type { List } from '../protocol/views.ts';
import type { Row } from './nav.ts';

/** What is asked of the host for the page of a row that the reader is on. */
export function listOf(query: Query, { by, key, cursors }: Row): ListQuery {
  const before = cursors.at(-1);
  return { query, by, key, ...(before ? { before } : {}) };
}

/** A task's own requests, whatever time or filter is chosen: all of what its card or its view is about. */
export function listOfTask(task: string, before?: RequestRow): ListQuery {
  const query: Query = { range: 'task', task };
  return { query, by: 'task', key: task, ...(before ? { before: { at: before.at, id: before.id } } : {}) };
}

export function sameList(a: ListQuery, b: ListQuery): boolean {
  return a.by === b.by && a.key === b.key && a.before?.id === b.before?.id && sameQuery(a.query, b.query);
}

/** Requests newest first, without a gap, as far as pages of them were asked for. */
export interface Loaded {
  readonly requests: readonly RequestRow[];
  readonly more: boolean;
}

/** With another page: an older one goes on where the last one ended, the newest takes the place of what it says anew. */
export function withPage(loaded: Loaded | undefined, { list, requests, more }: List): Loaded | undefined {
  const last = loaded?.requests.at(-1);
  if (list.before) return loaded && last?.id === list.before.id ? { requests: [...loaded.requests, ...requests], more } : loaded;
  const told = new Set(requests.map(({ id }) => id));
  const end = requests.at(-1);
  const kept = loaded?.requests ?? [];
  // Where nothing of what is kept is on the page, so much is new that something may lie between.
  if (!more || !end || !kept.some(({ id }) => told.has(id))) return { requests, more };
  const older = kept.filter(({ at, id }) => !told.has(id) && (at < end.at || (at === end.at && id < end.id)));
  return older.length > 0 ? { requests: [...requests, ...older], more: loaded?.more ?? more } : { requests, more };
}
