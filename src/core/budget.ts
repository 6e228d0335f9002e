import type { Pico } from './money.ts';

export type BudgetScope = 'run' | 'task' | 'day' | 'month';
export type BudgetLevel = 'none' | 'ok' | 'warning' | 'exceeded';

/** A limit on what a scope may spend. `key` says which run, task tree, day or month. */
export interface BudgetLimit {
  readonly scope: BudgetScope;
  readonly key: string;
  readonly limit: Pico;
  /** `warn` tells, `ask` asks, `stop` stops the task by itself. */
  readonly action: 'warn' | 'ask' | 'stop';
}

const warnAtPercent = 80n;

/** Warning from 80 % of the limit, exceeded from 100 %. A limit of 0 is exceeded from the start. */
export function budgetLevel(spent: Pico, limit: Pico): BudgetLevel {
  if (spent >= limit) return 'exceeded';
  return spent * 100n >= limit * warnAtPercent ? 'warning' : 'ok';
}

const order: readonly BudgetLevel[] = ['none', 'ok', 'warning', 'exceeded'];

export function worseLevel(a: BudgetLevel, b: BudgetLevel): BudgetLevel {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/**
 * Names one question: the same scope, the same limit, the same level is asked once, ever. A raised limit is a new
 * question; a sum that falls back (an estimate replaced by the provider's number) and rises again is not.
 */
export function alertId(budget: BudgetLimit, level: 'warning' | 'exceeded'): string {
  return `${level}:${budget.scope}:${budget.key}:${budget.limit}`;
}
