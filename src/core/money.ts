/**
 * Money. Sums and stored amounts are pico-dollars (1e-12 USD) in `bigint`; prices and exact answers are decimal
 * strings. Nothing here goes through a float.
 */
export type Pico = bigint;

export const picoPerDollar = 1_000_000_000_000n;

/** Exact decimal string of USD: `17100000000n` → `"0.0171"`. */
export function picoToUsd(amount: Pico): string {
  const sign = amount < 0n ? '-' : '';
  const abs = amount < 0n ? -amount : amount;
  const whole = abs / picoPerDollar;
  const rest = (abs % picoPerDollar).toString().padStart(12, '0').replace(/0+$/, '');
  return rest ? `${sign}${whole}.${rest}` : `${sign}${whole}`;
}

/** Reads a plain decimal string of USD; digits below one pico-dollar are rounded half away from zero. Throws on anything else. */
export function usdToPico(text: string): Pico {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new RangeError(`not a decimal amount: ${JSON.stringify(text)}`);
  const [, sign, whole = '0', rest = ''] = match;
  const digits = rest.padEnd(13, '0');
  let amount = BigInt(whole) * picoPerDollar + BigInt(digits.slice(0, 12));
  if (digits.charCodeAt(12) >= 0x35) amount += 1n;
  return sign ? -amount : amount;
}
