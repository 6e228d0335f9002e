import type { Billing } from '../../core/request.ts';

/** Who sells a model, and whether it is in the Copilot plan. `''` = not told. */
export interface Seller {
  readonly provider: string;
  readonly billing: Billing;
}

/** A subscription with AI credits: a value, not an invoice. */
export const github: Seller = { provider: 'github-copilot', billing: 'plan' };

/** Words for endpoints of the user's own, behind which anybody may be. */
const anybody = ['', 'other', 'customendpoint', 'customoai', 'unknown'];

/** The user's own key or endpoint. `name` is VS Code's vendor of a model or the CLI's provider family. */
export function ownSeller(name: string | undefined): Seller {
  const lower = (name ?? '').toLowerCase();
  return { provider: anybody.includes(lower) ? '' : lower, billing: 'unknown' };
}
