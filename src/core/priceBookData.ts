/**
 * The price book as data. Prices are decimal strings in USD per million tokens, fees in USD per 1,000 calls, instants ISO
 * dates in UTC, multipliers decimal strings.
 */

export interface Rates {
  readonly input: string;
  readonly output: string;
  readonly cacheRead?: string;
  readonly cacheWrite5m?: string;
  readonly cacheWrite1h?: string;
  readonly cacheWrite30m?: string;
  readonly cacheWrite12h?: string;
  readonly inputAudio?: string;
}

export const rateNames = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'cacheWrite30m',
  'cacheWrite12h',
  'inputAudio',
] as const satisfies readonly (keyof Rates)[];

/** A request whose whole prompt is strictly above `above` tokens is priced by these, all of it, its output too. */
export interface PriceTier {
  readonly above: number;
  readonly rates: Partial<Rates>;
}

/** `batch`, `flex`, `priority`, `fast`: a factor on every token class, or rates of its own. */
export interface ServiceTierPrice {
  readonly multiplier?: string;
  readonly rates?: Partial<Rates>;
}

export interface TimeOfDay {
  /** `["01:00", "04:00"]`: from that minute up to, not including, the other. */
  readonly utcWindows: readonly (readonly [string, string])[];
  /** Saturdays and Sundays (UTC) are outside. */
  readonly weekdaysOnly?: boolean;
  /** Days (UTC) that are outside, `2026-10-01`. */
  readonly exceptDates?: readonly string[];
  readonly multiplier: string;
}

/** A price and when it holds: from `from` on (absent: ever since), up to but not including `to` (absent: until further notice). */
export interface PricePeriod {
  readonly from?: string;
  readonly to?: string;
  readonly rates: Rates;
  readonly tiers?: readonly PriceTier[];
  readonly serviceTiers?: Readonly<Record<string, ServiceTierPrice>>;
  /** Region → factor on every token class. */
  readonly regions?: Readonly<Record<string, string>>;
  readonly timeOfDay?: TimeOfDay;
  readonly webSearchPer1000?: string;
}

export interface ModelPrices {
  /** Who sells: `anthropic`, `amazon-bedrock`, `openrouter`, … */
  readonly provider: string;
  readonly model: string;
  /** `vendor/model` of the model that is sold, where the seller is not its maker. */
  readonly of?: string;
  readonly aliases?: readonly string[];
  /** Key into the book's `sources`. */
  readonly source: string;
  readonly confidence?: 'medium' | 'low';
  readonly periods: readonly PricePeriod[];
}

export interface PriceSource {
  readonly url: string;
  readonly kind: 'vendor' | 'catalog';
  readonly checkedAt: string;
  readonly package?: string;
}

export interface BookData {
  readonly schemaVersion: 1;
  /** The newest check of any row. */
  readonly asOf: string;
  readonly sources: Readonly<Record<string, PriceSource>>;
  readonly models: readonly ModelPrices[];
}

/** An id that means a model of another name: `{model: "anthropic/claude-sonnet-4-5"}`. */
export interface ModelAlias {
  readonly id: string;
  readonly provider?: string;
  /** `vendor/model` */
  readonly model: string;
}

/** A user's own price. `match` is a model id or a glob with `*`; without `provider` it holds for every provider. */
export type PriceOverride = { readonly match: string; readonly provider?: string } & (
  | (PricePeriod & { readonly kind: 'price' })
  | { readonly kind: 'alias'; readonly aliasOf: string }
  | { readonly kind: 'free' }
  | { readonly kind: 'discount'; readonly discountPercent: string }
);
