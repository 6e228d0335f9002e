import { z } from 'zod';
import { policySchema } from '../protocol/advice.ts';
import { ownPriceSchema } from '../protocol/prices.ts';
import { modeKindSchema } from '../protocol/rows.ts';

/** What is kept over restarts under the ledger's setting `service`. */
const keptSchema = z.object({
  guard: z.boolean().default(false),
  agentsOff: z.array(z.string()).default([]),
  upstreams: z.record(z.string(), z.string()).default({}),
  cheaperModels: z.record(z.string(), z.string()).default({}),
  routing: policySchema.catch({}).default({}),
  modes: z.record(z.string(), modeKindSchema).default({}),
  runaway: z.enum(['off', 'warn', 'stop']).default('warn'),
  maxOutputTokens: z.int().positive().nullable().default(null),
  prices: z.array(ownPriceSchema).catch([]).default([]),
});
export type KeptSettings = z.infer<typeof keptSchema>;

/** Unreadable settings are as good as none. */
export function readSettings(kept: unknown): KeptSettings {
  const parsed = keptSchema.safeParse(kept ?? {});
  return parsed.success ? parsed.data : keptSchema.parse({});
}
