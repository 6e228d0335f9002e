import type { ModeKind } from './mode.ts';

export type BudgetScope = 'request' | 'run' | 'task' | 'day' | 'month';
export type BudgetLevel = 'none' | 'ok' | 'warning' | 'exceeded';
/** What is limited: money (pico-dollars) or tokens of every class. */
export type BudgetUnit = 'usd' | 'tokens';
/** `warn` tells, `ask` holds the next request and asks, `stop` stops the task by itself. */
export type BudgetAction = 'warn' | 'ask' | 'stop';

/** What a budget is narrowed to. A workspace is a folder with everything below it. */
export interface BudgetOnly {
  readonly agent?: string | undefined;
  readonly mode?: ModeKind | undefined;
  readonly workspace?: string | undefined;
}

/** A limit on what a scope may spend. `key` says which request, run, task tree, day or month. */
export interface BudgetLimit {
  readonly scope: BudgetScope;
  readonly key: string;
  /** The task tree in which `key` was found: two trees may name their runs alike. */
  readonly root: string;
  readonly only: BudgetOnly;
  readonly unit: BudgetUnit;
  readonly limit: bigint;
  readonly action: BudgetAction;
  /** A USD limit counts the value of what a subscription covers, too. */
  readonly plan: boolean;
}

const warnAtPercent = 80n;

/** Warning from 80 % of the limit, exceeded from 100 %. A limit of 0 is exceeded from the start. */
export function budgetLevel(spent: bigint, limit: bigint): BudgetLevel {
  if (spent >= limit) return 'exceeded';
  return spent * 100n >= limit * warnAtPercent ? 'warning' : 'ok';
}

const order: readonly BudgetLevel[] = ['none', 'ok', 'warning', 'exceeded'];

export function worseLevel(a: BudgetLevel, b: BudgetLevel): BudgetLevel {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/** Whether spending of this kind is what a budget is narrowed to. */
export function fitsOnly(
  only: BudgetOnly,
  spender: { readonly agent: string; readonly mode?: ModeKind | '' | undefined; readonly workspace?: string | undefined },
): boolean {
  if (only.agent !== undefined && only.agent !== spender.agent) return false;
  if (only.mode !== undefined && only.mode !== spender.mode) return false;
  if (only.workspace === undefined) return true;
  const [folder, workspace] = [spelled(only.workspace), spelled(spender.workspace ?? '')];
  return workspace === folder || (workspace.startsWith(folder) && /^[/\\]/.test(workspace.slice(folder.length)));
}

/** One spelling of a folder: editors and agents differ in the case of a drive's letter, and in a separator at the end. */
function spelled(folder: string): string {
  return folder.replace(/^[A-Z](?=:)/, (drive) => drive.toLowerCase()).replace(/(?<=.)[/\\]+$/, '');
}

/** The words a budget is narrowed to, in one text: empty where it is not. */
export function onlyText({ agent, mode, workspace }: BudgetOnly): string {
  return agent || mode || workspace ? [agent ?? '', mode ?? '', workspace ?? ''].join('|') : '';
}

/** Names one limit of one task tree: two limits of the same amount are two. */
export function limitId(limit: BudgetLimit): string {
  return `${limit.root}:${alertId(limit, 'exceeded')}`;
}

/**
 * Names one question: the same scope, the same limit, the same level is asked once, ever. A raised limit is a new
 * question; a sum that falls back (an estimate replaced by the provider's number) and rises again is not.
 */
export function alertId(budget: BudgetLimit, level: 'warning' | 'exceeded'): string {
  const only = onlyText(budget.only);
  const unit = budget.unit === 'usd' ? '' : `:${budget.unit}`;
  return `${level}:${budget.scope}${only && `(${only})`}:${budget.key}:${budget.limit}${unit}`;
}
