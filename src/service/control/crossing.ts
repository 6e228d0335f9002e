import { type BudgetLimit, limitId, onlyText } from '../../core/budget.ts';
import { picoToUsd } from '../../core/money.ts';
import type { LimitRow } from '../../protocol/budget.ts';
import type { BudgetAlert } from '../../protocol/state.ts';
import type { Crossing, Limit } from './budgets.ts';
import type { Stop } from './stops.ts';

/** The stop of a tree that would spend past a limit. */
export function stopOf({ limit, spent }: Crossing, root: string, at: number): Stop {
  const { scope, key, unit } = limit;
  return { root, at, by: 'budget', spent, limit: limit.limit, unit, scope, limitKey: key, limitId: limitId(limit) };
}

/** Whether it was this limit that led to a stop. */
export function isLimitOf(stop: Stop, limit: BudgetLimit): boolean {
  return limitId(limit) === stop.limitId;
}

/** Nobody is asked whether to stop what is stopped; a day's or month's limit is about other tasks too. */
export function isAnswered({ limit }: Crossing, stop: Stop): boolean {
  return limit.scope !== 'day' && limit.scope !== 'month' ? true : isLimitOf(stop, limit);
}

export function alertOf({ limit, level, spent }: Crossing, root: string): BudgetAlert {
  const only = onlyText(limit.only);
  return {
    id: `${level}:${limit.scope}:${only}:${limit.key}:${limit.unit}:${limit.limit}`,
    kind: level === 'warning' ? 'budget-warning' : 'budget-exceeded',
    task: root,
    ...rowOf(limit, spent),
    sample: root.startsWith('sample:'),
  };
}

export function rowOf({ scope, unit, limit, budget }: Limit, spent: bigint): LimitRow {
  const text = (amount: bigint): string => (unit === 'usd' ? picoToUsd(amount) : amount.toString());
  return { scope, unit, spent: text(spent), limit: text(limit), budget };
}

export function limitText({ scope, unit, limit }: BudgetLimit): string {
  return `${unit === 'usd' ? `${picoToUsd(limit)} USD` : `${limit} tokens`} per ${scope}`;
}
