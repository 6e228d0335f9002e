import { format } from '../../core/decimal.ts';

/** Digits after the point of a dollar in one billionth of an AI credit: a credit is one cent. */
const nanoDigits = 11;

/**
 * GitHub's own price of a request as USD, from billionths of an AI credit ("nano AIU", `copilot_usage.total_nano_aiu`); `undefined` where none is told. 0 is told
 * by versions that do not know it.
 */
export function usdOfNanoCredits(nano: unknown): string | undefined {
  if (typeof nano !== 'number' || !(nano > 0) || nano > Number.MAX_SAFE_INTEGER) return undefined;
  return format({ units: BigInt(Math.round(nano)), digits: nanoDigits });
}

/** The same from AI credits. */
export function usdOfCredits(credits: unknown): string | undefined {
  return typeof credits === 'number' ? usdOfNanoCredits(credits * 1e9) : undefined;
}
