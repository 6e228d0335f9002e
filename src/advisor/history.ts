import { type TaskOutcome, taskOutcomes } from './record.ts';
import type { Price } from './repriced.ts';
import { byTask, type Step } from './step.ts';

/** A stretch of the user's requests, looked at from a moment. */
export interface History {
  /** Ascending. */
  readonly steps: readonly Step[];
  readonly tasks: ReadonlyMap<string, readonly Step[]>;
  readonly outcomes: readonly TaskOutcome[];
  /** Milliseconds since the epoch: the end of the stretch. */
  readonly now: number;
  /** What is spent and saved is told of this part of it: from here to `now`. */
  readonly since: number;
}

/** Rules learn from all of it and tell of the last `tellDays`. Steps may come in any order. */
export function historyOf(unsorted: readonly Step[], now: number, price: Price, tellDays = 7): History {
  const steps = [...unsorted].sort((a, b) => a.at - b.at);
  return {
    steps,
    tasks: byTask(steps),
    outcomes: taskOutcomes(steps, now, price),
    now,
    since: now - tellDays * 24 * 60 * 60_000,
  };
}
