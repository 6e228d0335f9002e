import { z } from 'zod';
import { decimalOf, format } from '../core/decimal.ts';
import { givenProvider, PriceBook } from '../core/priceBook.ts';
import type { PricePeriod, Rates } from '../core/priceBookData.ts';

const price = z.union([
  z.string().regex(/^\d+(?:\.\d+)?$/),
  z
    .number()
    .nonnegative()
    .transform((value) => format(decimalOf(value))),
]);

const ratesShape = {
  input: price.optional(),
  output: price.optional(),
  cacheRead: price.optional(),
  cacheWrite5m: price.optional(),
  cacheWrite1h: price.optional(),
  cacheWrite30m: price.optional(),
  cacheWrite12h: price.optional(),
  /** The one write price of a provider that tells no lifetimes. */
  cacheWrite: price.optional(),
  inputAudio: price.optional(),
};
const someRates = z.object(ratesShape);
type SomeRates = z.infer<typeof someRates>;

const timeOfDay = z.object({
  utcWindows: z.array(z.tuple([z.string(), z.string()])),
  weekdaysOnly: z.boolean().optional(),
  exceptDates: z.array(z.string()).optional(),
  multiplier: price,
});

/** The `prices` of a line: a card for this call alone. */
export const givenPricesSchema = someRates.extend({
  local: z.boolean().optional(),
  tiers: z.array(someRates.extend({ whenPromptTokensAbove: z.number().optional(), above: z.number().optional() })).optional(),
  serviceTiers: z.record(z.string(), someRates.extend({ multiplier: price.optional() })).optional(),
  regions: z.record(z.string(), z.object({ multiplier: price })).optional(),
  tools: z.object({ webSearchPer1000: price.optional() }).optional(),
  timeOfDay: timeOfDay.optional(),
  schedule: z.array(someRates.extend({ from: z.string(), timeOfDay: timeOfDay.optional() })).optional(),
});
export type GivenPrices = z.infer<typeof givenPricesSchema>;

/** The one row of the book that is made of a line's prices is found under this name. */
export const givenModel = { provider: givenProvider, model: 'given' } as const;

/** A book with exactly the given prices in it; with `null` there is no price at all. Throws where no input or output price is given. */
export function givenBook(prices: GivenPrices | null): PriceBook {
  const periods = prices && periodsOf(prices);
  const models = periods ? [{ ...givenModel, source: 'given', periods }] : [];
  return new PriceBook({ schemaVersion: 1, asOf: '', sources: {}, models });
}

function periodsOf(prices: GivenPrices): readonly PricePeriod[] {
  if (prices.local) return [{ rates: { input: '0', output: '0' } }];
  if (!prices.schedule) return [periodOf(prices, prices)];
  const steps = [...prices.schedule].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  return steps.map((step, at) => ({
    ...periodOf(prices, { ...prices, ...step, timeOfDay: step.timeOfDay ?? prices.timeOfDay }),
    from: step.from,
    to: steps[at + 1]?.from,
  }));
}

function periodOf(all: GivenPrices, own: SomeRates & Pick<GivenPrices, 'timeOfDay'>): PricePeriod {
  const { input, output } = own;
  if (input === undefined || output === undefined) throw new RangeError('prices without input or output');
  const tiers = all.tiers?.map((tier) => ({ above: tier.whenPromptTokensAbove ?? tier.above ?? 0, rates: ratesOf(tier) }));
  return {
    rates: { ...ratesOf(own), input, output },
    tiers: tiers?.sort((a, b) => a.above - b.above),
    serviceTiers:
      all.serviceTiers &&
      mapValues(all.serviceTiers, ({ multiplier, ...rates }) => (multiplier ? { multiplier } : { rates: ratesOf(rates) })),
    regions: all.regions && mapValues(all.regions, (region) => region.multiplier),
    timeOfDay: own.timeOfDay,
    webSearchPer1000: all.tools?.webSearchPer1000,
  };
}

function ratesOf(own: SomeRates): Partial<Rates> {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h, inputAudio, cacheWrite } = own;
  const cacheWrite30m = own.cacheWrite30m ?? cacheWrite;
  const cacheWrite12h = own.cacheWrite12h ?? cacheWrite;
  const all = { input, output, cacheRead, cacheWrite5m, cacheWrite1h, cacheWrite30m, cacheWrite12h, inputAudio };
  return Object.fromEntries(Object.entries(all).filter(([, rate]) => rate !== undefined));
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
