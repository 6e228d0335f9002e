import type { ModeKind } from '../core/mode.ts';
import type { Pico } from '../core/money.ts';
import type { AgentId, Billing, Observation, Outcome, Priced, RequestKind } from '../core/request.ts';
import type { Usage } from '../core/usage.ts';

/**
 * One finished request as the rules see it: nothing of what was said, only who asked for what, the tokens and the cost.
 * Steps of a history are in ascending order of `at` (milliseconds since the epoch).
 */
export interface Step {
  readonly at: number;
  readonly agent: AgentId;
  readonly task: string;
  /** The task that started this one. */
  readonly parent?: string | undefined;
  readonly run?: string | undefined;
  /** The agent's own name of the mode; empty where it does not tell. */
  readonly mode: string;
  readonly modeKind: ModeKind | '';
  readonly kind: RequestKind;
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  /** Null where there is no price. */
  readonly cost: Pico | null;
  readonly billing: Billing;
  readonly outcome: Outcome;
}

/** Steps by task, each in its own order. */
export function byTask(steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const tasks = new Map<string, Step[]>();
  for (const step of steps) {
    const task = tasks.get(step.task);
    if (task) task.push(step);
    else tasks.set(step.task, [step]);
  }
  return tasks;
}

export function costOf(steps: readonly Step[]): Pico {
  return steps.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n);
}

/** An agent's own step, not one of its side requests. */
export function isWork(step: Step): boolean {
  return step.kind === 'work' || step.kind === 'search';
}

/** A finished request as a step; `undefined` for one that is still running or a sample. */
export function stepOf(seen: Observation, priced: Priced): Step | undefined {
  if (seen.sample || seen.outcome === 'running') return undefined;
  const { at, agent, task, parent, run, mode, kind, provider, model, usage, billing, outcome } = seen;
  return {
    at,
    agent,
    task,
    parent,
    run,
    mode: mode?.name ?? '',
    modeKind: mode?.kind ?? '',
    kind: kind ?? 'work',
    provider,
    model,
    usage,
    cost: priced.cost,
    billing,
    outcome,
  };
}
