import { add, decimalOf, format, scaleDown } from '../decimal.ts';
import { isObject, type JsonObject, object } from './json.ts';

/** xAI counts its cost in ticks of 1e-10 USD. Source: https://docs.x.ai/developers/cost-tracking */
const tickDigits = 10;

/**
 * What the provider itself charged, a decimal string of USD, or undefined where it does not say.
 * OpenRouter's and Kilo's `cost`, to which the upstream bill is added when the user's own key paid it; Perplexity's
 * `cost.total_cost`; xAI's ticks.
 * Source: https://openrouter.ai/docs/use-cases/usage-accounting
 */
export function reportedCost(said: JsonObject): string | undefined {
  const ticks = said.cost_in_usd_ticks;
  if (isAmount(ticks)) return format(scaleDown(decimalOf(ticks), tickDigits));
  const cost = isObject(said.cost) ? said.cost.total_cost : said.cost;
  if (!isAmount(cost)) return undefined;
  const own = decimalOf(cost);
  const upstream = object(said.cost_details).upstream_inference_cost;
  return format(said.is_byok === true && isAmount(upstream) ? add(own, decimalOf(upstream)) : own);
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
