import { alertId, type BudgetLevel, type BudgetLimit, budgetLevel, worseLevel } from '../core/budget.ts';
import { type Pico, picoToUsd, usdToPico } from '../core/money.ts';
import type { Budget } from '../protocol/api.ts';

/** Where budgets, and the user's "let it run", are kept. */
export interface BudgetStore {
  budgets(): readonly Budget[];
  setBudget(budget: Budget): void;
  /** True the first time a name is given, false ever after. */
  raise(id: string): boolean;
  isRaised(id: string): boolean;
}

/** What is being spent on: the keys of every scope a request falls into. */
export interface SpendKeys {
  readonly run: string;
  readonly root: string;
  readonly day: string;
  readonly month: string;
}

/** How much each scope has spent, requests on their way included. */
export interface Spent {
  run(run: string): Pico;
  tree(root: string): Pico;
  day(): Pico;
  month(): Pico;
}

export interface Crossing {
  readonly budget: BudgetLimit;
  readonly level: 'warning' | 'exceeded';
  readonly spent: Pico;
}

/** The user's budgets and what is asked about them. */
export class Budgets {
  readonly #store: BudgetStore;
  readonly #byScope: Map<string, Budget>;

  constructor(store: BudgetStore) {
    this.#store = store;
    this.#byScope = new Map(store.budgets().map((budget) => [budget.scope, budget]));
  }

  get any(): boolean {
    return this.#byScope.size > 0;
  }

  /** Whether some budget may stop a request before it is sent. */
  get anyStop(): boolean {
    return [...this.#byScope.values()].some((budget) => budget.action === 'stop');
  }

  get all(): readonly Budget[] {
    return [...this.#byScope.values()];
  }

  set(budget: Budget): void {
    if (budget.usd === null) this.#byScope.delete(budget.scope);
    else this.#byScope.set(budget.scope, budget);
    this.#store.setBudget(budget);
  }

  /** The limits a request falls under. A task's own budget takes the place of the default for tasks. */
  limits(keys: SpendKeys): readonly BudgetLimit[] {
    const limits: BudgetLimit[] = [];
    const add = (scope: BudgetLimit['scope'], key: string, budget: Budget | undefined): void => {
      if (budget?.usd != null) limits.push({ scope, key, limit: usdToPico(budget.usd), action: budget.action });
    };
    add('run', keys.run, this.#byScope.get('run'));
    add('task', keys.root, this.#byScope.get(`task:${keys.root}`) ?? this.#byScope.get('task'));
    if (!keys.root.startsWith('sample:')) {
      add('day', keys.day, this.#byScope.get('day'));
      add('month', keys.month, this.#byScope.get('month'));
    }
    return limits;
  }

  /** What a task tree is shown with: its worst level, and the limit that a bar is drawn against. */
  standing(keys: SpendKeys, spent: Spent): { readonly level: BudgetLevel; readonly limitUsd: string | undefined } {
    let level: BudgetLevel = 'none';
    let limitUsd: string | undefined;
    for (const budget of this.limits(keys)) {
      level = worseLevel(level, budgetLevel(spentOn(budget, spent), budget.limit));
      if (budget.scope === 'task' || (budget.scope === 'run' && !limitUsd)) limitUsd = picoToUsd(budget.limit);
    }
    return { level, limitUsd };
  }

  /** Limits that are crossed now and about which nobody has been told. Each is answered once, ever. */
  newCrossings(keys: SpendKeys, spent: Spent): readonly Crossing[] {
    const crossings: Crossing[] = [];
    for (const budget of this.limits(keys)) {
      const now = spentOn(budget, spent);
      const level = budgetLevel(now, budget.limit);
      if ((level === 'warning' || level === 'exceeded') && this.#store.raise(alertId(budget, level))) {
        // An estimate may go past the limit and fall back into the warning: that is no news after the question.
        if (level === 'exceeded') this.#store.raise(alertId(budget, 'warning'));
        crossings.push({ budget, level, spent: now });
      }
    }
    return crossings;
  }

  /** The `stop` budget that forbids anything more, unless the user said "let it run" to it. */
  stopping(keys: SpendKeys, spent: Spent): Crossing | undefined {
    for (const budget of this.limits(keys)) {
      if (budget.action !== 'stop' || this.#store.isRaised(letRunId(budget))) continue;
      const now = spentOn(budget, spent);
      if (budgetLevel(now, budget.limit) === 'exceeded') return { budget, level: 'exceeded', spent: now };
    }
    return undefined;
  }

  /** The user lets a task go on although these limits are reached; a later, other limit asks again. */
  letRun(keys: SpendKeys, spent: Spent): void {
    for (const budget of this.limits(keys)) {
      if (budgetLevel(spentOn(budget, spent), budget.limit) === 'exceeded') this.#store.raise(letRunId(budget));
    }
  }
}

function letRunId(budget: BudgetLimit): string {
  return `let-run:${alertId(budget, 'exceeded')}`;
}

function spentOn(budget: BudgetLimit, spent: Spent): Pico {
  switch (budget.scope) {
    case 'run':
      return spent.run(budget.key);
    case 'task':
      return spent.tree(budget.key);
    case 'day':
      return spent.day();
    case 'month':
      return spent.month();
  }
}
