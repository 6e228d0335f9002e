import { type BudgetLevel, budgetLevel, worseLevel } from './budget.ts';
import { shareOf } from './format.ts';
import { type Pico, usdToPico } from './money.ts';
import type { ShownTask } from './presentState.ts';
import { type Money, moneyOfTask, sumMoney } from './presentText.ts';

/** A task with its subtasks: what a person means by "the task". */
export interface TaskTree {
  readonly root: ShownTask;
  /** The one that acts, or acted last: its mode is the mode of the tree. */
  readonly acting: ShownTask;
  readonly state: 'running' | 'idle' | 'stopped';
  readonly money: Money;
  readonly level: BudgetLevel;
  /** Part of the budget that is spent; absent where there is none, or where it cannot be told from what is shown. */
  readonly share?: number;
  readonly lastAt: number;
  readonly sample: boolean;
  /** A request of it waits: for an answer about a budget, or for others to end. */
  readonly held: boolean;
}

/** Groups tasks under the topmost ancestor that is listed, the last active tree first. A loop of parents is cut. */
export function taskTrees(tasks: readonly ShownTask[]): readonly TaskTree[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const groups = new Map<string, ShownTask[]>();
  for (const task of tasks) {
    const root = rootOf(task, byId);
    groups.set(root.id, [...(groups.get(root.id) ?? []), task]);
  }
  const trees = [...groups].map(([id, members]) => treeOf(byId.get(id), members)).filter((tree) => tree !== undefined);
  return trees.sort((a, b) => b.lastAt - a.lastAt);
}

/** The trees that run; a sample beside real work is not among them, since the two must not be summed. */
export function runningTrees(trees: readonly TaskTree[]): readonly TaskTree[] {
  const running = trees.filter(({ state }) => state === 'running');
  const real = running.filter(({ sample }) => !sample);
  return real.length > 0 ? real : running;
}

function rootOf(task: ShownTask, byId: ReadonlyMap<string, ShownTask>): ShownTask {
  const seen = new Set<string>();
  let root = task;
  for (let at: ShownTask | undefined = task; at; at = at.parent === undefined ? undefined : byId.get(at.parent)) {
    // The smallest id of the loop, so that every member of it ends at the same one.
    if (seen.has(at.id)) return [...loopFrom(at, byId)].sort((a, b) => (a.id < b.id ? -1 : 1))[0] ?? at;
    seen.add(at.id);
    root = at;
  }
  return root;
}

function* loopFrom(start: ShownTask, byId: ReadonlyMap<string, ShownTask>): Generator<ShownTask> {
  let at: ShownTask | undefined = start;
  do {
    yield at;
    at = at.parent === undefined ? undefined : byId.get(at.parent);
  } while (at && at !== start);
}

function treeOf(root: ShownTask | undefined, members: readonly ShownTask[]): TaskTree | undefined {
  const newestFirst = [...members].sort((a, b) => b.lastAt - a.lastAt);
  const acting = newestFirst.find((task) => task.state === 'running') ?? newestFirst[0];
  if (!root || !acting) return undefined;
  const money = sumMoney(members.map(moneyOfTask));
  const level = members.reduce<BudgetLevel>((worst, task) => worseLevel(worst, task.budget), 'none');
  return {
    root,
    acting,
    state: stateOf(members),
    money,
    level,
    share: budgetShare(root, acting, money, level),
    lastAt: newestFirst[0]?.lastAt ?? acting.lastAt,
    sample: root.sample,
    held: members.some((task) => task.heldSince !== undefined),
  };
}

function stateOf(members: readonly ShownTask[]): TaskTree['state'] {
  if (members.some((task) => task.state === 'running')) return 'running';
  return members.some((task) => task.state === 'stopped') ? 'stopped' : 'idle';
}

/**
 * The budget may be on the task tree or on the run; what is shown must never contradict the level the service has
 * found, so only a share that agrees with it is given.
 */
function budgetShare(root: ShownTask, acting: ShownTask, money: Money, level: BudgetLevel): number | undefined {
  const limitUsd = root.budgetUsd ?? acting.budgetUsd;
  if (limitUsd === undefined || level === 'none') return undefined;
  const limit = usdToPico(limitUsd);
  if (limit <= 0n) return undefined;
  const runUsd = acting.run?.usd ?? root.run?.usd;
  const candidates: Pico[] = [money.metered + money.unknown, money.metered + money.unknown + money.plan];
  if (runUsd) candidates.push(usdToPico(runUsd));
  const spent = candidates.find((candidate) => budgetLevel(candidate, limit) === level);
  return spent === undefined ? undefined : shareOf(spent, limit);
}
