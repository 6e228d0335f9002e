import plans from '../../pricing/plans.json' with { type: 'json' };
import { picoPerDollar, picoToUsd, usdToPico } from '../core/money.ts';
import type { AgentId } from '../core/request.ts';
import type { Plan } from '../protocol/views.ts';

/** Whose use a vendor's subscriptions cover. */
const agentsOf: Readonly<Record<string, readonly AgentId[]>> = {
  anthropic: ['claude-code'],
  'github-copilot': ['copilot'],
  cursor: ['cursor'],
};

/** The subscriptions of the price book that have a monthly price. Its data is checked by the tests, not at run time. */
export function soldPlans(): Plan['plans'] {
  return (plans as readonly Sold[])
    .filter(({ priceUsd }) => priceUsd !== '0')
    .map((plan) => ({
      id: plan.id,
      agents: [...(agentsOf[plan.vendor] ?? [])],
      name: plan.name,
      priceUsd: plan.priceUsd,
      includedUsd: includedUsd(plan),
      windows: plan.included.some(({ unit }) => unit === 'window'),
      checkedAt: plan.source.checkedAt,
    }));
}

/** The part of `pricing/plans.json` that is used here. */
interface Sold {
  readonly id: string;
  readonly vendor: string;
  readonly name: string;
  readonly priceUsd: string;
  readonly included: readonly { readonly unit: string; readonly amount?: string | undefined }[];
  readonly unitUsd?: string | undefined;
  readonly source: { readonly checkedAt: string };
}

/** Credits at their price, and use that is included in dollars; null where an amount is not published. */
function includedUsd({ included, unitUsd, vendor }: Sold): string | null {
  let sum = 0n;
  for (const { unit, amount } of included) {
    if (amount === undefined) return null;
    if (unit === 'ai-credit') sum += (usdToPico(amount) * usdToPico(unitUsd ?? '0')) / picoPerDollar;
    // A credit for the API beside an allowance of windows covers something else.
    else if (unit === 'usd' && vendor !== 'anthropic') sum += usdToPico(amount);
  }
  return sum > 0n ? picoToUsd(sum) : null;
}
