import type { Query } from '../protocol/query.ts';
import { type Commit, mostEdges, type Slices } from '../protocol/views.ts';
import type { ServiceApi } from './client/api.ts';
import { commitCosts, edgesOf } from './commitCosts.ts';
import type { History } from './git.ts';

/** The commits between two moments (ms), oldest first, with what was spent before each. */
export async function commitsOf(
  api: Pick<ServiceApi, 'slices'>,
  query: Query,
  workspace: string,
  history: History,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Commit[]> {
  const edges = edgesOf(history);
  const slices: Slices['slices'] = [];
  for (let start = 0; start < edges.length - 1; start += mostEdges - 1) {
    const part = await api.slices({ query, workspace, edges: edges.slice(start, start + mostEdges) });
    slices.push(...part.slices.map((one) => ({ ...one, slice: one.slice + start })));
  }
  const costs = commitCosts(history, slices);
  return history.happenings.flatMap((happening): Commit[] => {
    if (happening.kind === 'switch') return [];
    const { hash, subject, fate, branch = '' } = happening;
    const [at, cost] = [happening.at * 1_000, costs.get(hash)];
    if (!cost || at < from || at > to || (query.branch !== undefined && query.branch !== branch)) return [];
    return [{ workspace, hash, subject, at, branch, fate, cost: { ...cost } }];
  });
}
