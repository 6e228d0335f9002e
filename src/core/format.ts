import { format as decimalText, multiply, parse } from './decimal.ts';
import { usdToPico } from './money.ts';

/**
 * Numbers as people read them, the same words in the status bar, the tooltip and the breakdown page.
 * Amounts stay decimal strings up to `Intl`, which takes them exactly; nothing here goes through a float
 * except percentages and compact token counts.
 */

/** Another currency that amounts are shown in, at a rate the user has set. Everything is counted and stored in USD. */
export interface Currency {
  /** ISO 4217, `EUR`. */
  readonly code: string;
  /** How much of it one dollar is: an exact decimal. */
  readonly perUsd: string;
  /** The day of the rate, as the user wrote it. */
  readonly date: string;
}

/** Whom numbers are for: a BCP 47 tag, with the currency they want to see where it is not the dollar. */
export type Locale = string | { readonly tag: string; readonly currency: Currency };

export function tagOf(locale: Locale): string {
  return typeof locale === 'string' ? locale : locale.tag;
}

/** An amount of USD in the reader's currency: its code and an exact decimal. */
export function inCurrency(usd: string, locale: Locale): { readonly code: string; readonly amount: string } {
  if (typeof locale === 'string') return { code: 'USD', amount: usd };
  return { code: locale.currency.code, amount: decimalText(multiply(parse(usd), parse(locale.currency.perUsd))) };
}

const formats = new Map<string, Intl.NumberFormat>();

/** Making an `Intl.NumberFormat` costs more than using it a thousand times. */
function numberFormat(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const tag = tagOf(locale);
  const key = `${tag}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(tag, options);
    formats.set(key, format);
  }
  return format;
}

/** Below this no digit would mean anything to a person: a hundredth of a cent. */
const leastShown = usdToPico('0.0001');

/**
 * Digits after the point that keep two significant ones: 12.34 → 2, 0.42 → 2, 0.0421 → 3, 0.0042 → 4. From one on as many as
 * the currency has: 12.34 → 0 where it has none.
 */
function fractionDigits(amount: string, usual = 2): number {
  const match = /^-?0*\.(0*)[1-9]/.exec(amount);
  return match ? Math.max(usual, (match[1] ?? '').length + 2) : usual;
}

/** Digits after the point of a currency: two for dollars, none for yen. */
function currencyDigits(code: string): number {
  return numberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * USD from an exact decimal string: `"0.0042"` → `$0.0042`, `"3.4159"` → `$3.42`, `"0"` → `$0.00`; what is above
 * zero but under a hundredth of a cent is `<$0.0001`, never `$0.00`. `null` (no price known) gives `unpriced`, a
 * word and never a zero. In the reader's own currency where they set one. Throws a `RangeError` on anything that is not a decimal amount.
 */
export function formatUsd(usd: string | null, locale: Locale, unpriced = 'unpriced'): string {
  if (usd === null) return unpriced;
  const { code, amount: exact } = inCurrency(usd, locale);
  const amount = usdToPico(exact);
  const tiny = amount !== 0n && amount < leastShown && amount > -leastShown;
  const shown = tiny ? (amount < 0n ? '-0.0001' : '0.0001') : exact;
  const digits = tiny ? 4 : fractionDigits(shown, currencyDigits(code));
  const format = numberFormat(locale, {
    style: 'currency',
    currency: code,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const text = format.format(shown as Intl.StringNumericLiteral);
  return tiny ? `<${text}` : text;
}

/** A plain amount from an exact decimal string: `42`, `0.0042`, `1,234.57`. */
export function formatAmount(amount: string, locale: Locale): string {
  return numberFormat(locale, { maximumFractionDigits: fractionDigits(amount) }).format(amount as Intl.StringNumericLiteral);
}

/** As {@link formatUsd}, with `≈` in front of what a subscription covered: a value, not dollars spent. */
export function formatCost(
  cost: { readonly usd: string | null; readonly billing: 'metered' | 'plan' | 'unknown' },
  locale: Locale,
  unpriced?: string,
): string {
  const text = formatUsd(cost.usd, locale, unpriced);
  return cost.usd !== null && cost.billing === 'plan' ? `≈${text}` : text;
}

/** Token counts, short: 950 → `950`, 41 230 → `41.2K` (`4.12万` in Chinese), 1 200 000 → `1.2M`. */
export function formatTokens(tokens: number, locale: Locale): string {
  if (Math.abs(tokens) < 1000) return formatCount(tokens, locale);
  return numberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 }).format(tokens);
}

/** A whole number with its separators. */
export function formatCount(count: number, locale: Locale): string {
  return numberFormat(locale, { maximumFractionDigits: 0 }).format(count);
}

/**
 * A share as a percentage. Never rounds something to nothing or the rest to everything: between 0 and 1 % it is
 * `<1%`, just under the whole it stays `99%`.
 */
export function formatShare(share: number, locale: Locale): string {
  const format = numberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  if (share > 0 && share < 0.01) return `<${format.format(0.01)}`;
  if (share > 0.99 && share < 1) return format.format(0.99);
  return format.format(share);
}

/** `part` of `whole` as a plain number for bars and percentages; 0 when there is no whole. */
export function shareOf(part: bigint, whole: bigint): number {
  if (whole <= 0n) return 0;
  return Number((part * 1_000_000n) / whole) / 1_000_000;
}

/** A moment (ms since the epoch) in a list: the time of day, with the date where it is not the day of `now`. */
export function formatMoment(at: number, now: number, locale: Locale): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const date = sameDay ? {} : ({ month: 'short', day: 'numeric' } as const);
  return new Intl.DateTimeFormat(tagOf(locale), { ...date, hour: 'numeric', minute: '2-digit' }).format(at);
}
