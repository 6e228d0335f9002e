import * as z from 'zod';
import { allowances, cardActions, cardStates, evidences, ruleIds } from '../core/adviceNames.ts';
import { usdSchema } from './rows.ts';

const countsSchema = z.object({ kept: z.number(), redone: z.number() });

/** What a suggestion rests on, and how it stands with the user. */
export const adviceSchema = z.object({
  rule: z.enum(ruleIds),
  evidence: z.enum(evidences),
  agent: z.string(),
  /** `mode`: `what` is the agent's own name of a mode. */
  about: z.enum(['mode', 'kind']),
  /** The one task it is about, where it is about one. */
  task: z.string().optional(),
  tasks: z.number(),
  /** What it would cost at best and at worst: the other model's tokenizer, more turns and what has to be done again are inside. */
  wouldLowUsd: usdSchema,
  wouldHighUsd: usdSchema,
  /** Part of what it would cost: prompts read cold at a switch. */
  coldUsd: usdSchema,
  /** The user's own tasks in this mode on either model. */
  own: z.object({ from: countsSchema, to: countsSchema }).optional(),
  /** Who sells the model of `to`. */
  provider: z.string().optional(),
  /** Absent for a row that no card was made of. */
  state: z.enum(cardStates).optional(),
  /** The setting that was written for it has not been taken back: `undo` does. */
  written: z.boolean().optional(),
  /** Why it was withdrawn. */
  withdrawn: z.enum(['did not hold', 'over']).optional(),
  /** What came of it; shares of the cost before. */
  settlement: z
    .object({
      at: z.number(),
      count: z.number(),
      predicted: z.number(),
      realised: z.number().nullable(),
      before: countsSchema,
      after: countsSchema,
    })
    .optional(),
});

export const policyEntrySchema = z.strictObject({
  allow: z.enum(allowances).optional(),
  candidates: z.array(z.string().min(1)).max(20).optional(),
});
/** By `<agent>/<mode>`, mode, canonical mode or kind of request. */
export const policySchema = z.record(z.string(), policyEntrySchema);

/** A row of the routing policy as it holds: what runs where, and what may be offered instead. */
export const policyRowSchema = z.object({
  agent: z.string(),
  about: z.enum(['mode', 'kind']),
  what: z.string(),
  allow: z.enum(allowances),
  /** The models it ran on in the last 30 days, dearest first. */
  models: z.array(z.object({ model: z.string(), requests: z.number(), usd: usdSchema, kept: z.number(), redone: z.number() })),
  /** What could be offered instead: only what that agent can reach. */
  candidates: z.array(z.string()),
});

/** `POST /api/advice`: the user's answer to a card. */
export const cardAnswerSchema = z.object({
  id: z.string(),
  action: z.enum(cardActions),
  /** With `apply`: the meter writes the setting that was shown under this digest, and `undo` takes it back. */
  digest: z.string().optional(),
});
/** Its answer: files in which `undo` left something, because somebody has changed it since. */
export const cardAnsweredSchema = z.object({ left: z.array(z.string()) });

export type Advice = z.infer<typeof adviceSchema>;
export type PolicyRow = z.infer<typeof policyRowSchema>;
export type CardAnswer = z.infer<typeof cardAnswerSchema>;
export type CardAnswered = z.infer<typeof cardAnsweredSchema>;

/** `POST /api/advice/how`: how a card is put to work. Nothing is written by asking. */
export const howToSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('set'),
    /** Names the very change that the meter would make, and could take back; null = it is made by hand. */
    digest: z.string().nullable(),
    settings: z.array(
      z.object({
        file: z.string(),
        format: z.enum(['json', 'toml']),
        path: z.array(z.string()),
        value: z.string(),
        /** What it says now; null = nothing. */
        was: z.string().nullable(),
      }),
    ),
    note: z.enum(['every mode', 'every sub-agent', 'profile']).optional(),
  }),
  /** `where` are the words of the agent's own settings, outermost first. */
  z.object({ kind: z.literal('copy'), where: z.array(z.string()), text: z.string() }),
]);
export type HowTo = z.infer<typeof howToSchema>;
