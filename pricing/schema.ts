import { z } from 'zod';
import type { BookData, ModelAlias, PriceOverride, Rates } from '../src/core/priceBookData.ts';

/** Strict shapes of everything in this folder and of the user's own prices. Amounts are decimal strings, instants UTC. */

const amount = z.string().regex(/^\d+(?:\.\d+)?$/, 'a decimal amount such as "0.30"');
const factor = z.string().regex(/^\d+(?:\.\d+)?$/, 'a decimal factor such as "1.1"');
const day = z.iso.date();
const instant = z.iso.datetime();
const id = z.string().min(1).regex(/^\S+$/, 'an id without spaces');

const rateShape = {
  input: amount,
  output: amount,
  cacheRead: amount.optional(),
  cacheWrite5m: amount.optional(),
  cacheWrite1h: amount.optional(),
  cacheWrite30m: amount.optional(),
  cacheWrite12h: amount.optional(),
  inputAudio: amount.optional(),
};
const rates = z.strictObject(rateShape);
const someRates = rates.partial();

const timeOfDay = z.strictObject({
  utcWindows: z.array(z.tuple([z.string().regex(/^\d\d:\d\d$/), z.string().regex(/^\d\d:\d\d$/)])).min(1),
  weekdaysOnly: z.boolean().optional(),
  exceptDates: z.array(day).optional(),
  multiplier: factor,
});

const serviceTier = z.strictObject({ multiplier: factor.optional(), rates: someRates.optional() });

const periodShape = {
  from: instant.optional(),
  to: instant.optional(),
  rates,
  tiers: z.array(z.strictObject({ above: z.int().positive(), rates: someRates })).optional(),
  serviceTiers: z.record(z.string(), serviceTier).optional(),
  regions: z.record(z.string(), factor).optional(),
  timeOfDay: timeOfDay.optional(),
  webSearchPer1000: amount.optional(),
};
export const periodSchema = z.strictObject(periodShape);

export const sourceSchema = z.strictObject({
  url: z.url({ protocol: /^https$/ }),
  kind: z.enum(['vendor', 'catalog']),
  checkedAt: day,
  package: z.string().optional(),
});

export const modelSchema = z.strictObject({
  provider: id,
  model: id,
  of: id.optional(),
  aliases: z.array(id).optional(),
  source: id,
  confidence: z.enum(['medium', 'low']).optional(),
  periods: z.array(periodSchema).min(1),
});

export const bookSchema = z.strictObject({
  schemaVersion: z.literal(1),
  asOf: day,
  sources: z.record(id, sourceSchema),
  models: z.array(modelSchema),
}) satisfies z.ZodType<BookData>;

export const aliasesSchema = z.array(z.strictObject({ id, provider: id.optional(), model: id })) satisfies z.ZodType<
  readonly ModelAlias[]
>;

/** One hand-kept row: as in the book, with its source in full. */
export const handRowSchema = modelSchema.omit({ source: true }).extend({
  source: z.strictObject({ url: z.url({ protocol: /^https$/ }), checkedAt: day, kind: z.enum(['vendor', 'catalog']).optional() }),
  note: z.string().optional(),
});
export const handRowsSchema = z.array(handRowSchema);
export type HandRow = z.infer<typeof handRowSchema>;

/** What the catalogues say, as `generate.ts --fetch` wrote it down. */
export const catalogSchema = z.strictObject({
  package: z.string(),
  version: z.string(),
  licence: z.string(),
  date: day,
  models: z.array(
    z.strictObject({
      provider: id,
      model: id,
      aliases: z.array(id).optional(),
      periods: z.array(periodSchema).min(1),
    }),
  ),
});
export type Catalog = z.infer<typeof catalogSchema>;

export const planSchema = z.strictObject({
  id,
  vendor: id,
  name: z.string(),
  priceUsd: amount,
  per: z.enum(['month', 'seat-month']),
  included: z.array(
    z.strictObject({
      unit: z.enum(['ai-credit', 'usd', 'premium-request', 'window', 'completion']),
      amount: amount.optional(),
      resets: z.enum(['month-utc', 'billing-day', '5-hours', 'week']),
      note: z.string().optional(),
    }),
  ),
  /** What one unit is worth in USD of API use, where that is fixed. */
  unitUsd: amount.optional(),
  overage: z.string(),
  billed: z.array(z.string()),
  notBilled: z.array(z.string()),
  confidence: z.enum(['medium', 'low']).optional(),
  source: z.strictObject({ url: z.url({ protocol: /^https$/ }), checkedAt: day }),
});
export const plansSchema = z.array(planSchema);
export type Plan = z.infer<typeof planSchema>;

/** A price as people write it: a decimal string or a JSON number. */
const price = z.union([
  amount,
  z
    .number()
    .nonnegative()
    .transform((value) => plain(value)),
]);
const userRates = z.strictObject({
  input: price,
  output: price,
  cacheRead: price.optional(),
  cacheWrite5m: price.optional(),
  cacheWrite1h: price.optional(),
  cacheWrite30m: price.optional(),
  cacheWrite12h: price.optional(),
  cacheWrite: price.optional(),
  inputAudio: price.optional(),
});
const userTier = userRates.partial().extend({ above: z.int().positive() });
const where = { match: z.string().min(1), provider: z.string().min(1).optional() };

/**
 * The user's own prices: `{match, provider?, input, output, …}`, `{match, aliasOf}`, `{match, free: true}` or
 * `{match, discountPercent}`. `cacheWrite` stands for every lifetime that is not named by itself.
 */
export const overrideSchema = z.union([
  z.strictObject({ ...where, aliasOf: id }).transform((row): PriceOverride => ({ kind: 'alias', ...row })),
  z
    .strictObject({ ...where, free: z.literal(true) })
    .transform(({ match, provider }): PriceOverride => ({ kind: 'free', match, provider })),
  z
    .strictObject({ ...where, discountPercent: price })
    .refine((row) => Number(row.discountPercent) <= 100, 'at most 100 percent')
    .transform((row): PriceOverride => ({ kind: 'discount', ...row })),
  userRates.extend({ ...where, tiers: z.array(userTier).optional(), webSearchPer1000: price.optional() }).transform(
    ({ match, provider, tiers, webSearchPer1000, ...own }): PriceOverride => ({
      kind: 'price',
      match,
      provider,
      rates: everyLifetime(own),
      webSearchPer1000,
      ...(tiers
        ? {
            tiers: tiers.map(({ above, ...rates }) => ({ above, rates: everyLifetime(rates) })).sort((a, b) => a.above - b.above),
          }
        : {}),
    }),
  ),
]);
export const overridesSchema = z.array(overrideSchema);

function everyLifetime<R extends Partial<Rates> & { readonly cacheWrite?: string }>({
  cacheWrite,
  ...rates
}: R): Omit<R, 'cacheWrite'> {
  if (cacheWrite === undefined) return rates;
  const all = { cacheWrite5m: cacheWrite, cacheWrite1h: cacheWrite, cacheWrite30m: cacheWrite, cacheWrite12h: cacheWrite };
  return { ...all, ...rates };
}

/** The digits of a JSON number without an exponent. */
function plain(value: number): string {
  return String(value).includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : String(value);
}
