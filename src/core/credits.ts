import { format, multiply, parse } from './decimal.ts';

/**
 * GitHub bills Copilot in AI credits of one cent (usage-based since 2026-06-01,
 * https://docs.github.com/en/copilot/concepts/billing/usage-based-billing).
 */
const creditsPerUsd = parse('100');

/** What an amount of USD is in AI credits, exact; `undefined` for whoever bills in no credits. `seller` is a provider or an agent. */
export function creditsOf(usd: string | null, seller: string): string | undefined {
  if (usd === null || (seller !== 'github-copilot' && seller !== 'copilot')) return undefined;
  return format(multiply(parse(usd), creditsPerUsd));
}
