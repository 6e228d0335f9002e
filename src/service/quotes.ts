import { picoToUsd } from '../core/money.ts';
import type { Priceable, Priced } from '../core/request.ts';
import { usage } from '../core/usage.ts';
import type { Quote } from '../protocol/api.ts';
import type { TextCount } from '../tokens/client.ts';

/** One current model of each of the large makers, from dear to cheap. */
const usualModels = ['claude-opus-5-5', 'claude-sonnet-5-5', 'gpt-6.1-sol', 'gemini-3.8-flash', 'deepseek-flash'];
const mostModels = 6;

/** What a text would cost to send once, uncached, on models the user works with and a few others. The text is counted and forgotten. */
export async function quoteText(
  text: string,
  models: readonly string[],
  count: (text: string, model: string) => Promise<TextCount>,
  price: (p: Priceable) => Priced,
  now: number,
): Promise<Quote> {
  const wanted = [...new Set(models.length ? models : usualModels)].slice(0, mostModels);
  const quotes = wanted.map(async (model) => {
    const { tokens, counted, plusMinus } = await count(text, model);
    const { cost } = price({ provider: '', model, usage: usage({ uncachedInput: tokens }), counted: 'estimated', at: now });
    return { model, tokens, counted, plusMinus, usd: cost === null ? null : picoToUsd(cost) };
  });
  return { quotes: await Promise.all(quotes) };
}

/** The models used most lately, then the usual ones. */
export function modelsToQuote(used: readonly string[]): readonly string[] {
  return [...new Set([...used.slice(0, 2), ...usualModels])].slice(0, mostModels);
}
