import type { CostPart, PeriodPrices } from './cost.ts';
import { add, type Decimal, format, parse } from './decimal.ts';
import {
  isLocal,
  isPseudo,
  type ModelName,
  modelName,
  proprietaryVendor,
  providerName,
  type ShorterName,
  shorterNames,
} from './models.ts';
import { usdToPico } from './money.ts';
import type { BookData, ModelAlias, ModelPrices, PriceOverride, PricePeriod, PriceSource, Rates } from './priceBookData.ts';
import { discounted, findOverride } from './priceBookOverrides.ts';
import { ratesIn, type TimedPrices, timedPrices } from './priceBookPeriods.ts';
import type { Priceable, PriceContext, Priced } from './request.ts';

/** A model id found in the book, at a moment. Prices are decimal strings of USD per million tokens. */
export interface Resolved {
  /** `vendor/model`; for a local model `provider/id`. */
  readonly canonical: string;
  readonly rates: Rates;
  readonly webSearchPer1000?: string;
  readonly source: PriceSource;
  readonly confidence: 'high' | 'medium' | 'low';
}

export interface Question {
  readonly id: string;
  readonly provider?: string;
  /** Milliseconds since the epoch. Without it the price of `now`, outside any peak hours. */
  readonly at?: number;
  readonly region?: string;
  readonly serviceTier?: string;
}

export interface Explained extends Priced {
  /** The exact cost, however small its last digit; null exactly when `basis` is `unpriced`. */
  readonly usd: string | null;
  /** By part, exact; empty where the provider reported one sum. */
  readonly breakdown: Readonly<Partial<Record<CostPart, string>>>;
}

/** One way to price a model, found once per (provider, id). */
interface Entry {
  readonly canonical: string;
  readonly periods: readonly TimedPrices[];
  readonly source: PriceSource;
  readonly confidence: 'high' | 'medium' | 'low';
  /** What the id itself says, where the request does not. */
  readonly region?: string;
  readonly serviceTier?: string;
  /** Tiers with a price of their own: without one in the book such an answer is unpriced, not cheap. */
  readonly tiersApart?: readonly string[];
}

/** Providers whose own models an id without provider means, in this order. */
const makers = [
  'anthropic',
  'openai',
  'google',
  'xai',
  'deepseek',
  'moonshotai',
  'zai',
  'alibaba',
  'minimax',
  'mistral',
  'meta',
  'xiaomi',
  'microsoft',
  'cohere',
  'perplexity',
];

/** The provider of a book made of prices given by hand: they hold for whatever tier answered. */
export const givenProvider = 'given';

const ownSource: PriceSource = { url: 'user setting', kind: 'vendor', checkedAt: '' };
const localSource: PriceSource = { url: 'runs on this machine', kind: 'vendor', checkedAt: '' };
const freeRates: Rates = { input: '0', output: '0', cacheRead: '0' };
const freePeriod: PricePeriod = { rates: freeRates };

/**
 * Finds the price of a model and prices requests by the date they were made. The order of looking: the provider's own
 * cost, the user's overrides, local models, pseudo models, the exact id, an alias, the id without its wrapping, unknown.
 * A model without a price is null and never a shorter-named neighbour's price.
 */
export class PriceBook {
  /** The newest check of any row, `2026-11-22`. */
  readonly asOf: string;
  readonly #sources: Readonly<Record<string, PriceSource>>;
  /** provider → id or alias → row */
  readonly #rows = new Map<string, Map<string, ModelPrices>>();
  readonly #aliases = new Map<string, ModelAlias[]>();
  readonly #overrides: readonly PriceOverride[];
  readonly #entries = new Map<string, Map<string, Entry | null>>();

  constructor(data: BookData, aliases: readonly ModelAlias[] = [], overrides: readonly PriceOverride[] = []) {
    this.asOf = data.asOf;
    this.#sources = data.sources;
    this.#overrides = overrides;
    for (const row of data.models) {
      const models = this.#rows.get(row.provider) ?? new Map<string, ModelPrices>();
      this.#rows.set(row.provider, models);
      for (const alias of row.aliases ?? []) if (!models.has(alias)) models.set(alias, row);
      models.set(row.model, row);
    }
    for (const alias of aliases) this.#aliases.set(alias.id, [...(this.#aliases.get(alias.id) ?? []), alias]);
  }

  /** The price of a model at a moment, or null where the book has none. */
  resolve(question: Question, now: number = question.at ?? 0): Resolved | null {
    const at = question.at ?? now;
    const entry = this.#entry(question.provider ?? '', question.id);
    const timed = entry && periodAt(entry, at);
    if (!entry || !timed) return null;
    const period = question.at === undefined ? { ...timed.period, timeOfDay: undefined } : timed.period;
    const context = contextOf(entry, timed.period, { ...question, at });
    if (!isSold(entry, timed.period, context)) return null;
    return {
      canonical: entry.canonical,
      rates: ratesIn(period, context),
      ...(timed.period.webSearchPer1000 ? { webSearchPer1000: timed.period.webSearchPer1000 } : {}),
      source: entry.source,
      confidence: entry.confidence,
    };
  }

