import { PriceBook } from '../src/core/priceBook.ts';
import type { BookData, ModelAlias, PriceOverride } from '../src/core/priceBookData.ts';
import aliases from './aliases.json' with { type: 'json' };
import prices from './prices.json' with { type: 'json' };

/** The book that comes with the meter, with the user's own prices on top. Its data is checked by the tests, not at run time. */
export function priceBook(overrides: readonly PriceOverride[] = []): PriceBook {
  return new PriceBook(prices as unknown as BookData, aliases as readonly ModelAlias[], overrides);
}
