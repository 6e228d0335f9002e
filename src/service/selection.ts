import type { Selection } from '../ledger/selection.ts';
import type { Query } from '../protocol/query.ts';
import type { LiveRequest } from './liveRequest.ts';

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
 * Whether what is on its way now belongs to the sums of a query. `today`: the local day, `YYYY-MM-DD`; `inTree`: whether a
 * task is one, or belongs to what it started.
 */
export function isSelected(
  { identity, incoming }: LiveRequest,
  query: Query,
  today: string,
  inTree: (task: string, root: string) => boolean,
): boolean {
  if (!identity) return false;
  const told = (wanted: string | undefined, found: string | undefined): boolean =>
    wanted === undefined || wanted === (found ?? '');
  if (!told(query.agent, identity.agent) || !told(query.workspace, identity.workspace)) return false;
  if (!told(query.branch, identity.branch)) return false;
  if (query.range === 'task') return inTree(identity.task, query.task ?? '');
  if (incoming.upstream === 'sample') return false;
  return query.range !== 'custom' || ((query.from ?? '') <= today && today <= (query.to ?? ''));
}
