import { picoToUsd, usdToPico } from './money.ts';
import type { ShownState, ShownTask, ShownTotal } from './presentState.ts';

/** A budget as the tool tells it: a scope, its limit in dollars where it is one, what happens at it. */
export interface AnswerBudget {
  readonly scope: string;
  readonly usd?: string | null | undefined;
  readonly action: string;
}

interface AnswerMoney {
  readonly realUsd: string;
  readonly planValueUsd: string;
  readonly notKnownUsd: string;
  readonly unpricedTokens: number;
}

/** What `get_spend` answers an agent: exact decimals of USD, and no path, title or prompt. */
export interface SpendAnswer {
  readonly available: boolean;
  readonly today?: AnswerMoney;
  readonly month?: AnswerMoney;
  readonly tasks?: readonly {
    readonly id: string;
    readonly agent: string;
    readonly mode: string;
    readonly model: string;
    readonly state: string;
    readonly usd: string | null;
    readonly billing: string;
    readonly budget: string;
    readonly budgetUsd?: string;
    readonly leftUsd?: string;
  }[];
  readonly budgets?: readonly {
    readonly scope: string;
    readonly usd: string;
    readonly leftUsd?: string;
    readonly action: string;
  }[];
}

const mostTasks = 10;

/** `task` narrows the list to that one; without a state nothing is known. */
export function spendAnswer(state: ShownState | undefined, budgets: readonly AnswerBudget[], task?: string): SpendAnswer {
  if (!state) return { available: false };
  const shown = state.tasks.filter(({ id, state: now }) => (task === undefined ? now === 'running' : id === task));
  return {
    available: true,
    today: moneyOf(state.today),
    month: moneyOf(state.month),
    tasks: shown.slice(0, mostTasks).map(taskOf),
    budgets: budgets.flatMap(({ scope, usd, action }) => {
      if (usd === undefined || usd === null) return [];
      const total = scope === 'day' ? state.today : scope === 'month' ? state.month : undefined;
      return [{ scope, usd, action, ...(total ? { leftUsd: left(usd, total.meteredUsd) } : {}) }];
    }),
  };
}

function taskOf(task: ShownTask) {
  const { id, agent, mode, model, state, usd, billing, budget, budgetUsd } = task;
  const limit = budgetUsd === undefined ? {} : { budgetUsd, leftUsd: left(budgetUsd, usd ?? '0') };
  return { id, agent, mode, model, state, usd, billing, budget, ...limit };
}

function moneyOf({ meteredUsd, planUsd, unknownUsd, unpricedTokens }: ShownTotal): AnswerMoney {
  return { realUsd: meteredUsd, planValueUsd: planUsd, notKnownUsd: unknownUsd, unpricedTokens };
}

/** Never below nothing. */
function left(limit: string, spent: string): string {
  const rest = usdToPico(limit) - usdToPico(spent);
  return picoToUsd(rest > 0n ? rest : 0n);
}
