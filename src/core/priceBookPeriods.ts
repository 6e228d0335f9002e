import { PeriodPrices } from './cost.ts';
import { format } from './decimal.ts';
import { type PricePeriod, type Rates, rateNames } from './priceBookData.ts';
import type { PriceContext } from './request.ts';
import type { Usage } from './usage.ts';

/** A period with its ends as milliseconds since the epoch (-Infinity and Infinity where open), ready to charge. */
export interface TimedPrices {
  readonly from: number;
  readonly to: number;
  readonly period: PricePeriod;
  readonly prices: PeriodPrices;
}

const known = new WeakMap<object, readonly TimedPrices[]>();

/** Prepared once per list of periods, whichever names lead to it. */
export function timedPrices(periods: readonly PricePeriod[]): readonly TimedPrices[] {
  let timed = known.get(periods);
  if (!timed) {
    timed = periods.map((period) => ({
      from: period.from ? Date.parse(period.from) : Number.NEGATIVE_INFINITY,
      to: period.to ? Date.parse(period.to) : Number.POSITIVE_INFINITY,
      period,
      prices: new PeriodPrices(period),
    }));
    known.set(periods, timed);
  }
  return timed;
}

const usageNames: Readonly<Record<keyof Rates, keyof Usage>> = {
  input: 'uncachedInput',
  output: 'output',
  cacheRead: 'cacheRead',
  cacheWrite5m: 'cacheWrite5m',
  cacheWrite1h: 'cacheWrite1h',
  cacheWrite30m: 'cacheWrite30m',
  cacheWrite12h: 'cacheWrite12h',
  inputAudio: 'inputAudio',
};

/** The rates a short prompt pays in that situation, of the classes that have a price of their own. */
export function ratesIn(period: PricePeriod, context: PriceContext): Rates {
  const prices = new PeriodPrices(period);
  const rate = (name: keyof Rates) => format(prices.perMillion(usageNames[name], context));
  const own = rateNames.filter((name) => period.rates[name] !== undefined).map((name) => [name, rate(name)]);
  return { input: rate('input'), output: rate('output'), ...Object.fromEntries(own) };
}
