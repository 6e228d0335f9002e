import * as z from 'zod';
import { policySchema } from './advice.ts';
import { ownPriceSchema } from './prices.ts';
import { billingSchema, modeKindSchema, usdSchema } from './rows.ts';
import { stopRowSchema } from './stops.ts';

/** The 0600 file through which windows and the CLI find the running service. */
export const discoverySchema = z.object({
  pid: z.number().int(),
  port: z.number().int(),
  version: z.string(),
  startedAt: z.number(),
  controlToken: z.string(),
  ingestToken: z.string(),
});
export type Discovery = z.infer<typeof discoverySchema>;

/** `GET /api/health` */
export const healthSchema = z.object({
  name: z.literal('spend-meter'),
  version: z.string(),
  pid: z.number(),
  guard: z.boolean(),
});
export type Health = z.infer<typeof healthSchema>;

/** `PUT /api/settings`: what a window's machine-scoped settings say. */
export const settingsSchema = z.object({
  /** Agents whose session files are not to be read. */
  agentsOff: z.array(z.string()).optional(),
  upstreams: z.record(z.string(), z.string()).optional(),
  billing: z.record(z.string(), billingSchema).optional(),
  /** Model ids or modes the user would accept as cheaper candidates: mode or kind → model id. */
  cheaperModels: z.record(z.string(), z.string()).optional(),
  /** What may be offered instead, by mode and kind of request; names of `cheaperModels` are its first candidates. */
  routing: policySchema.optional(),
  /** The longest answer (tokens) the user reckons with where a request names none: what is reserved for one that cannot be cut. */
  maxOutputTokens: z.int().positive().nullable().optional(),
  /** What the user calls an agent's own modes: its name (any case) → mode. */
  modes: z.record(z.string(), modeKindSchema).optional(),
  /** What is done about an agent that goes round in circles. */
  runaway: z.enum(['off', 'warn', 'stop']).optional(),
  /** The user's own prices; they win over the book. */
  prices: z.array(ownPriceSchema).optional(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** `PUT /api/guard` */
export const guardRequestSchema = z.object({ on: z.boolean() });

/** `POST /api/quote`: what a text would cost to send. The text is counted and forgotten. */
export const quoteRequestSchema = z.object({ text: z.string(), models: z.array(z.string()).max(20).optional() });
export const quoteSchema = z.object({
  quotes: z.array(
    z.object({
      model: z.string(),
      tokens: z.number(),
      counted: z.enum(['exact', 'calibrated', 'estimated']),
      /** Relative error of `tokens`, 0 when exact. */
      plusMinus: z.number(),
      /** Sending it once, uncached; null when the model has no price. */
      usd: usdSchema.nullable(),
    }),
  ),
});
export type Quote = z.infer<typeof quoteSchema>;

/** `POST /api/sample`: starts the scripted run; `{}` → its task. */
export const sampleStartedSchema = z.object({ task: z.string() });

/** `POST /api/tasks/<id>/stop`, `…/resume` and `…/let-run`: why, for the audit trail. */
export const decisionSchema = z.object({ reason: z.string().max(500).optional() });

/** `POST /api/tasks/<id>/stop` and `…/resume` */
export const stopResultSchema = z.object({
  task: z.string(),
  state: z.enum(['stopped', 'running', 'idle']),
  /** Streams that were cut by this call. */
  cutRequests: z.number(),
  usd: usdSchema.nullable(),
  /** How the stop stands; only after one. */
  stop: stopRowSchema.optional(),
});
export type StopResult = z.infer<typeof stopResultSchema>;

/** The error body of every API answer that is not 2xx. */
export const apiErrorSchema = z.object({ error: z.string() });
