import type { Observation } from '../core/request.ts';
import { fits } from '../ledger/breakdown.ts';
import type { Range } from '../ledger/days.ts';
import { dimOf } from '../ledger/dims.ts';
import type { Selection } from '../ledger/selection.ts';
import type { Query } from '../protocol/query.ts';

/** What a reader's query means to the ledger. */
export function selectionOf({ range, from, to, task, agent, workspace, branch }: Query): Selection {
  const filter = {
    ...(agent === undefined ? {} : { agent }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(branch === undefined ? {} : { branch }),
  };
  const narrowed = Object.keys(filter).length > 0 ? { filter } : {};
  switch (range) {
    case 'task':
      return { range: 'all', task: task ?? '', ...narrowed };
    case 'custom':
      return { range: { from: from ?? '', to: to ?? '' }, ...narrowed };
    default:
      return { range, ...narrowed };
  }
}

/**
 * Whether a request on its way belongs to the sums of a query. `covers`: whether a moment lies in a range; `inTree`: whether a
 * task is one, or belongs to what it started.
 */
export function isSelected(
  seen: Observation,
  query: Query,
  covers: (range: Range, at: number) => boolean,
  inTree: (task: string, root: string) => boolean,
): boolean {
  const { range, task, filter } = selectionOf(query);
  if (filter && !fits(dimOf(seen), filter, new Map())) return false;
  if (task !== undefined) return inTree(seen.task, task);
  return !seen.sample && covers(range, seen.at);
}
