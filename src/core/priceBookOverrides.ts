import { add, format, multiply, parse, scaleDown } from './decimal.ts';
import { modelName, providerName } from './models.ts';
import type { PriceOverride, PricePeriod, Rates } from './priceBookData.ts';

/** The user's own price that holds for a model: one that names it exactly, else the first glob that fits. */
export function findOverride(overrides: readonly PriceOverride[], provider: string, id: string): PriceOverride | undefined {
  if (!overrides.length) return undefined;
  const fits = overrides.filter((each) => !each.provider || providerName(each.provider) === providerName(provider));
  const ids = [id.trim().toLowerCase(), modelName(id).id];
  const exact = fits.find((each) => ids.includes(each.match.trim().toLowerCase()));
  return exact ?? fits.find((each) => ids.some((one) => fitsGlob(each.match, one)));
}

/** Whether `id` fits a glob in which only `*` is special. */
export function fitsGlob(glob: string, id: string): boolean {
  const parts = glob
    .trim()
    .toLowerCase()
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(id);
}

/** The same card with `percent` taken off every token price; fees per call stay. */
export function discounted(period: PricePeriod, percent: string): PricePeriod {
  const { units, digits } = parse(percent);
  const factor = scaleDown(add({ units: 100n, digits: 0 }, { units: -units, digits }), 2);
  const times = <R extends Partial<Rates>>(rates: R): R => {
    const all = Object.entries(rates).map(([name, rate]) => [name, format(multiply(parse(rate), factor))]);
    return Object.fromEntries(all) as R;
  };
  const { tiers, serviceTiers } = period;
  const specials = Object.entries(serviceTiers ?? {}).map(([name, tier]) => [
    name,
    tier.rates ? { ...tier, rates: times(tier.rates) } : tier,
  ]);
  return {
    ...period,
    rates: times(period.rates),
    ...(tiers ? { tiers: tiers.map((tier) => ({ ...tier, rates: times(tier.rates) })) } : {}),
    ...(serviceTiers ? { serviceTiers: Object.fromEntries(specials) } : {}),
  };
}
