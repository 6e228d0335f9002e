import { z } from 'zod';
import { type CardBook, noCards } from '../../advisor/cards.ts';
import { utilityKinds } from '../../advisor/subject.ts';
import { cardStates, evidences, ruleIds } from '../../core/adviceNames.ts';
import type { AgentId } from '../../core/request.ts';

const counts = z.object({ kept: z.number(), redone: z.number() });
const usd = z.string().regex(/^-?\d+(\.\d+)?$/);
/** Written by ourselves: the name of an agent of a newer version is kept as it is. */
const agent = z.custom<AgentId>((value) => typeof value === 'string');

const cardSchema = z.object({
  advice: z.object({
    id: z.string(),
    rule: z.enum(ruleIds),
    evidence: z.enum(evidences),
    agent,
    subject: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('mode'), agent, name: z.string() }),
      z.object({ kind: z.literal('kind'), name: z.enum([...utilityKinds, 'search']) }),
    ]),
    billing: z.enum(['metered', 'plan', 'unknown']),
    from: z.string(),
    to: z.object({ provider: z.string(), model: z.string() }).optional(),
    task: z.string().optional(),
    tasks: z.number(),
    requests: z.number(),
    spentUsd: usd,
    wouldLowUsd: usd,
    wouldUsd: usd,
    wouldHighUsd: usd,
    coldUsd: usd,
    own: z.object({ from: counts, to: counts }).optional(),
  }),
  state: z.enum(cardStates),
  shownAt: z.number(),
  changedAt: z.number(),
  ignoredAt: z.array(z.number()),
  appliedAt: z.number().optional(),
  settlement: z
    .object({
      at: z.number(),
      count: z.number(),
      predicted: z.number(),
      realised: z.number().nullable(),
      before: counts,
      after: counts,
    })
    .optional(),
  withdrawn: z.enum(['did not hold', 'over']).optional(),
});

/** A card that cannot be read is left out, the others stay: an answer of the user's is not forgotten for another's sake. */
const bookSchema = z.object({ cards: z.array(z.unknown()), never: z.array(z.string()).catch([]) });

/** What was kept of the cards; nothing where it cannot be read. */
export function readBook(kept: unknown): CardBook {
  const book = bookSchema.safeParse(kept);
  if (!book.success) return noCards;
  const cards = book.data.cards.flatMap((one) => {
    const card = cardSchema.safeParse(one);
    return card.success ? [card.data] : [];
  });
  return { cards, never: book.data.never };
}
