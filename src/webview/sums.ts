import { picoToUsd, usdToPico } from '../core/money.ts';
import type { RequestRow, TaskRow } from '../protocol/rows.ts';
import type { Total } from '../protocol/state.ts';

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
  readonly basis: RequestRow['basis'];
  readonly requests: number;
  readonly tokens: number;
  readonly sum: Sum;
}

/** Requests by where their cost comes from, most certain first. Samples are left out, as in every total. */
export function basisLines(requests: readonly RequestRow[]): readonly BasisLine[] {
  const bases = ['reported', 'priced', 'estimated', 'unpriced'] as const;
  return bases.map((basis) => {
    let count = 0;
    let tokens = 0;
    let sum = noSum;
    for (const request of requests) {
      if (request.basis !== basis || request.sample || request.outcome === 'running') continue;
      count += 1;
      tokens += allTokens(request.usage);
      const amount = request.usd === null ? 0n : usdToPico(request.usd);
      sum = addSums(sum, { ...noSum, [request.billing]: amount });
    }
    return { basis, requests: count, tokens, sum };
  });
}

/** Every token that was sent or came back. */
export function allTokens(u: RequestRow['usage']): number {
  return (
    u.uncachedInput + u.inputAudio + u.cacheRead + u.cacheWrite5m + u.cacheWrite1h + u.cacheWrite30m + u.cacheWrite12h + u.output
  );
}
