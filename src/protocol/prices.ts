import * as z from 'zod';
import { usdSchema } from './rows.ts';

/** USD per million tokens: a decimal string, or a number as people write it in their settings. */
export const rateSchema = z.union([z.string().regex(/^\d+(\.\d+)?$/), z.number().nonnegative()]);

const matched = {
  /** A model id, or a glob with `*`. */
  match: z.string().min(1),
  /** Absent: whoever serves it. */
  provider: z.string().optional(),
};

/** A price of the user's own: an entry of the setting `spendMeter.prices`. */
export const ownPriceSchema = z.union([
  z.strictObject({ ...matched, aliasOf: z.string().min(1) }),
  z.strictObject({ ...matched, free: z.literal(true) }),
  z.strictObject({ ...matched, discountPercent: z.number().min(0).max(100) }),
  z.strictObject({
    ...matched,
    input: rateSchema,
    output: rateSchema,
    cacheRead: rateSchema.optional(),
    cacheWrite5m: rateSchema.optional(),
    cacheWrite1h: rateSchema.optional(),
    cacheWrite30m: rateSchema.optional(),
    cacheWrite12h: rateSchema.optional(),
    inputAudio: rateSchema.optional(),
    webSearchPer1000: rateSchema.optional(),
  }),
]);
export type OwnPrice = z.infer<typeof ownPriceSchema>;

/** A model that tokens were sent to without a price being known. */
export const unpricedModelSchema = z.object({ provider: z.string(), model: z.string(), tokens: z.number() });
export type UnpricedModel = z.infer<typeof unpricedModelSchema>;

/** `GET /api/prices`: what the book has, for someone who chooses. USD per million tokens, now. */
export const pricedModelSchema = z.object({
  /** `provider/model`, as `aliasOf` takes it. */
  id: z.string(),
  inputPerM: usdSchema,
  outputPerM: usdSchema,
});
export type PricedModel = z.infer<typeof pricedModelSchema>;

/** `POST /api/prices/recalculate`: prices past requests of these models by the present prices, because the user said so. */
export const recalculateSchema = z.object({
  models: z.array(z.object({ provider: z.string(), model: z.string() })).max(1000),
  /** Only what had no price. */
  unpricedOnly: z.boolean().default(false),
});
export type Recalculate = z.infer<typeof recalculateSchema>;

export const recalculatedSchema = z.object({
  requests: z.number(),
  changed: z.number(),
  beforeUsd: usdSchema,
  afterUsd: usdSchema,
});
export type Recalculated = z.infer<typeof recalculatedSchema>;
