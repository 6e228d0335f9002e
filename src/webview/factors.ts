import { picoToUsd } from '../core/money.ts';
import type { Factors } from '../protocol/views.ts';
import { sumOfMoney, weightOf } from './sums.ts';

export interface FactorRow {
  readonly id: 'turns' | 'context' | 'price' | 'bill';
  /** Dollars as text, tokens and counts as numbers; null where it cannot be told. */
  readonly now: string | number;
  readonly before: string | number | null;
  /** How many times as much as before; the first three multiply to the last. */
  readonly times: number | null;
}

/**
 * A bill as turns × tokens per turn × price of a token. The price is that of all tokens together, prompt and answer, at API
 * prices: real dollars, plan value and what is not told make one value here, because it is a value and not a bill.
 */
export function factorRows(now: Factors, before: Factors | null): readonly FactorRow[] {
  const [a, b] = [factorsOf(now), before && factorsOf(before)];
  const row = (
    id: FactorRow['id'],
    of: (factors: Product) => number,
    shown: (factors: Product) => string | number,
  ): FactorRow => ({
    id,
    now: shown(a),
    before: b ? shown(b) : null,
    times: b && of(b) > 0 ? of(a) / of(b) : null,
  });
  return [
    row(
      'turns',
      ({ requests }) => requests,
      ({ requests }) => requests,
    ),
    row(
      'context',
      ({ tokens, requests }) => tokens / Math.max(1, requests),
      ({ tokens, requests }) => Math.round(tokens / Math.max(1, requests)),
    ),
    row(
      'price',
      ({ pico, tokens }) => Number(pico) / Math.max(1, tokens),
      ({ pico, tokens }) => picoToUsd(tokens > 0 ? (pico * 1_000_000n) / BigInt(tokens) : 0n),
    ),
    row(
      'bill',
      ({ pico }) => Number(pico),
      ({ pico }) => picoToUsd(pico),
    ),
  ];
}

interface Product {
  readonly requests: number;
  readonly tokens: number;
  readonly pico: bigint;
}

function factorsOf(factors: Factors): Product {
  return {
    requests: factors.requests,
    tokens: factors.promptTokens + factors.outputTokens,
    pico: weightOf(sumOfMoney(factors)),
  };
}

/** `1.3`, `12`, `0.05`: two digits that mean something. */
export function timesText(times: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: times >= 100 ? 3 : 2 }).format(times);
}
