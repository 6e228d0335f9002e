import type { Pico } from './money.ts';

/** One finished request of a task tree, in any order. */
export interface Spend {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly cost: Pico;
}

/** Where a task is heading if it goes on as it did of late. */
export interface Forecast {
  /** Cost of an hour at this pace, pico-dollars. */
  readonly perHour: Pico;
  /** Requests until the limit is reached; 0 when it is. Absent where no limit holds. */
  readonly requests?: number;
  /** Minutes until then, rounded up. */
  readonly minutes?: number;
}

/** Older requests say nothing of the present pace (ms). */
export const lately = 30 * 60_000;
/** From fewer nothing is foretold. */
const fewest = 4;
/** A burst of parallel requests is no pace yet (ms). */
const shortest = 60_000;

/**
 * The pace of a task: its requests of the last half hour over the time from the first of them to now. `left`: what a limit leaves, pico-dollars.
 * Undefined while too little is known to say anything.
 */
export function forecast(spends: readonly Spend[], now: number, left: Pico | undefined): Forecast | undefined {
  const recent = spends.filter(({ at }) => at > now - lately && at <= now);
  if (recent.length < fewest) return undefined;
  const first = recent.reduce((least, { at }) => Math.min(least, at), now);
  const span = BigInt(Math.max(now - first, shortest));
  const sum = recent.reduce((all, { cost }) => all + cost, 0n);
  if (sum <= 0n) return undefined;
  const perHour = (sum * 3_600_000n) / span;
  if (left === undefined) return { perHour };
  if (left <= 0n) return { perHour, requests: 0, minutes: 0 };
  // The limit is reached with the request that passes it.
  const requests = Number(ceilDivide(left * BigInt(recent.length), sum));
  return { perHour, requests, minutes: Number(ceilDivide(left * span, sum * 60_000n)) };
}

/**
 * What a month comes to if its rest goes like the last seven days: what is spent, and for every day that is still to come (today's rest counts as a part of
 * one) a seventh of those days. `elapsed` and `days`: days of the month that are over, with fractions, and its length.
 */
export function monthEnd(spent: Pico, lastSevenDays: Pico, elapsed: number, days: number): Pico {
  const toCome = Math.max(0, days - elapsed);
  return spent + (lastSevenDays * BigInt(Math.round(toCome * 1_000_000))) / 7_000_000n;
}

/** A year at the pace of thirty days. */
export function yearAt(lastThirtyDays: Pico): Pico {
  return (lastThirtyDays * 365n) / 30n;
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
