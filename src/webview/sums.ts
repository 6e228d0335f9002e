import { picoToUsd, usdToPico } from '../core/money.ts';
import type { RequestRow, TaskRow } from '../protocol/rows.ts';
import type { Total } from '../protocol/state.ts';
import type { Money } from '../protocol/views.ts';

/** Pico-dollars by who pays; the three are never added together for display. */
export interface Sum {
  readonly metered: bigint;
  readonly plan: bigint;
  readonly unknown: bigint;
  readonly unpricedTokens: number;
}

export const noSum: Sum = { metered: 0n, plan: 0n, unknown: 0n, unpricedTokens: 0 };

export function addSums(a: Sum, b: Sum): Sum {
  return {
    metered: a.metered + b.metered,
    plan: a.plan + b.plan,
    unknown: a.unknown + b.unknown,
    unpricedTokens: a.unpricedTokens + b.unpricedTokens,
  };
}

export function sumOfTotal(total: Total): Sum {
  return {
    metered: usdToPico(total.meteredUsd),
    plan: usdToPico(total.planUsd),
    unknown: usdToPico(total.unknownUsd),
    unpricedTokens: total.unpricedTokens,
  };
}

export function sumOfMoney({ meteredUsd, planUsd, unknownUsd }: Money): Sum {
  return { metered: usdToPico(meteredUsd), plan: usdToPico(planUsd), unknown: usdToPico(unknownUsd), unpricedTokens: 0 };
}

export function sumOfTask(task: TaskRow): Sum {
  const amount = task.usd === null ? 0n : usdToPico(task.usd);
  return { ...noSum, [task.billing]: amount, unpricedTokens: task.unpricedTokens };
}

/** For ranking and for the length of bars only: dollars and plan value have no meaning as one sum. */
export function weightOf(sum: Sum): bigint {
  return sum.metered + sum.plan + sum.unknown;
}

export function largestWeight(sums: readonly Sum[]): bigint {
  let largest = 0n;
  for (const sum of sums) if (weightOf(sum) > largest) largest = weightOf(sum);
  return largest;
}

export interface MoneyPart {
  readonly kind: 'metered' | 'plan' | 'unknown';
  readonly usd: string;
}

/** The parts of a sum that are not zero, real dollars first; a sum of nothing is zero real dollars. */
export function moneyParts(sum: Sum): readonly MoneyPart[] {
  const kinds = ['metered', 'plan', 'unknown'] as const;
  const parts = kinds.filter((kind) => sum[kind] !== 0n).map((kind) => ({ kind, usd: picoToUsd(sum[kind]) }));
  return parts.length > 0 ? parts : [{ kind: 'metered', usd: '0' }];
}

export interface BasisLine {
  readonly basis: 'reported' | 'priced' | 'estimated';
  readonly sum: Sum;
  /** How far the line may be off, pico-dollars. */
  readonly plusMinus: bigint;
}

const billings = ['metered', 'plan', 'unknown'] as const;

/** A total by where its cost comes from, most certain first. */
export function basisLines(total: Total): readonly BasisLine[] {
  const whole = sumOfTotal(total);
  const sumOf = (pick: (billing: (typeof billings)[number]) => bigint): Sum => ({
    ...noSum,
    ...Object.fromEntries(billings.map((billing) => [billing, pick(billing)])),
  });
  const reported = sumOf((billing) => usdToPico(total.byBasis[billing].reportedUsd));
  const estimated = sumOf((billing) => usdToPico(total.byBasis[billing].estimatedUsd));
  const priced = sumOf((billing) => whole[billing] - reported[billing] - estimated[billing]);
  return [
    { basis: 'reported', sum: reported, plusMinus: 0n },
    { basis: 'priced', sum: priced, plusMinus: 0n },
    { basis: 'estimated', sum: estimated, plusMinus: plusMinusOf(total) },
  ];
}

/** How far a total may be off because a part of it rests on our own counts, pico-dollars. */
export function plusMinusOf({ byBasis }: Total): bigint {
  return billings.reduce((sum, billing) => sum + usdToPico(byBasis[billing].plusMinusUsd), 0n);
}

/** Every token that was sent or came back. */
export function allTokens(u: RequestRow['usage']): number {
  return (
    u.uncachedInput + u.inputAudio + u.cacheRead + u.cacheWrite5m + u.cacheWrite1h + u.cacheWrite30m + u.cacheWrite12h + u.output
  );
}
