import * as z from 'zod';
import { breakCauses } from '../core/cacheBreak.ts';
import { findingKinds } from '../core/waste.ts';
import { listQuerySchema, querySchema } from './query.ts';
import { billingSchema, requestSchema, usdSchema } from './rows.ts';
import { breakdownRowSchema, totalSchema } from './state.ts';

/** The three kinds of money, never added up. */
export const moneySchema = z.object({ meteredUsd: usdSchema, planUsd: usdSchema, unknownUsd: usdSchema });

/** A cell of the matrix: changes of mode and hand-overs from one mode to another, what was sent again because of them. */
export const transitionCellSchema = moneySchema.extend({
  from: z.string(),
  to: z.string(),
  count: z.number(),
  /** How many of them handed over to a subtask. */
  handOvers: z.number(),
  resentTokens: z.number(),
  /** How many of them had no price. */
  unpriced: z.number(),
});

/** `GET /api/where`: what the view Where shows beside the breakdown. */
export const whereSchema = z.object({
  query: querySchema,
  byKind: z.array(breakdownRowSchema),
  byWorkspace: z.array(breakdownRowSchema),
  byBranch: z.array(breakdownRowSchema),
  /** Key `YYYY-MM-DD`, oldest first. */
  byDay: z.array(breakdownRowSchema),
  /** Subtasks and sub-agents that were active, whole, by the mode they work in. */
  bySubagent: z.array(breakdownRowSchema),
  transitions: z.array(transitionCellSchema),
});

/** `GET /api/list`: requests, newest first. */
export const listSchema = z.object({ list: listQuerySchema, requests: z.array(requestSchema), more: z.boolean() });

/** Cost = turns × tokens per turn × price per token. */
export const factorsSchema = moneySchema.extend({ requests: z.number(), promptTokens: z.number(), outputTokens: z.number() });

export const findingSchema = z.object({
  id: z.string(),
  kind: z.enum(findingKinds),
  /** What it is about: a kind of request, a model, an agent. */
  subject: z.string(),
  task: z.string().optional(),
  agent: z.string(),
  billing: billingSchema,
  /** What it cost; null where it costs nothing by itself. */
  usd: usdSchema.nullable(),
  requests: z.number(),
  tokens: z.number(),
  /** A limit, a model or a number that the evidence names. */
  detail: z.string(),
});

/** `GET /api/why`: what multiplied the bill. */
export const whySchema = z.object({
  query: querySchema,
  now: factorsSchema,
  /** As many days before; null where there is nothing to compare with. */
  before: factorsSchema.nullable(),
  /** The cost by class of token, split by list prices. */
  classes: z.array(moneySchema.extend({ kind: z.enum(['uncached', 'cacheRead', 'cacheWrite', 'output']), tokens: z.number() })),
  /** History that was sent again, all of it: `core/transition.ts`. */
  resent: z.object({ tokens: z.number(), usd: usdSchema }),
  /** Of the requests whose prompt was read: what is the same in each. */
  fixed: moneySchema.extend({
    requests: z.number(),
    systemTokens: z.number(),
    toolTokens: z.number(),
    promptTokens: z.number(),
  }),
  cache: z.object({ read: z.number(), prompt: z.number() }),
  breaks: z.array(
    moneySchema.extend({ cause: z.enum(breakCauses), count: z.number(), tokens: z.number(), unpriced: z.number() }),
  ),
  /** Requests that were paid for and brought no whole answer. */
  failed: z.array(moneySchema.extend({ outcome: z.enum(['error', 'cut']), count: z.number() })),
  /** The dearest tasks: their cost ÷ their first prompt and last answer, once. */
  amplified: z.array(
    z.object({
      task: z.string(),
      agent: z.string(),
      workspace: z.string(),
      firstAt: z.number(),
      requests: z.number(),
      billing: billingSchema,
      usd: usdSchema,
      onceUsd: usdSchema,
    }),
  ),
  waste: z.array(findingSchema),
});

/** `GET /api/plan`: what subscriptions covered, and the use a machine of one's own would have to carry. */
export const planSchema = z.object({
  query: querySchema,
  /** Milliseconds since the epoch: the month so far. */
  now: z.number(),
  monthFrom: z.number(),
  monthTo: z.number(),
  /** Per agent: this month, the last 7 days, the last 5 hours. */
  agents: z.array(z.object({ agent: z.string(), month: totalSchema, week: totalSchema, window: totalSchema })),
  last30: totalSchema,
  /** Subscriptions that are sold, as far as the price book knows them. */
  plans: z.array(
    z.object({
      id: z.string(),
      /** Agents whose use it covers. */
      agents: z.array(z.string()),
      name: z.string(),
      priceUsd: usdSchema,
      /** Use that is included, at API prices; null where that is not published. */
      includedUsd: usdSchema.nullable(),
      /** Limited by windows whose size is not published. */
      windows: z.boolean(),
      checkedAt: z.string(),
    }),
  ),
});

/** Moments that one question about slices may name. */
export const mostEdges = 500;

/** `POST /api/slices`: what a query's filters and its task leave of a folder and what lies below it, between moments. */
export const slicesRequestSchema = z.object({
  query: querySchema,
  workspace: z.string(),
  /** Ascending. */
  edges: z.array(z.number()).min(2).max(mostEdges),
});
/** What was spent after the edge number `slice` up to the next one on a branch; only where there is something. */
export const slicesSchema = z.object({
  slices: z.array(moneySchema.extend({ slice: z.number(), branch: z.string(), requests: z.number() })),
});

export const commitSchema = z.object({
  workspace: z.string(),
  hash: z.string(),
  /** First line of its message; shown, never kept. */
  subject: z.string(),
  at: z.number(),
  branch: z.string(),
  fate: z.enum(['kept', 'elsewhere', 'reverted']),
  cost: moneySchema.extend({ requests: z.number() }),
});

/** What the view Worth shows; made by the window, which alone knows its folders. */
export const worthSchema = z.object({
  query: querySchema,
  /** Folders without git, or that may not be asked: why nothing is told of them. */
  silent: z.array(z.object({ workspace: z.string(), why: z.enum(['untrusted', 'noGit', 'noHistory', 'slow']) })),
  commits: z.array(commitSchema),
  branches: z.array(z.object({ workspace: z.string(), branch: z.string(), commits: z.number(), total: totalSchema })),
});

export type Money = z.infer<typeof moneySchema>;
export type TransitionCell = z.infer<typeof transitionCellSchema>;
export type Where = z.infer<typeof whereSchema>;
export type List = z.infer<typeof listSchema>;
export type Factors = z.infer<typeof factorsSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Why = z.infer<typeof whySchema>;
export type Plan = z.infer<typeof planSchema>;
export type SlicesRequest = z.infer<typeof slicesRequestSchema>;
export type Slices = z.infer<typeof slicesSchema>;
export type Commit = z.infer<typeof commitSchema>;
export type Worth = z.infer<typeof worthSchema>;
