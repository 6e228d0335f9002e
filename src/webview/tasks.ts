import type { Query } from '../protocol/query.ts';
import type { TaskRow } from '../protocol/rows.ts';
import { addSums, type Sum, sumOfTask } from './sums.ts';

export interface TaskNode {
  readonly task: TaskRow;
  readonly children: readonly TaskNode[];
  /** The task and everything under it. */
  readonly sum: Sum;
}

/**
 * Tasks as trees, in the order they came. A task whose parent is not listed stands at the top, and so does one that
 * is its own ancestor: agents write these ids, and a loop must not hide money.
 */
export function taskTrees(tasks: readonly TaskRow[]): readonly TaskNode[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const children = new Map<string, TaskRow[]>();
  const roots: TaskRow[] = [];
  for (const task of tasks) {
    const parent = task.parent !== undefined && reachesTop(task, byId) ? byId.get(task.parent) : undefined;
    if (!parent) roots.push(task);
    else children.set(parent.id, [...(children.get(parent.id) ?? []), task]);
  }
  const node = (task: TaskRow): TaskNode => {
    const below = (children.get(task.id) ?? []).map(node);
    return { task, children: below, sum: below.reduce((sum, child) => addSums(sum, child.sum), sumOfTask(task)) };
  };
  return roots.map(node);
}

/** The tasks a query lets through; one that was started by such a task comes with it. Branches are not known of tasks. */
export function narrowed(tasks: readonly TaskRow[], query: Query): readonly TaskRow[] {
  const { range, task: one, agent, workspace } = query;
  const own = (task: TaskRow): boolean =>
    (range !== 'task' || task.id === one) &&
    (agent === undefined || task.agent === agent) &&
    (workspace === undefined || (task.workspace ?? '') === workspace);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return tasks.filter((task) => {
    const seen = new Set<string>();
    for (
      let at: TaskRow | undefined = task;
      at && !seen.has(at.id);
      at = at.parent === undefined ? undefined : byId.get(at.parent)
    ) {
      if (own(at)) return true;
      seen.add(at.id);
    }
    return false;
  });
}

function reachesTop(task: TaskRow, byId: ReadonlyMap<string, TaskRow>): boolean {
  const seen = new Set<string>();
  for (let at: TaskRow | undefined = task; at; at = at.parent === undefined ? undefined : byId.get(at.parent)) {
    if (seen.has(at.id)) return false;
    seen.add(at.id);
  }
  return true;
}

/** Running or stopped somewhere in the tree: what a person may want to act on. */
export function isActive(node: TaskNode): boolean {
  return node.task.state !== 'idle' || node.children.some(isActive);
}

/** Every task of the trees, parents before children. */
export function flatten(nodes: readonly TaskNode[]): readonly TaskRow[] {
  return nodes.flatMap((node) => [node.task, ...flatten(node.children)]);
}