  /** What a request cost. Fast: made to be called for every row of a long history. */
  price(request: Priceable): Priced {
    if (request.reportedUsd !== undefined) return { cost: usdToPico(request.reportedUsd), basis: 'reported' };
    const found = this.#prices(request);
    if (!found) return { cost: null, basis: 'unpriced' };
    const cost = found.prices.cost(request.usage, found.context);
    return { cost, basis: request.counted === 'reported' ? 'priced' : 'estimated' };
  }

  /** As {@link PriceBook.price}, with the exact amount and its parts. */
  explain(request: Priceable): Explained {
    const priced = this.price(request);
    if (request.reportedUsd !== undefined) return { ...priced, usd: format(parse(request.reportedUsd)), breakdown: {} };
    const found = this.#prices(request);
    if (!found) return { ...priced, usd: null, breakdown: {} };
    const { usd, parts } = found.prices.exactCost(request.usage, found.context);
    return { ...priced, usd: format(usd), breakdown: formatParts(parts) };
  }

  /** Every row that has a price at a moment, with its usual rates. */
  models(at: number): { readonly provider: string; readonly model: string; readonly rates: Rates }[] {
    return [...this.#rows.values()].flatMap((rows) =>
      [...new Set(rows.values())].flatMap((row) => {
        const period = timedPrices(row.periods).find((each) => at >= each.from && at < each.to)?.period;
        return period ? [{ provider: row.provider, model: row.model, rates: period.rates }] : [];
      }),
    );
  }

  #prices(request: Priceable): { readonly prices: PeriodPrices; readonly context: PriceContext } | undefined {
    const entry = this.#entry(request.provider, request.model);
    const timed = entry && periodAt(entry, request.at);
    if (!entry || !timed) return undefined;
    const context = contextOf(entry, timed.period, request);
    if (!isSold(entry, timed.period, context)) return undefined;
    return { prices: timed.prices, context: request.counted === 'summed' ? { ...context, isSum: true } : context };
  }

  #entry(provider: string, id: string): Entry | null {
    let entries = this.#entries.get(provider);
    if (!entries) {
      entries = new Map();
      this.#entries.set(provider, entries);
    }
    let entry = entries.get(id);
    if (entry === undefined) {
      entry = this.#overridden(provider, id) ?? this.#find(provider, id);
      entries.set(id, entry);
    }
    return entry;
  }

  #overridden(provider: string, id: string): Entry | undefined {
    const override = findOverride(this.#overrides, provider, id);
    if (!override) return undefined;
    const name = modelName(id);
    const canonical = `${name.vendor ?? proprietaryVendor(name.id) ?? (providerName(provider) || 'custom')}/${name.id}`;
    switch (override.kind) {
      case 'price':
        return this.#ownEntry(canonical, [override]);
      case 'free':
        return this.#ownEntry(canonical, [freePeriod]);
      case 'alias':
        return this.#findAlias(override.aliasOf) ?? undefined;
      case 'discount': {
        const found = this.#find(provider, id);
        if (!found) return undefined;
        const periods = found.periods.map(({ period }) => discounted(period, override.discountPercent));
        return { ...found, periods: timedPrices(periods) };
      }
    }
  }

  #ownEntry(canonical: string, periods: readonly PricePeriod[]): Entry {
    return { canonical, periods: timedPrices(periods), source: ownSource, confidence: 'high' };
  }

  #find(written: string, id: string): Entry | null {
    if (written && isLocal(written, id)) return this.#freeEntry(`${providerName(written)}/${id.trim()}`);
    if (isPseudo(id)) return this.#freeEntry('<synthetic>');
    const name = modelName(id);
    if (!written && name.provider && isLocal(name.provider, name.id)) return this.#freeEntry(`${name.provider}/${name.id}`);
    const provider = providerName(written) || name.provider || '';
    const raw = id.trim().toLowerCase();
    const found = this.#exact(provider, raw) ?? this.#alias(provider, raw) ?? this.#normalised(provider, name);
    // What Bedrock sells is a region's, unless its id says that it is anywhere's.
    const region = name.region ?? (provider === 'amazon-bedrock' ? 'regional' : undefined);
    if (found) return region ? { ...found, region } : found;
    return name.variant === 'free' && sellsFree.has(provider)
      ? this.#freeEntry(`${name.vendor ?? (provider || 'openrouter')}/${name.id}:free`)
      : null;
  }

  #freeEntry(canonical: string): Entry {
    return { canonical, periods: timedPrices([freePeriod]), source: localSource, confidence: 'high' };
  }

  #exact(provider: string, id: string): Entry | undefined {
    const row = this.#rows.get(provider)?.get(id);
    return row && this.#rowEntry(row);
  }

  #alias(provider: string, id: string): Entry | undefined {
    const named = this.#aliases.get(id)?.filter((each) => !each.provider || each.provider === provider);
    const alias = named?.findLast((each) => each.provider) ?? named?.at(-1);
    return alias && (this.#findAlias(alias.model, provider) ?? undefined);
  }

  /** `model` is `vendor/model`; the seller's own row is preferred to the vendor's. */
  #findAlias(model: string, provider = ''): Entry | null {
    const slash = model.indexOf('/');
    const [vendor, id] = slash < 0 ? ['', model] : [model.slice(0, slash), model.slice(slash + 1)];
    return (provider && this.#exact(provider, id)) || this.#exact(vendor, id) || (slash < 0 ? this.#find('', id) : null);
  }

  #normalised(provider: string, name: ModelName): Entry | undefined {
    if (name.variant === 'free' || (name.variant === 'thinking' && !name.id.startsWith('claude-'))) return undefined;
    const full: ShorterName = { id: name.id, fast: false };
    for (const shorter of [full, ...shorterNames(name.id)]) {
      const entry = this.#seller(provider, name.vendor, shorter.id);
      if (!entry) continue;
      const serviceTier = shorter.fast ? 'fast' : name.variant === 'batch' ? 'batch' : undefined;
      if (serviceTier && !entry.periods.some(({ period }) => period.serviceTiers?.[serviceTier])) return undefined;
      return serviceTier ? { ...entry, serviceTier } : entry;
    }
    return undefined;
  }

  /** The row of this seller; a maker's own card stands in only for models nobody else prices. */
  #seller(provider: string, vendor: string | undefined, id: string): Entry | undefined {
    const own = this.#exact(provider, id) ?? (vendor && this.#exact(provider, `${vendor}/${id}`)) ?? this.#alias(provider, id);
    if (own) return own;
    const maker = proprietaryVendor(id);
    if (maker) return this.#exact(maker, id) ?? this.#alias(maker, id);
    if (provider) return undefined;
    if (vendor) return this.#exact(vendor, id);
    for (const each of makers) {
      const entry = this.#exact(each, id);
      if (entry) return entry;
    }
    return undefined;
  }

  #rowEntry(row: ModelPrices): Entry {
    const name = modelName(row.model);
    const vendor = name.vendor ?? proprietaryVendor(name.id) ?? row.provider;
    const source = this.#sources[row.source] ?? ownSource;
    return {
      canonical: row.of ?? `${vendor}/${name.id}`,
      periods: timedPrices(row.periods),
      source,
      confidence: row.confidence ?? (source.kind === 'catalog' ? 'medium' : 'high'),
      tiersApart: row.provider === givenProvider ? [] : row.provider === 'amazon-bedrock' ? bedrockTiers : ['fast'],
    };
  }
}

