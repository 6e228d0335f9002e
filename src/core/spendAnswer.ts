import { picoToUsd, usdToPico } from './money.ts';
import type { ShownState, ShownTask, ShownTotal } from './presentState.ts';

/** A limit that a task falls under, and how it stands, as the meter itself judges it. */
export interface AnswerLimit {
  readonly scope: string;
  readonly unit: 'usd' | 'tokens';
  readonly spent: string;
  readonly limit: string;
  readonly budget: { readonly action: string; readonly only?: object | undefined };
}

interface AnswerMoney {
  readonly realUsd: string;
  readonly planValueUsd: string;
  readonly notKnownUsd: string;
  readonly unpricedTokens: number;
}

interface AnswerTask {
  readonly id: string;
  readonly agent: string;
  readonly mode: string;
  readonly model: string;
  readonly state: string;
  readonly usd: string | null;
  readonly billing: string;
  readonly limits: readonly AnswerLeft[];
}

interface AnswerLeft {
  readonly scope: string;
  readonly unit: 'usd' | 'tokens';
  readonly spent: string;
  readonly limit: string;
  readonly left: string;
  readonly action: string;
}

/** What `get_spend` answers an agent: exact decimals, and no path, title or prompt. */
export interface SpendAnswer {
  readonly available: boolean;
  readonly today?: AnswerMoney;
  readonly month?: AnswerMoney;
  /** Of the day and the month, for everything: they hold whether something runs or not. */
  readonly limits?: readonly AnswerLeft[];
  readonly tasks?: readonly AnswerTask[];
}

const mostTasks = 10;

/** The tasks that are told of: the one that is named, or those that run. */
export function tasksToTell(state: ShownState | undefined, task?: string): readonly ShownTask[] {
  const all = state?.tasks ?? [];
  return all.filter(({ id, state: now }) => (task === undefined ? now === 'running' : id === task)).slice(0, mostTasks);
}

/**
 * The task whose limits tell those of the day and the month, which the service only says of a task: the last one that was real.
 * Before the first there is nothing that a limit could have counted.
 */
export function taskUnderLimits(state: ShownState | undefined): ShownTask | undefined {
  return state?.tasks.find(({ sample }) => !sample);
}

/** Without a state nothing is known. `limits`: by task. */
export function spendAnswer(
  state: ShownState | undefined,
  limits: ReadonlyMap<string, readonly AnswerLimit[]>,
  task?: string,
): SpendAnswer {
  if (!state) return { available: false };
  const anyTask = taskUnderLimits(state);
  const shared = (limits.get(anyTask?.id ?? '') ?? []).filter(
    ({ scope, budget }) => (scope === 'day' || scope === 'month') && budget.only === undefined,
  );
  return {
    available: true,
    today: moneyOf(state.today),
    month: moneyOf(state.month),
    limits: shared.map(leftOf),
    tasks: tasksToTell(state, task).map(({ id, agent, mode, model, state: now, usd, billing }) => ({
      id,
      agent,
      mode,
      model,
      state: now,
      usd,
      billing,
      limits: (limits.get(id) ?? []).map(leftOf),
    })),
  };
}

function leftOf({ scope, unit, spent, limit, budget }: AnswerLimit): AnswerLeft {
  const rest = usdToPico(limit) - usdToPico(spent);
  // Never below nothing. Tokens are whole numbers, which this leaves exact too.
  return { scope, unit, spent, limit, left: picoToUsd(rest > 0n ? rest : 0n), action: budget.action };
}

function moneyOf({ meteredUsd, planUsd, unknownUsd, unpricedTokens }: ShownTotal): AnswerMoney {
  return { realUsd: meteredUsd, planValueUsd: planUsd, notKnownUsd: unknownUsd, unpricedTokens };
}
