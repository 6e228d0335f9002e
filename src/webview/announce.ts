import type { TaskRow } from '../protocol/rows.ts';
import type { State } from '../protocol/state.ts';

/** A change worth interrupting a screen reader for; ticking costs are not. */
export interface News {
  readonly kind: 'started' | 'stopped' | 'resumed' | 'warning' | 'exceeded';
  readonly task: TaskRow;
}

/** What happened between two snapshots. The first snapshot is no news. */
export function newsOf(before: State | undefined, after: State): readonly News[] {
  if (!before) return [];
  const known = new Map(before.tasks.map((task) => [task.id, task]));
  return after.tasks.flatMap((task) => newsOfTask(known.get(task.id), task));
}

function newsOfTask(before: TaskRow | undefined, task: TaskRow): readonly News[] {
  const news: News[] = [];
  if (task.state === 'stopped' && before?.state !== 'stopped') news.push({ kind: 'stopped', task });
  else if (before?.state === 'stopped' && task.state !== 'stopped') news.push({ kind: 'resumed', task });
  // A task that works through many prompts goes idle and on again all day; only its first appearance is told.
  else if (!before && task.state === 'running') news.push({ kind: 'started', task });
  if (task.budget !== before?.budget && (task.budget === 'warning' || task.budget === 'exceeded')) {
    news.push({ kind: task.budget, task });
  }
  return news;
}
