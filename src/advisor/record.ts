import type { Pico } from '../core/money.ts';
import type { Price } from './repriced.ts';
import { byTask, costOf, isWork, type Step } from './step.ts';

/** What became of the tasks that a model worked on in a mode: counts, never probabilities. */
export interface Counts {
  readonly kept: number;
  readonly redone: number;
}

/** One task as its mode's model did it. */
export interface TaskOutcome {
  readonly task: string;
  readonly at: number;
  /** The agent's own name of the mode that most of it was done in. */
  readonly mode: string;
  readonly agent: Step['agent'];
  readonly model: string;
  readonly provider: string;
  readonly billing: Step['billing'];
  /** All work of that mode and model in the task (pico-dollars). */
  readonly cost: Pico;
  readonly steps: number;
  readonly outcome: 'kept' | 'redone' | 'open';
}

/** A task that was silent for so long is finished (ms). */
export const finishedAfter = 30 * 60_000;

/**
 * The outcome of each task for the model that began its work in a mode. `redone`: a dearer model took the same mode over, or the
 * work ended cut, stopped or in an error. `kept`: it was silent for half an hour and nothing of this happened. Whether its code was
 * kept only the repository knows; this is what the log tells for every agent alike.
 */
export function taskOutcomes(steps: readonly Step[], now: number, price: Price): TaskOutcome[] {
  return [...byTask(steps)].flatMap(([task, all]) => outcomesOf(task, all, now, price));
}

function outcomesOf(task: string, all: readonly Step[], now: number, price: Price): TaskOutcome[] {
  const modes = new Map<string, Step[]>();
  for (const step of all.filter((one) => isWork(one) && one.mode !== '')) {
    const mode = modes.get(step.mode);
    if (mode) mode.push(step);
    else modes.set(step.mode, [step]);
  }
  const last = all.at(-1);
  return [...modes.values()].flatMap((steps) => {
    const [first] = steps;
    if (!first || !last) return [];
    const own = steps.filter(({ model }) => model === first.model);
    const after = steps.slice(steps.findLastIndex(({ model }) => model === first.model) + 1);
    const tookOver = after.find((step) => step.model !== first.model && isDearer(step, first, price));
    const end = steps.at(-1);
    const broken = end?.outcome === 'error' || end?.outcome === 'cut' || end?.outcome === 'refused';
    const outcome = tookOver ? 'redone' : now - last.at < finishedAfter ? 'open' : broken ? 'redone' : 'kept';
    const { agent, mode, model, provider, billing } = first;
    return [{ task, at: first.at, agent, mode, model, provider, billing, cost: costOf(own), steps: own.length, outcome }];
  });
}

/** By the price of the same tokens. */
export function isDearer(a: Step, b: Step, price: Price): boolean {
  const of = ({ provider, model }: Step) => price({ provider, model, usage: b.usage, counted: 'reported', at: b.at }).cost;
  const [left, right] = [of(a), of(b)];
  return left !== null && right !== null && left > right;
}

export function countsOf(outcomes: readonly Pick<TaskOutcome, 'outcome'>[]): Counts {
  return {
    kept: outcomes.filter(({ outcome }) => outcome === 'kept').length,
    redone: outcomes.filter(({ outcome }) => outcome === 'redone').length,
  };
}

/** The share of tasks that had to be redone, by Jeffreys' rule; without any of one's own, the 5–14 % seen in public runs of like pairs. */
export function redoneShare({ kept, redone }: Counts): { readonly low: number; readonly likely: number; readonly high: number } {
  const n = kept + redone;
  if (n === 0) return { low: 0.05, likely: 0.1, high: 0.14 };
  const likely = (redone + 0.5) / (n + 1);
  const spread = 1.2816 * Math.sqrt((likely * (1 - likely)) / (n + 2));
  return { low: Math.max(0, likely - spread), likely, high: Math.min(1, likely + spread) };
}
