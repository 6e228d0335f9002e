import * as z from 'zod';
import { usdSchema } from './rows.ts';
import { breakdownSchema, stateSchema } from './state.ts';

/** The currency amounts are shown in, and how much of it a dollar is. */
export const currencySchema = z.object({ code: z.string().regex(/^[A-Z]{3}$/), perUsd: usdSchema, date: z.string() });

/** As the user writes it in the setting `spendMeter.currency`. */
export const currencySettingSchema = z.object({
  code: currencySchema.shape.code,
  perUsd: z.number().positive().max(1e9),
  date: z.string().default(''),
});

/** Extension → page. The page gets whole snapshots, never deltas, and its strings from the host. */
export const toPageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('init'),
    locale: z.string(),
    strings: z.record(z.string(), z.string()),
    currency: currencySchema.optional(),
  }),
  z.object({ kind: z.literal('state'), state: stateSchema }),
  z.object({ kind: z.literal('breakdown'), breakdown: breakdownSchema }),
  /** The service cannot be reached; `message` says what to do. */
  z.object({ kind: z.literal('problem'), message: z.string() }),
]);
export type ToPage = z.infer<typeof toPageSchema>;

/** Page → extension. */
export const fromPageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('range'), range: breakdownSchema.shape.range }),
  z.object({ kind: z.literal('stop'), task: z.string() }),
  z.object({ kind: z.literal('resume'), task: z.string() }),
  z.object({ kind: z.literal('command'), command: z.enum(['guardOn', 'runSample', 'setBudget', 'showSources', 'givePrice']) }),
]);
export type FromPage = z.infer<typeof fromPageSchema>;
