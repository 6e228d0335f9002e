/**
 * Exact decimal numbers: `units × 10^-digits`, on `bigint`. Prices, multipliers and the answers of `spend-meter price` go
 * through here, never through a float.
 */
export interface Decimal {
  readonly units: bigint;
  /** Digits after the point, ≥ 0. */
  readonly digits: number;
}

export const zero: Decimal = { units: 0n, digits: 0 };

const powers: bigint[] = [1n];

/** 10^digits; the small ones are kept. */
export function powerOfTen(digits: number): bigint {
  for (let at = powers.length; at <= digits; at++) powers.push((powers[at - 1] ?? 1n) * 10n);
  return powers[digits] ?? 1n;
}

/** Reads `"3"`, `"0.30"`, `"-1.5"`, `"2.5e-7"`. Throws a `RangeError` on anything else. */
export function parse(text: string): Decimal {
  const match = /^(-?)(\d{1,400})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (!match) throw new RangeError(`not a decimal number: ${JSON.stringify(text.slice(0, 60))}`);
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const units = BigInt(`${whole}${fraction}`);
  const digits = fraction.length - Number(exponent);
  const signed = sign ? -units : units;
  return digits >= 0 ? { units: signed, digits } : { units: signed * powerOfTen(-digits), digits: 0 };
}

/** The decimal a JSON number was written as (its shortest form that reads back the same). */
export function decimalOf(value: number): Decimal {
  return parse(String(value));
}

export function add(a: Decimal, b: Decimal): Decimal {
  const digits = Math.max(a.digits, b.digits);
  return { units: a.units * powerOfTen(digits - a.digits) + b.units * powerOfTen(digits - b.digits), digits };
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, digits: a.digits + b.digits };
}

/** `value` divided by 10^digits: exact. */
export function scaleDown(value: Decimal, digits: number): Decimal {
  return { units: value.units, digits: value.digits + digits };
}

/** Negative, 0 or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Decimal, b: Decimal): number {
  const difference = add(a, { units: -b.units, digits: b.digits }).units;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The shortest exact text: no trailing zeros, no exponent, never `-0`. */
export function format(value: Decimal): string {
  const negative = value.units < 0n;
  const all = (negative ? -value.units : value.units).toString().padStart(value.digits + 1, '0');
  const whole = all.slice(0, all.length - value.digits);
  const fraction = all.slice(all.length - value.digits).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

/** As a whole number of 10^-digits, rounded half away from zero. */
export function toUnits(value: Decimal, digits: number): bigint {
  if (value.digits <= digits) return value.units * powerOfTen(digits - value.digits);
  const divisor = powerOfTen(value.digits - digits);
  const half = divisor / 2n;
  return (value.units < 0n ? value.units - half : value.units + half) / divisor;
}
