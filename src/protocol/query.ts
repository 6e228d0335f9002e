import * as z from 'zod';
import { listedBy, queryNames, rangeNames } from './names.ts';

const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** What a reader has chosen to see. Absent filters let everything through; an empty text is what was not told. */
export const querySchema = z.object({
  range: z.enum(rangeNames),
  /** First and last day, inclusive, for `custom`. */
  from: daySchema.optional(),
  to: daySchema.optional(),
  /** For `task`. */
  task: z.string().optional(),
  agent: z.string().optional(),
  workspace: z.string().optional(),
  branch: z.string().optional(),
});
export type Query = z.infer<typeof querySchema>;

/** A page of the requests behind one row: `key` is the row's. */
export const listQuerySchema = z.object({
  query: querySchema,
  by: z.enum(listedBy),
  key: z.string(),
  /** The last row of the page before. */
  before: z.object({ at: z.number(), id: z.string() }).optional(),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

/** `range=7d&agent=kilo` */
export function queryText(query: Query): string {
  const params = new URLSearchParams();
  for (const name of queryNames) {
    const value = query[name];
    if (value !== undefined) params.set(name, value);
  }
  return params.toString();
}

/** What an address asks for, `today` where it does not say; `undefined` when it makes no sense. */
export function queryOf(params: URLSearchParams): Query | undefined {
  const given: Record<string, string> = { range: 'today' };
  for (const name of queryNames) {
    const value = params.get(name);
    if (value !== null) given[name] = value;
  }
  const query = querySchema.safeParse(given);
  if (!query.success) return undefined;
  const { range, from, to, task } = query.data;
  if (range === 'custom' && !(from !== undefined && to !== undefined && from <= to)) return undefined;
  return range === 'task' && task === undefined ? undefined : query.data;
}
