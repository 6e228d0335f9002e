import type { Pico } from './money.ts';
import type { Basis, Prediction } from './request.ts';

/** Relative error of our counts where nothing better is known: a rule of thumb of a few characters per token is off by half at worst. */
export const roughPlusMinus = 0.5;

/**
 * How far (pico-dollars) a cost may be off because its tokens are our own count; 0 for what the provider counted.
 * Errors of many requests are added up in full and not by squares: one model's counts are wrong in the same direction.
 */
export function errorOf(cost: Pico | null, basis: Basis, prediction: Pick<Prediction, 'plusMinus'> | undefined): Pico {
  if (basis !== 'estimated' || cost === null || cost <= 0n) return 0n;
  const millionths = Math.round((prediction?.plusMinus ?? roughPlusMinus) * 1_000_000);
  return (cost * BigInt(millionths)) / 1_000_000n;
}
