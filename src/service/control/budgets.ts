import { z } from 'zod';
import {
  alertId,
  type BudgetLevel,
  type BudgetLimit,
  type BudgetOnly,
  budgetLevel,
  fitsOnly,
  limitId,
  onlyText,
  worseLevel,
} from '../../core/budget.ts';
import type { ModeKind } from '../../core/mode.ts';
import { picoToUsd, usdToPico } from '../../core/money.ts';
import { type Budget, budgetSchema } from '../../protocol/budget.ts';

/** Where budgets, and the user's "let it run", are kept. */
export interface BudgetStore {
  /** What `setBudgets` was given last. */
  budgets(): unknown;
  setBudgets(budgets: readonly Budget[]): void;
  /** True the first time a name is given, false ever after. */
  raise(id: string): boolean;
  isRaised(id: string): boolean;
}

/** Who spends, and the keys of every scope that it falls into. */
export interface SpendKeys {
  readonly agent: string;
  readonly mode: ModeKind | undefined;
  readonly workspace: string | undefined;
  /** The one request it is about, where it is about one. */
  readonly request: string | undefined;
  readonly run: string;
  readonly root: string;
  readonly day: string;
  readonly month: string;
}

/** How much of a limit is spent, requests on their way included: pico-dollars or tokens. */
export type SpentOn = (limit: BudgetLimit) => bigint;

/** A limit with the user's budget that sets it. */
export interface Limit extends BudgetLimit {
  readonly budget: Budget;
}

export interface Crossing {
  readonly limit: Limit;
  readonly level: 'warning' | 'exceeded';
  readonly spent: bigint;
}

/** The user's budgets and what is asked about them. */
export class Budgets {
  readonly #store: BudgetStore;
  readonly #byName: Map<string, Budget>;

  constructor(store: BudgetStore) {
    this.#store = store;
    const kept = z.array(budgetSchema).safeParse(store.budgets() ?? []);
    this.#byName = new Map((kept.data ?? []).map((budget) => [nameOf(budget), budget]));
  }

  get any(): boolean {
    return this.#byName.size > 0;
  }

