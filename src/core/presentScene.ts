import type { Link, ShownState } from './presentState.ts';
import { runningTrees, type TaskTree, taskTrees } from './presentTasks.ts';

/** The one thing a glance should tell. */
export type Scene =
  | { readonly kind: 'starting' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'off' }
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'running'; readonly trees: readonly TaskTree[] }
  | { readonly kind: 'stopped'; readonly tree: TaskTree }
  /** Nothing runs. `justEnded`: the last task is so fresh that its end is still news. */
  | { readonly kind: 'idle'; readonly last: TaskTree | undefined; readonly justEnded: boolean }
  | { readonly kind: 'scanning'; readonly share: number }
  /** Everything was read and there is nothing. */
  | { readonly kind: 'empty' };

/** A restart takes well under a second; only what lasts longer is told (ms). */
const goneAfter = 2_000;
/** How long the end of a task, or its being stopped, stays in the status bar (ms). */
const newsFor = 5 * 60_000;

export function sceneOf(state: ShownState | undefined, link: Link, now: number): Scene {
  if (link.kind === 'problem' || link.kind === 'off') return link;
  if (link.kind === 'gone' && now - link.since >= goneAfter) return { kind: 'gone' };
  if (!state) return { kind: 'starting' };
  const trees = taskTrees(state.tasks);
  const running = runningTrees(trees);
  if (running.length > 0) return { kind: 'running', trees: running };
  const newest = trees[0];
  const fresh = newest !== undefined && now - newest.lastAt < newsFor;
  if (newest?.state === 'stopped' && fresh) return { kind: 'stopped', tree: newest };
  const last = newest?.sample && !fresh ? trees.find((tree) => !tree.sample) : newest;
  if (last || state.today.requests > 0 || state.week.total.requests > 0) return { kind: 'idle', last, justEnded: fresh };
  return state.scan.done ? { kind: 'empty' } : { kind: 'scanning', share: scanShare(state) };
}

/** By bytes, which is what takes the time; by files where sizes are not known yet. */
export function scanShare({ scan }: Pick<ShownState, 'scan'>): number {
  if (scan.bytes > 0) return Math.min(1, scan.bytesDone / scan.bytes);
  return scan.files > 0 ? Math.min(1, scan.filesDone / scan.files) : 0;
}
