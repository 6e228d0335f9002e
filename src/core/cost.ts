import { add, type Decimal, multiply, parse, powerOfTen, scaleDown, toUnits } from './decimal.ts';
import type { Pico } from './money.ts';
import type { PricePeriod, Rates, TimeOfDay } from './priceBookData.ts';
import type { PriceContext } from './request.ts';
import { promptTokens, type Usage } from './usage.ts';

/** What each part of a request cost, in the names people see. Only parts with tokens are there. */
export type CostPart = 'input' | 'inputAudio' | 'cacheRead' | 'cacheWrite' | 'output' | 'tools';

export interface ExactCost {
  readonly usd: Decimal;
  readonly parts: Readonly<Partial<Record<CostPart, Decimal>>>;
}

/** The classes that have a price of their own, in the order of a charge's list, and the part each shows up in. */
const chargedClasses = [
  ['uncachedInput', 'input'],
  ['inputAudio', 'inputAudio'],
  ['cacheRead', 'cacheRead'],
  ['cacheWrite5m', 'cacheWrite'],
  ['cacheWrite1h', 'cacheWrite'],
  ['cacheWrite30m', 'cacheWrite'],
  ['cacheWrite12h', 'cacheWrite'],
  ['output', 'output'],
  ['webSearches', 'tools'],
] as const satisfies readonly (readonly [keyof Usage, CostPart])[];

/** Unit prices of one exact situation: USD per token (per call for searches) = `units × 10^-digits`. */
interface Charge {
  readonly units: readonly bigint[];
  readonly digits: number;
  /** The same in pico-dollars, where all of them are whole and safe integers: sums need no bigint then. */
  readonly picos: readonly number[] | undefined;
}

/**
 * One period of a model's prices, ready to charge. Rules (facts from the vendors' pricing pages, see pricing/SOURCES.md):
 * - the long-context tier is chosen by the whole prompt, strictly above, and moves every token of the request; the sum of several prompts chooses none;
 * - service tier, region and time of day are factors on every token class, or rates of their own;
 * - a fee per call is untouched by them;
 * - a class without a price costs what uncached input costs.
 */
export class PeriodPrices {
  readonly #period: PricePeriod;
  readonly #charges = new Map<string, Charge>();

  constructor(period: PricePeriod) {
    this.#period = period;
  }

  /** Cost in pico-dollars, rounded half away from zero where a price is finer than that. */
  cost(usage: Usage, context: PriceContext): Pico {
    const charge = this.#charge(usage, context);
    if (charge.picos) {
      let total = 0;
      for (let at = 0; at < chargedClasses.length; at++) total += usage[classAt(at)] * (charge.picos[at] ?? 0);
      if (total <= Number.MAX_SAFE_INTEGER) return BigInt(total);
    }
    let total = 0n;
    for (let at = 0; at < chargedClasses.length; at++) total += BigInt(usage[classAt(at)]) * (charge.units[at] ?? 0n);
    return toUnits({ units: total, digits: charge.digits }, 12);
  }

  exactCost(usage: Usage, context: PriceContext): ExactCost {
    const { units, digits } = this.#charge(usage, context);
    const parts: Partial<Record<CostPart, Decimal>> = {};
    let total: Decimal = { units: 0n, digits };
    for (const [at, [name, part]] of chargedClasses.entries()) {
      if (!usage[name] || (part === 'tools' && !units[at])) continue;
      const amount: Decimal = { units: BigInt(usage[name]) * (units[at] ?? 0n), digits };
      parts[part] = add(parts[part] ?? { units: 0n, digits }, amount);
      total = add(total, amount);
    }
    return { usd: total, parts };
  }

  /** USD per million tokens of a class in that situation, for a prompt of one token. */
  perMillion(name: keyof Usage, context: PriceContext): Decimal {
    const charge = this.#charge(oneToken, context);
    const at = chargedClasses.findIndex(([each]) => each === name);
    return { units: (charge.units[at] ?? 0n) * 1_000_000n, digits: charge.digits };
  }

