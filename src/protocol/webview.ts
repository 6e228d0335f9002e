import * as z from 'zod';
import { allowances } from '../core/adviceNames.ts';
import { cardAnswerSchema, policyRowSchema } from './advice.ts';
import { viewNames } from './names.ts';
import { listQuerySchema, querySchema } from './query.ts';
import { usdSchema } from './rows.ts';
import { breakdownSchema, stateSchema } from './state.ts';
import { listSchema, planSchema, whereSchema, whySchema, worthSchema } from './views.ts';

/** The currency amounts are shown in, and how much of it a dollar is. */
export const currencySchema = z.object({ code: z.string().regex(/^[A-Z]{3}$/), perUsd: usdSchema, date: z.string() });

/** As the user writes it in the setting `spendMeter.currency`. */
export const currencySettingSchema = z.object({
  code: currencySchema.shape.code,
  perUsd: z.number().positive().max(1e9),
  date: z.string().default(''),
});

/** A table as it is seen, with exact amounts (USD) instead of shown ones. */
export const exportedTableSchema = z.object({
  caption: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))).max(20_000),
});
export type ExportedTable = z.infer<typeof exportedTableSchema>;

/** What the reader looks at now: it is sent, and sent again when it changes. */
const viewAskedSchema = z.object({ kind: z.literal('view'), view: z.enum(viewNames), query: querySchema });
const listAskedSchema = z.object({ kind: z.literal('list'), list: listQuerySchema });
export type Asked = z.infer<typeof viewAskedSchema> | z.infer<typeof listAskedSchema>;

/** Extension → page. The page gets whole snapshots, never deltas, and its strings from the host. */
export const toPageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('init'),
    locale: z.string(),
    strings: z.record(z.string(), z.string()),
    currency: currencySchema.optional(),
    /** Of the machine the window and the meter run on, whose days are counted: `Europe/Berlin`. */
    timeZone: z.string().optional(),
  }),
  z.object({ kind: z.literal('state'), state: stateSchema }),
  z.object({ kind: z.literal('breakdown'), breakdown: breakdownSchema }),
  z.object({ kind: z.literal('where'), where: whereSchema }),
  z.object({ kind: z.literal('why'), why: whySchema }),
  z.object({ kind: z.literal('plan'), plan: planSchema }),
  z.object({ kind: z.literal('worth'), worth: worthSchema }),
  z.object({ kind: z.literal('list'), list: listSchema }),
  z.object({ kind: z.literal('policy'), policy: z.array(policyRowSchema) }),
  /** What was asked for could not be read. */
  z.object({ kind: z.literal('failed'), asked: z.discriminatedUnion('kind', [viewAskedSchema, listAskedSchema]) }),
  /** The service cannot be reached; `message` says what to do. */
  z.object({ kind: z.literal('problem'), message: z.string() }),
]);
export type ToPage = z.infer<typeof toPageSchema>;

/** Page → extension. */
export const fromPageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  viewAskedSchema,
  listAskedSchema,
  z.object({ kind: z.literal('export'), tables: z.array(exportedTableSchema).max(40) }),
  z.object({ kind: z.literal('receipt'), task: z.string() }),
  /** The answer to a suggestion's card. */
  cardAnswerSchema.extend({ kind: z.literal('card') }),
  /** Whether a cheaper model may be offered for a mode (`<agent>/<mode>`) or kind of request. */
  z.object({ kind: z.literal('allow'), name: z.string(), allow: z.enum(allowances) }),
  z.object({ kind: z.literal('stop'), task: z.string() }),
  z.object({ kind: z.literal('resume'), task: z.string() }),
  z.object({ kind: z.literal('raise'), task: z.string() }),
  z.object({
    kind: z.literal('command'),
    command: z.enum(['guardOn', 'runSample', 'setBudget', 'showSources', 'givePrice', 'setBilling', 'routingPolicy']),
  }),
]);
export type FromPage = z.infer<typeof fromPageSchema>;
