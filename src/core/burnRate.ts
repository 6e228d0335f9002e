import type { Spend } from './forecast.ts';
import { type Pico, picoToUsd } from './money.ts';
import { type Runaway, thresholds } from './runaway.ts';

/** What is "now" (ms) … */
const present = 5 * 60_000;
/** … and how long a task must have gone on before it has a rate of its own (ms). */
const ownRateAfter = 15 * 60_000;
const fewest = 10;
/** Below this an hour nobody minds: pico-dollars. */
const leastPerHour: Pico = 5_000_000_000_000n;

/**
 * A burn rate far above the task's own: the last five minutes against all before them. A task that has just begun has no rate of its own yet; a pause does
 * not lower it, as only minutes in which something was spent count.
 */
export function burnRate(spends: readonly Spend[], now: number): Runaway | undefined {
  const before = spends.filter(({ at }) => at <= now - present);
  const lately = spends.filter(({ at }) => at > now - present && at <= now);
  if (before.length < fewest || lately.length < 3) return undefined;
  if (now - before.reduce((least, { at }) => Math.min(least, at), now) < ownRateAfter) return undefined;
  const minutes = new Set(before.map(({ at }) => Math.floor(at / 60_000))).size;
  const usual = (sumOf(before) * 60n) / BigInt(minutes);
  const perHour = sumOf(lately) * 12n;
  if (perHour < leastPerHour || perHour < usual * BigInt(thresholds.burn)) return undefined;
  return { what: 'burn rate', perHourUsd: picoToUsd(perHour), usualUsd: picoToUsd(usual) };
}

function sumOf(spends: readonly Spend[]): Pico {
  return spends.reduce((sum, { cost }) => sum + cost, 0n);
}
