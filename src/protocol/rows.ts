import * as z from 'zod';
import { modeKinds } from '../core/mode.ts';

/** A decimal string of USD, exact. */
export const usdSchema = z.string().regex(/^-?\d+(\.\d+)?$/);

export const basisSchema = z.enum(['reported', 'priced', 'estimated', 'unpriced']);
export const billingSchema = z.enum(['metered', 'plan', 'unknown']);
export const modeKindSchema = z.enum(modeKinds);

/** Disjoint token classes of a row or a sum; `reasoning` is inside `output`. */
export const usageSchema = z.object({
  uncachedInput: z.number(),
  cacheRead: z.number(),
  cacheWrite5m: z.number(),
  cacheWrite1h: z.number(),
  cacheWrite30m: z.number(),
  cacheWrite12h: z.number(),
  inputAudio: z.number(),
  output: z.number(),
  reasoning: z.number(),
  webSearches: z.number(),
});

/** A change of mode inside a task, and what it made the agent send again uncached. */
export const transitionSchema = z.object({
  at: z.number(),
  from: z.string(),
  to: z.string(),
  usd: usdSchema.nullable(),
  resentTokens: z.number(),
});

/** Where a running task is heading at the pace of its last half hour. Requests and minutes until its nearest USD limit, where one holds. */
export const taskForecastSchema = z.object({
  perHourUsd: usdSchema,
  requests: z.number().optional(),
  minutes: z.number().optional(),
});
export type TaskForecast = z.infer<typeof taskForecastSchema>;

/** `usd` is null when nothing in it could be priced. */
export const taskSchema = z.object({
  id: z.string(),
  agent: z.string(),
  parent: z.string().optional(),
  /** The agent's own name of the current mode. */
  mode: z.string(),
  modeKind: modeKindSchema,
  model: z.string(),
  state: z.enum(['running', 'idle', 'stopped']),
  budget: z.enum(['ok', 'warning', 'exceeded', 'none']),
  requests: z.number(),
  usage: usageSchema,
  usd: usdSchema.nullable(),
  basis: basisSchema,
  /** How far `usd` may be off because a part of it rests on our own counts; absent = not at all. */
  plusMinusUsd: usdSchema.optional(),
  billing: billingSchema,
  budgetUsd: usdSchema.optional(),
  /** Since when a request of it waits for an answer about a budget, or for others to end (ms since the epoch). */
  heldSince: z.number().optional(),
  forecast: taskForecastSchema.optional(),
  /** Tokens of this task that were sent without a price being known. */
  unpricedTokens: z.number(),
  /** The current run (one user prompt until idle), where the agent tells runs apart. */
  run: z.object({ id: z.string(), usd: usdSchema.nullable(), requests: z.number() }).optional(),
  workspace: z.string().optional(),
  sample: z.boolean(),
  firstAt: z.number(),
  lastAt: z.number(),
  transitions: z.array(transitionSchema),
});

export const requestSchema = z.object({
  id: z.string(),
  task: z.string(),
  run: z.string(),
  at: z.number(),
  agent: z.string(),
  mode: z.string(),
  modeKind: modeKindSchema,
  kind: z.string(),
  provider: z.string(),
  model: z.string(),
  /** Our count of the outgoing prompt while the provider is still thinking, the provider's own afterwards. */
  promptTokens: z.number(),
  promptCounted: z.enum(['exact', 'calibrated', 'estimated', 'reported']),
  expectedUsd: usdSchema.nullable(),
  worstUsd: usdSchema.nullable(),
  usage: usageSchema,
  usd: usdSchema.nullable(),
  basis: basisSchema,
  plusMinusUsd: usdSchema.optional(),
  billing: billingSchema,
  source: z.enum(['gateway', 'sessions', 'otlp', 'extension']),
  outcome: z.enum(['running', 'ok', 'cut', 'refused', 'error']),
  sample: z.boolean(),
});

export type TaskRow = z.infer<typeof taskSchema>;
export type RequestRow = z.infer<typeof requestSchema>;
export type UsageRow = z.infer<typeof usageSchema>;
export type TransitionRow = z.infer<typeof transitionSchema>;
