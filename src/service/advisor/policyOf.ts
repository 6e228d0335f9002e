import type { Policy } from '../../core/adviceNames.ts';

/** The user's policy with the models of the older, shorter setting as candidates where the policy names none. */
export function policyOf(routing: Policy, cheaper: Readonly<Record<string, string>>): Policy {
  const named = Object.entries(cheaper).map(([name, model]) => [name, { candidates: [model], ...routing[name] }] as const);
  return { ...routing, ...Object.fromEntries(named) };
}