/** Gateways that write `:free` for what costs nothing; an id without provider is written their way. */
const sellsFree = new Set(['openrouter', 'kilo', '']);

function periodAt(entry: Entry, at: number): TimedPrices | undefined {
  for (const each of entry.periods) if (at >= each.from && at < each.to) return each;
  return undefined;
}

const bedrockTiers = ['fast', 'flex', 'priority', 'optimized'];

/** Words for nothing in particular: they hide nothing that the id says. */
const neutral: readonly (string | undefined)[] = ['', 'standard', 'default', 'auto', 'not_available'];

/** How fast a model answers is said by its id, which tier was bought by the answer: of the two the one that has a price here holds. */
function contextOf(entry: Entry, period: PricePeriod, { at, region, serviceTier }: PriceContext): PriceContext {
  const isTold = !neutral.includes(serviceTier) && (entry.serviceTier === undefined || hasTier(period, serviceTier));
  return {
    at,
    region: neutral.includes(region) ? entry.region : (region ?? entry.region),
    serviceTier: isTold ? (serviceTier ?? entry.serviceTier) : entry.serviceTier,
  };
}

function hasTier({ serviceTiers }: PricePeriod, tier: string | undefined): boolean {
  return tier !== undefined && serviceTiers !== undefined && Object.hasOwn(serviceTiers, tier);
}

function isSold({ tiersApart }: Entry, period: PricePeriod, { serviceTier }: PriceContext): boolean {
  return serviceTier === undefined || !tiersApart?.includes(serviceTier) || hasTier(period, serviceTier);
}

function formatParts(parts: Readonly<Partial<Record<CostPart, Decimal>>>): Partial<Record<CostPart, string>> {
  return Object.fromEntries(Object.entries(parts).map(([part, amount]) => [part, format(amount)]));
}

/** Adds exact amounts written as decimal strings. */
export function sumUsd(amounts: Iterable<string>): string {
  let total: Decimal = { units: 0n, digits: 0 };
  for (const amount of amounts) total = add(total, parse(amount));
  return format(total);
}