  /** Whether some budget may hold or stop a request before it is sent. */
  get mayRefuse(): boolean {
    return [...this.#byName.values()].some((budget) => budget.action !== 'warn');
  }

  get all(): readonly Budget[] {
    return [...this.#byName.values()];
  }

  set(budget: Budget): void {
    if (limitOf(budget) === null) this.#byName.delete(nameOf(budget));
    else this.#byName.set(nameOf(budget), budget);
    this.#store.setBudgets(this.all);
  }

  /**
   * The limits that a spender falls under. Of the budgets for each request, run and task only the narrowest hold, a task's own before all;
   * those of days and months all hold, each for what it is narrowed to, and a workspace's always hold beside the user's.
   */
  limits(keys: SpendKeys): readonly Limit[] {
    const fitting = this.all.filter((budget) => scopeOf(budget, keys) && fitsOnly(budget.only ?? {}, keys));
    return fitting.flatMap((budget) => {
      const scope = scopeOf(budget, keys);
      const limit = limitOf(budget);
      if (!scope || limit === null) return [];
      const isDefault = scope === 'request' || scope === 'run' || scope === 'task';
      const isOutdone = (other: Budget): boolean =>
        other.from !== 'workspace' && sameKind(other, budget, keys) && narrowness(other) > narrowness(budget);
      if (isDefault && budget.from !== 'workspace' && fitting.some(isOutdone)) return [];
      return [{ scope, key: keyOf(scope, keys), root: keys.root, only: budget.only ?? {}, limit, ...rest(budget), budget }];
    });
  }

  /** What a task tree is shown with: its worst level, and the USD limit that a bar is drawn against. */
  standing(keys: SpendKeys, spent: SpentOn): { readonly level: BudgetLevel; readonly limitUsd: string | undefined } {
    let level: BudgetLevel = 'none';
    let bar: BudgetLimit | undefined;
    for (const budget of this.limits(keys)) {
      if (budget.scope === 'request') continue;
      level = worseLevel(level, budgetLevel(spent(budget), budget.limit));
      if (budget.unit !== 'usd' || budget.scope === 'day' || budget.scope === 'month') continue;
      if (!bar || (budget.scope === 'task' && bar.scope === 'run') || (budget.scope === bar.scope && budget.limit < bar.limit))
        bar = budget;
    }
    return { level, limitUsd: bar && picoToUsd(bar.limit) };
  }

  /** Limits that are crossed now and about which nobody has been told. Each is answered once, ever. */
  newCrossings(keys: SpendKeys, spent: SpentOn): readonly Crossing[] {
    const crossings: Crossing[] = [];
    for (const limit of this.limits(keys)) {
      const now = spent(limit);
      const level = budgetLevel(now, limit.limit);
      if (level !== 'warning' && level !== 'exceeded') continue;
      // One request near its own cap is no news before it passes it.
      if (limit.scope === 'request' && level === 'warning') continue;
      if (!this.#store.raise(alertId(limit, level))) continue;
      // An estimate may go past the limit and fall back into the warning: that is no news after the question.
      if (level === 'exceeded') this.#store.raise(alertId(limit, 'warning'));
      crossings.push({ limit, level, spent: now });
    }
    return crossings;
  }

  /** Limits that may hold or stop, but for those to which the user said "let it run". */
  binding(keys: SpendKeys): readonly Limit[] {
    return this.limits(keys).filter((budget) => budget.action !== 'warn' && !this.#store.isRaised(letRunName(limitId(budget))));
  }

  /** The `stop` budget that is used up, or will be by what nothing can cut any more (`committed`), unless the user said "let it run" to it. */
  stopping(keys: SpendKeys, spent: SpentOn, committed: SpentOn): Crossing | undefined {
    for (const limit of this.binding(keys)) {
      if (limit.action !== 'stop') continue;
      const now = spent(limit);
      if (now >= limit.limit || now + committed(limit) > limit.limit) return { limit, level: 'exceeded', spent: now };
    }
    return undefined;
  }

  /** The user lets a task tree go on past the limit of this id (`limitId`); a later, other limit asks again, and a day's or month's holds for all other tasks. */
  letRun(id: string): void {
    this.#store.raise(letRunName(id));
  }
}

/** Two budgets with the same name are one, and the later holds. */
export function nameOf({ scope, only, tokens, from }: Budget): string {
  return [from ?? 'user', scope, onlyText(only ?? {}), tokens === undefined ? 'usd' : 'tokens'].join(' ');
}

function limitOf({ usd, tokens }: Budget): bigint | null {
  if (usd !== undefined && usd !== null) return usdToPico(usd);
  return tokens === undefined || tokens === null ? null : BigInt(tokens);
}

function rest({ tokens, action, plan }: Budget): Pick<BudgetLimit, 'unit' | 'action' | 'plan'> {
  return { unit: tokens === undefined ? 'usd' : 'tokens', action, plan: plan ?? false };
}

/** The scope in which a budget is about this spender; `undefined` where it is not. A sample is in no day and no month. */
function scopeOf({ scope }: Budget, { root }: SpendKeys): BudgetLimit['scope'] | undefined {
  switch (scope) {
    case 'request':
    case 'run':
    case 'task':
      return scope;
    case 'day':
    case 'month':
      return root.startsWith('sample:') ? undefined : scope;
    default:
      return scope === `task:${root}` ? 'task' : undefined;
  }
}

function keyOf(scope: BudgetLimit['scope'], keys: SpendKeys): string {
  switch (scope) {
    case 'request':
      return keys.request ?? '';
    case 'run':
      return keys.run;
    case 'task':
      return keys.root;
    case 'day':
      return keys.day;
    case 'month':
      return keys.month;
  }
}

function sameKind(a: Budget, b: Budget, keys: SpendKeys): boolean {
  return scopeOf(a, keys) === scopeOf(b, keys) && (a.tokens === undefined) === (b.tokens === undefined);
}

function narrowness({ scope, only }: Budget): number {
  if (scope.startsWith('task:')) return 10;
  return Object.values((only ?? {}) satisfies BudgetOnly).filter((word) => word !== undefined).length;
}

function letRunName(id: string): string {
  return `let-run:${id}`;
}
