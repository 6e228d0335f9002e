import type { TaskRow, TransitionRow } from '../protocol/rows.ts';

export interface Joint extends TransitionRow {
  /** To a subtask, which began with this request: the task itself stays in its mode. */
  readonly handOver: boolean;
}

/**
 * The joints of a task in time: its own changes of mode, and what it handed over to the subtasks that are listed. A subtask's
 * first transition is its hand-over when it happened with its first request.
 */
export function jointsOf(task: TaskRow, others: readonly TaskRow[]): readonly Joint[] {
  const children = new Map(others.filter(({ parent }) => parent === task.id).map((child) => [child.id, child]));
  const handed = [...children.values()].flatMap(({ transitions: [first], firstAt }): Joint[] =>
    first && first.at <= firstAt ? [{ ...first, handOver: true }] : [],
  );
  const own = task.transitions.map((transition) => ({ ...transition, handOver: false }));
  return [...own, ...handed].sort((a, b) => a.at - b.at);
}
