import { z } from 'zod';
import { priceBook } from '../../pricing/book.ts';
import { format, multiply, parse } from '../core/decimal.ts';
import { providerName } from '../core/models.ts';
import { type Explained, type PriceBook, sumUsd } from '../core/priceBook.ts';
import { addUsage, noUsage, type Usage } from '../core/usage.ts';
import { readUsage } from '../core/usageOf/readUsage.ts';
import type { AnswerFacts, Aside } from '../core/usageOf/usageReader.ts';
import type { Command } from './command.ts';
import { givenBook, givenModel, givenPricesSchema } from './givenPrices.ts';
import { runLines } from './lines.ts';

const lineSchema = z.object({
  provider: z.string().optional(),
  api: z.string(),
  model: z.string().optional(),
  context: z.object({ at: z.string().optional(), serviceTier: z.string().optional(), region: z.string().optional() }).optional(),
  prices: givenPricesSchema.nullish(),
  response: z.unknown(),
});
type Line = z.infer<typeof lineSchema>;

/** `spend-meter price`: what calls cost, from the providers' own answers. */
export const main: Command = (_args, io) => {
  const book = priceBook();
  return runLines(io.stdin, io.stdout, (value) => answer(book, value, io.now()));
};

/** Prices one line against the book, or against the line's own `prices`. Throws on what cannot be priced. */
export function answer(book: PriceBook, value: unknown, now: number): object {
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) throw new RangeError(z.prettifyError(parsed.error).replaceAll('\n', ' '));
  const line = parsed.data;
  const given = line.prices === undefined ? undefined : givenBook(line.prices);
  const answers = readUsage(line.api, line.response, line.provider);
  if (!answers.length) throw new RangeError('no usage in the response');
  const priced = answers.flatMap((facts) => [
    price(given ?? book, given !== undefined, line, facts, now),
    // Prices that are given are the answering model's.
    ...(facts.asides ?? []).map((aside) =>
      price(book, false, { ...line, model: aside.model }, { ...facts, ...apart(aside) }, now),
    ),
  ]);
  const usages = answers.flatMap((facts) => [facts.usage ?? noUsage, ...(facts.asides ?? []).map(({ usage }) => usage)]);
  const usage = usages.reduce(addUsage, noUsage);
  const usd = priced.some((each) => each.usd === null) ? null : sumUsd(priced.map((each) => each.usd ?? '0'));
  return {
    usd,
    basis: usd === null ? 'unpriced' : priced.every((each) => each.basis === 'reported') ? 'reported' : 'priced',
    normalized: normalized(usage),
    breakdown: breakdown(priced),
    // GitHub's unit: an AI credit is one cent.
    ...(usd !== null && providerName(line.provider ?? '') === 'github-copilot'
      ? { aiCredits: format(multiply(parse(usd), parse('100'))) }
      : {}),
  };
}

/** Another model's part in an answer: whatever tier and price the answer tells is not its own. */
function apart({ model, usage }: Aside): Partial<AnswerFacts> {
  return { model, usage, serviceTier: undefined, reportedUsd: undefined };
}

function price(book: PriceBook, given: boolean, line: Line, facts: AnswerFacts, now: number): Explained {
  const dated = line.context?.at === undefined ? undefined : Date.parse(line.context.at);
  if (Number.isNaN(dated)) throw new RangeError(`not a date: ${line.context?.at}`);
  // The lines of a session file name and date each answer by themselves.
  const own = Array.isArray(line.response) && (line.api === 'claude-code-jsonl' || line.api === 'codex-rollout');
  const model = (own ? (facts.model ?? line.model) : (line.model ?? facts.model)) ?? '';
  return book.explain({
    provider: given ? givenModel.provider : (line.provider ?? ''),
    model: given ? givenModel.model : model,
    usage: facts.usage ?? noUsage,
    counted: 'reported',
    reportedUsd: facts.reportedUsd,
    at: (own ? (facts.at ?? dated) : (dated ?? facts.at)) ?? now,
    serviceTier: facts.serviceTier ?? line.context?.serviceTier,
    region: facts.region ?? line.context?.region,
  });
}

function normalized(usage: Usage): object {
  return {
    uncachedInput: usage.uncachedInput,
    audioInput: usage.inputAudio,
    cacheRead: usage.cacheRead,
    cacheWrite5m: usage.cacheWrite5m,
    cacheWrite1h: usage.cacheWrite1h,
    cacheWrite: usage.cacheWrite30m + usage.cacheWrite12h,
    cacheWrite30m: usage.cacheWrite30m,
    cacheWrite12h: usage.cacheWrite12h,
    output: usage.output,
    reasoningWithinOutput: usage.reasoning,
    webSearches: usage.webSearches,
  };
}

function breakdown(priced: readonly Explained[]): object {
  const parts = new Map<string, string[]>();
  for (const each of priced) {
    for (const [part, usd] of Object.entries(each.breakdown)) {
      const amounts = parts.get(part);
      if (amounts) amounts.push(usd);
      else parts.set(part, [usd]);
    }
  }
  return Object.fromEntries([...parts].map(([part, amounts]) => [part, sumUsd(amounts)]));
}
