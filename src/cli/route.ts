import { z } from 'zod';
import { priceBook } from '../../pricing/book.ts';
import { type RouteAnswer, route } from '../advisor/route.ts';
import type { PriceBook } from '../core/priceBook.ts';
import type { Command } from './command.ts';
import { runLines } from './lines.ts';

const questionSchema = z.object({ prompt: z.string(), mode: z.string().optional(), model: z.string().optional() });

/** `spend-meter route`: whether a small model does for a prompt of a kind that is known for certain. */
export const main: Command = (_args, io) => {
  const book = priceBook();
  return runLines(io.stdin, io.stdout, (value) => answer(book, value, io.now()));
};

/** Throws on a question it cannot read. */
export function answer(book: PriceBook, value: unknown, now: number): RouteAnswer {
  const parsed = questionSchema.safeParse(value);
  if (!parsed.success) throw new RangeError(z.prettifyError(parsed.error).replaceAll('\n', ' '));
  return route(parsed.data, {}, (request) => book.price(request), now);
}