  #charge(usage: Usage, context: PriceContext): Charge {
    const { tiers, serviceTiers, regions, timeOfDay } = this.#period;
    const tier = tiers && !context.isSum ? tierIndex(tiers, promptTokens(usage)) : -1;
    const service = named(serviceTiers, context.serviceTier);
    const region = named(regions, context.region);
    const timed = timeOfDay !== undefined && isWithin(timeOfDay, context.at);
    const key = `${tier}|${service}|${region}|${timed ? 1 : 0}`;
    let charge = this.#charges.get(key);
    if (!charge) {
      charge = this.#compile(tier, service, region, timed);
      this.#charges.set(key, charge);
    }
    return charge;
  }

  #compile(tier: number, service: string, region: string, timed: boolean): Charge {
    const { rates: base, tiers, serviceTiers, regions, timeOfDay, webSearchPer1000 } = this.#period;
    const special = service ? serviceTiers?.[service] : undefined;
    const rates: Rates = { ...base, ...tiers?.[tier]?.rates, ...special?.rates };
    const factors = [special?.multiplier, region ? regions?.[region] : undefined, timed ? timeOfDay?.multiplier : undefined];
    const factor = factors.reduce<Decimal>((product, each) => (each ? multiply(product, parse(each)) : product), one);
    const perToken = classRates(rates).map((rate) => scaleDown(multiply(parse(rate), factor), 6));
    return align([...perToken, scaleDown(parse(webSearchPer1000 ?? '0'), 3)]);
  }
}

const one: Decimal = { units: 1n, digits: 0 };

const oneToken: Usage = {
  uncachedInput: 1,
  inputAudio: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheWrite30m: 0,
  cacheWrite12h: 0,
  output: 0,
  reasoning: 0,
  webSearches: 0,
};

/** The name where the record has it, else ''. Names come from providers' answers: `constructor` is no region. */
function named(record: object | undefined, name: string | undefined): string {
  return name !== undefined && record !== undefined && Object.hasOwn(record, name) ? name : '';
}

function classAt(at: number): keyof Usage {
  return chargedClasses[at]?.[0] ?? 'uncachedInput';
}

/** In the order of `chargedClasses`, without the searches. Written tokens without a price of their lifetime: any write price, else input. */
function classRates(rates: Rates): readonly string[] {
  const shortWrite = rates.cacheWrite5m ?? rates.cacheWrite30m ?? rates.input;
  return [
    rates.input,
    rates.inputAudio ?? rates.input,
    rates.cacheRead ?? rates.input,
    shortWrite,
    rates.cacheWrite1h ?? rates.input,
    rates.cacheWrite30m ?? rates.cacheWrite5m ?? rates.input,
    rates.cacheWrite12h ?? rates.input,
    rates.output,
  ];
}

/** Brings unit prices to one number of digits, so that a sum is multiplications and additions only. */
function align(values: readonly Decimal[]): Charge {
  const digits = Math.max(...values.map((value) => value.digits));
  const units = values.map((value) => value.units * powerOfTen(digits - value.digits));
  const picos = values.map((value) => {
    const pico = toUnits(value, 12);
    const exact = pico * powerOfTen(value.digits) === value.units * powerOfTen(12);
    return exact && pico >= 0n && pico <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(pico) : undefined;
  });
  return { units, digits, picos: picos.every((pico) => pico !== undefined) ? picos : undefined };
}

/** The highest tier that starts below `prompt`; -1 when none does. Tiers ascend. */
function tierIndex(tiers: readonly { readonly above: number }[], prompt: number): number {
  let found = -1;
  for (const [at, tier] of tiers.entries()) if (prompt > tier.above) found = at;
  return found;
}

function isWithin(times: TimeOfDay, at: number): boolean {
  const date = new Date(at);
  if (times.weekdaysOnly && (date.getUTCDay() === 0 || date.getUTCDay() === 6)) return false;
  const iso = date.toISOString();
  if (times.exceptDates?.includes(iso.slice(0, 10))) return false;
  const minute = iso.slice(11, 16);
  return times.utcWindows.some(([from, to]) => minute >= from && minute < to);
}
