import { type TaskOutcome, taskOutcomes } from './record.ts';
import type { Price } from './repriced.ts';
import { byTask, type Step } from './step.ts';

/** A stretch of the user's requests, looked at from a moment. */
export interface History {
  /** Ascending. */
  readonly steps: readonly Step[];
  readonly tasks: ReadonlyMap<string, readonly Step[]>;
  readonly outcomes: readonly TaskOutcome[];
  /** Tasks that go round in circles, and since when their conversations show it (milliseconds since the epoch). */
  readonly loops: ReadonlyMap<string, number>;
  /** Milliseconds since the epoch: the end of the stretch. */
  readonly now: number;
  /** What is spent and saved is told of this part of it: from here to `now`. */
  readonly since: number;
}

/** Rules tell of so many days. */
const tellDays = 7;

/** Rules learn from all of it and tell of the last days. Steps may come in any order. */
export function historyOf(unsorted: readonly Step[], now: number, price: Price, loops: History['loops'] = new Map()): History {
  const steps = [...unsorted].sort((a, b) => a.at - b.at);
  return {
    steps,
    tasks: byTask(steps),
    outcomes: taskOutcomes(steps, now, price),
    loops,
    now,
    since: now - tellDays * 24 * 60 * 60_000,
  };
}
