import * as z from 'zod';
import { adviceSchema, policyRowSchema } from './advice.ts';
import { limitRowSchema } from './budget.ts';
import { unpricedModelSchema } from './prices.ts';
import { querySchema } from './query.ts';
import { billingSchema, taskSchema, usageSchema, usdSchema } from './rows.ts';
import { stopRowSchema } from './stops.ts';

/** Parts of a sum: what providers told themselves, and what rests on our own token counts with its ±. The rest is their tokens at our prices. */
export const basisPartsSchema = z.object({ reportedUsd: usdSchema, estimatedUsd: usdSchema, plusMinusUsd: usdSchema });

/** A sum over many requests. Real dollars, plan value and what is not yet known to be either are never mixed. */
export const totalSchema = z.object({
  requests: z.number(),
  usage: usageSchema,
  /** Real dollars. */
  meteredUsd: usdSchema,
  /** API-equivalent value of what a subscription covered. */
  planUsd: usdSchema,
  /** Priced, but nobody has said yet whether a subscription covers it. */
  unknownUsd: usdSchema,
  /** The part of the three sums that rests on our own token counts. */
  estimatedUsd: usdSchema,
  /** What each of the three sums rests on. */
  byBasis: z.object({ metered: basisPartsSchema, plan: basisPartsSchema, unknown: basisPartsSchema }),
  unpricedTokens: z.number(),
});

const budgetAlertSchema = z.object({
  id: z.string(),
  /** `held`: a request waits for the answer. `unpriced`: nobody knows what `model` costs, so this limit cannot hold for it. */
  kind: z.enum(['budget-warning', 'budget-exceeded', 'held', 'stopped', 'unpriced']),
  task: z.string(),
  model: z.string().optional(),
  /** The limit it is about. Raising it is setting its budget again with a larger amount. */
  ...limitRowSchema.shape,
  sample: z.boolean(),
});

/** Why an agent seems to run away, and what that rests on. */
export const runawaySchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('same call'), tool: z.string(), times: z.number() }),
  z.object({ what: z.literal('edit and undo'), times: z.number() }),
  z.object({ what: z.literal('burn rate'), perHourUsd: usdSchema, usualUsd: usdSchema }),
  z.object({ what: z.literal('context'), tokens: z.number(), before: z.number(), calls: z.number() }),
]);

const runawayAlertSchema = z.object({
  id: z.string(),
  kind: z.literal('runaway'),
  task: z.string(),
  runaway: runawaySchema,
  /** It has been stopped, as the user had asked for. */
  stopped: z.boolean(),
  sample: z.boolean(),
});

/** Something only a person can decide. Each is asked once; `id` stays the same for the same question. */
export const alertSchema = z.union([budgetAlertSchema, runawayAlertSchema]);
export type BudgetAlert = z.infer<typeof budgetAlertSchema>;
export type RunawayAlert = z.infer<typeof runawayAlertSchema>;

export const suggestionSchema = z.object({
  id: z.string(),
  /** What the money went to: a kind of request (`title`) or a mode (`code`). */
  what: z.string(),
  requests: z.number(),
  from: z.string(),
  to: z.string(),
  spentUsd: usdSchema,
  /** What the same tokens would have cost on the candidate, at list price. */
  wouldUsd: usdSchema,
  billing: billingSchema,
  /** What it rests on and how it stands, where the advisor looked; `to` is empty where another model is not the point. */
  advice: adviceSchema.optional(),
});

export const scanSchema = z.object({
  /** Files read and files known, of all agents. */
  files: z.number(),
  filesDone: z.number(),
  bytes: z.number(),
  bytesDone: z.number(),
  done: z.boolean(),
  /** Agents that something was found of. */
  agents: z.array(z.string()),
  skipped: z.array(z.object({ path: z.string(), reason: z.string(), count: z.number() })),
});

/** The first tooltip: what is worth knowing about the last seven days. */
export const weekSchema = z.object({
  total: totalSchema,
  dearestTask: taskSchema.nullable(),
  /** Prompt tokens that had been sent before in the same task, and what they cost. */
  resentTokens: z.number(),
  resentUsd: usdSchema,
});

export const guardSchema = z.object({
  on: z.boolean(),
  /** What an agent is given as base URL, by upstream name. Only filled for the window that may see it. */
  baseUrls: z.record(z.string(), z.string()),
  /** What a terminal is given so that the agents in it pass through the meter. */
  environment: z.record(z.string(), z.string()),
});

const amountsSchema = z.object({ meteredUsd: usdSchema, planUsd: usdSchema, unknownUsd: usdSchema });

/** What was spent in the last hour, what the month comes to if it goes on like the last seven days, and a year at the pace of thirty. */
export const paceSchema = z.object({ lastHour: amountsSchema, monthEnd: amountsSchema, year: amountsSchema });
export type Pace = z.infer<typeof paceSchema>;

/** Everything a window shows, as one whole; sent again (at most a few times a second) when anything in it changed. */
export const stateSchema = z.object({
  version: z.string(),
  /** Milliseconds since the epoch. */
  now: z.number(),
  guard: guardSchema,
  scan: scanSchema,
  /** Running and recently active tasks, newest first; children included. */
  tasks: z.array(taskSchema),
  today: totalSchema,
  month: totalSchema,
  week: weekSchema,
  pace: paceSchema,
  alerts: z.array(alertSchema),
  /** Stops that are in force, and whether they hold. */
  stops: z.array(stopRowSchema).optional(),
  suggestions: z.array(suggestionSchema),
  /** Agents whose billing has to be asked. */
  askBilling: z.array(z.string()),
  pricesAsOf: z.string(),
  /** Models of the last 30 days that nobody has a price for, most tokens first. */
  unpriced: z.array(unpricedModelSchema),
});

/** `GET /api/advice`: looks now; the suggestions, and the routing policy as it holds. */
export const adviceViewSchema = z.object({ suggestions: z.array(suggestionSchema), policy: z.array(policyRowSchema) });

export const breakdownRowSchema = z.object({ key: z.string(), label: z.string(), total: totalSchema });

/** `GET /api/breakdown?range=…&agent=…`: what every view of the page begins with. */
export const breakdownSchema = z.object({
  query: querySchema,
  total: totalSchema,
  byMode: z.array(breakdownRowSchema),
  byModel: z.array(breakdownRowSchema),
  byAgent: z.array(breakdownRowSchema),
  /** What can be filtered by: what the range has without the filters, dearest first. */
  choices: z.object({ agents: z.array(z.string()), workspaces: z.array(z.string()), branches: z.array(z.string()) }),
  /** Those that run, then the dearest. */
  tasks: z.array(taskSchema),
  /** How many there are, listed or not. */
  taskCount: z.number(),
});

export type BasisParts = z.infer<typeof basisPartsSchema>;
export type Total = z.infer<typeof totalSchema>;
export type Alert = z.infer<typeof alertSchema>;
export type Suggestion = z.infer<typeof suggestionSchema>;
export type AdviceView = z.infer<typeof adviceViewSchema>;
export type Scan = z.infer<typeof scanSchema>;
export type Week = z.infer<typeof weekSchema>;
export type State = z.infer<typeof stateSchema>;
export type BreakdownRow = z.infer<typeof breakdownRowSchema>;
export type Breakdown = z.infer<typeof breakdownSchema>;
