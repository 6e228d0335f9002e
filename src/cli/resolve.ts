import { z } from 'zod';
import { priceBook } from '../../pricing/book.ts';
import type { PriceBook } from '../core/priceBook.ts';
import type { Command } from './command.ts';
import { runLines } from './lines.ts';

const questionSchema = z.object({
  id: z.string(),
  provider: z.string().optional(),
  at: z.string().optional(),
  region: z.string().optional(),
  serviceTier: z.string().optional(),
});

/** `spend-meter resolve`: what the price book says of model ids. */
export const main: Command = (_args, io) => {
  const book = priceBook();
  return runLines(io.stdin, io.stdout, (value) => answer(book, value, io.now()));
};

/** Answers `{"canonical": null}` for a model without a price. Throws on a question it cannot read. */
export function answer(book: PriceBook, value: unknown, now: number): object {
  const parsed = questionSchema.safeParse(value);
  if (!parsed.success) throw new RangeError(z.prettifyError(parsed.error).replaceAll('\n', ' '));
  const { at: written, ...question } = parsed.data;
  const at = written === undefined ? undefined : Date.parse(written);
  if (Number.isNaN(at)) throw new RangeError(`not a date: ${written}`);
  const found = book.resolve({ ...question, at }, now);
  if (!found) return { canonical: null };
  const { rates, source, webSearchPer1000 } = found;
  return {
    canonical: found.canonical,
    inputPerM: rates.input,
    outputPerM: rates.output,
    cacheReadPerM: rates.cacheRead,
    cacheWritePerM: rates.cacheWrite5m ?? rates.cacheWrite30m,
    cacheWrite1hPerM: rates.cacheWrite1h,
    cacheWrite12hPerM: rates.cacheWrite12h,
    inputAudioPerM: rates.inputAudio,
    webSearchPer1000,
    confidence: found.confidence,
    source: { url: source.url, checkedAt: source.checkedAt },
  };
}
