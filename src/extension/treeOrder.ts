import type { TaskTree } from '../core/presentTasks.ts';

/** The dearest first, real dollars or not; of two that cost the same, the one that was active last. */
export function byCost(a: TaskTree, b: TaskTree): number {
  const left = weight(a);
  const right = weight(b);
  return left === right ? b.lastAt - a.lastAt : left < right ? 1 : -1;
}

function weight({ money }: TaskTree): bigint {
  return money.metered + money.plan + money.unknown;
}
