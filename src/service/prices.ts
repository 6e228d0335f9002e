import { setImmediate } from 'node:timers/promises';
import { priceBook } from '../../pricing/book.ts';
import { decimalOf, format } from '../core/decimal.ts';
import { picoToUsd, usdToPico } from '../core/money.ts';
import type { PriceBook } from '../core/priceBook.ts';
import { type PriceOverride, rateNames } from '../core/priceBookData.ts';
import type { Priceable, Priced } from '../core/request.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OwnPrice, PricedModel, Recalculate, Recalculated } from '../protocol/prices.ts';

/** The price book with the user's own prices on top. What is priced from now on goes by it; the past only when the user says so. */
export class Prices {
  #book: PriceBook;
  #sold: Map<string, Set<string>> | undefined;

  constructor(own: readonly OwnPrice[]) {
    this.#book = priceBook(own.map(overrideOf));
  }

  readonly price = (request: Priceable): Priced => this.#book.price(request);

  get asOf(): string {
    return this.#book.asOf;
  }

  setOwn(own: readonly OwnPrice[]): void {
    this.#book = priceBook(own.map(overrideOf));
  }

  /** Every model of the book with its present price. */
  models(now: number): PricedModel[] {
    return this.#book.models(now).map(({ provider, model, rates }) => ({
      id: `${provider}/${model}`,
      inputPerM: rates.input,
      outputPerM: rates.output,
    }));
  }

  /** Who sells what: model ids by provider, found once per book. */
  sold(provider: string, now: number): ReadonlySet<string> | undefined {
    if (!this.#sold) {
      this.#sold = new Map();
      for (const { provider: seller, model } of this.#book.models(now)) {
        const models = this.#sold.get(seller);
        if (models) models.add(model);
        else this.#sold.set(seller, new Set([model]));
      }
    }
    return this.#sold.get(provider);
  }

  /** Prices past requests anew, a page at a time: streams pass meanwhile. */
  async recalculate(ledger: Ledger, { models, unpricedOnly }: Recalculate): Promise<Recalculated> {
    const sum = { requests: 0, changed: 0, before: 0n, after: 0n };
    for (const { provider, model } of models) {
      for (const page of ledger.repricing({ provider, model, unpricedOnly })) {
        sum.requests += page.requests;
        sum.changed += page.changed;
        sum.before += usdToPico(page.beforeUsd);
        sum.after += usdToPico(page.afterUsd);
        await setImmediate();
      }
    }
    return { requests: sum.requests, changed: sum.changed, beforeUsd: picoToUsd(sum.before), afterUsd: picoToUsd(sum.after) };
  }
}

/** An entry of the user's settings as the price book takes it. */
export function overrideOf(own: OwnPrice): PriceOverride {
  const { match, provider } = own;
  const named = { match, ...(provider === undefined ? {} : { provider }) };
  if ('aliasOf' in own) return { ...named, kind: 'alias', aliasOf: own.aliasOf };
  if ('free' in own) return { ...named, kind: 'free' };
  if ('discountPercent' in own) return { ...named, kind: 'discount', discountPercent: text(own.discountPercent) };
  const rates = Object.fromEntries(rateNames.flatMap((name) => (own[name] === undefined ? [] : [[name, text(own[name])]])));
  return {
    ...named,
    kind: 'price',
    rates: { ...rates, input: text(own.input), output: text(own.output) },
    ...(own.webSearchPer1000 === undefined ? {} : { webSearchPer1000: text(own.webSearchPer1000) }),
  };
}

function text(rate: string | number): string {
  return typeof rate === 'string' ? rate : format(decimalOf(rate));
}
