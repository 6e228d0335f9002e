import type { Query } from './query.ts';

/** Words that both sides of the page use. Without zod: it would outweigh the page. */

/** What the breakdown is about: a time, or one task with everything it started. */
export const rangeNames = ['task', 'today', '7d', '30d', 'month', 'custom'] as const;

/** By what requests can be listed from a row of a table. */
export const listedBy = ['all', 'mode', 'model', 'agent', 'kind', 'workspace', 'branch', 'day', 'task'] as const;
export type ListedBy = (typeof listedBy)[number];

/** The views of the page, in their order. */
export const viewNames = ['now', 'where', 'why', 'plan', 'worth', 'basis'] as const;

export const queryNames = [
  'range',
  'from',
  'to',
  'task',
  'agent',
  'workspace',
  'branch',
] as const satisfies readonly (keyof Query)[];

export function sameQuery(a: Query, b: Query): boolean {
  return queryNames.every((name) => a[name] === b[name]);
}
