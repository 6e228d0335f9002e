import { format, multiply, parse } from '../src/core/decimal.ts';
import type { Rates } from '../src/core/priceBookData.ts';

/** The lifetime a single cache-write price stands for: 30 minutes for GPT, 5 for everyone else; Claude's hour is twice the input. */
export function writes(id: string, input: string, price: string): Partial<Rates> {
  if (/gpt-/.test(id)) return { cacheWrite30m: price };
  const hour = /claude/.test(id) ? { cacheWrite1h: format(multiply(parse(input), parse('2'))) } : {};
  return { cacheWrite5m: price, ...hour };
}
