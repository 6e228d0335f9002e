import type { State } from '../protocol/state.ts';

/**
 * What new terminals are given while Guard is on; empty when it is off. A variable that the user has set already stays as
 * it is: where it points may be the only place that takes the user's key.
 */
export function guardVariables(guard: State['guard'], taken: readonly string[]): Readonly<Record<string, string>> {
  if (!guard.on) return {};
  return Object.fromEntries(Object.entries(guard.environment).filter(([name]) => !taken.includes(name)));
}

/** Those of the variables that the user has set already, to something else: an editor started in a guarded terminal has ours. */
export function variablesInUse(
  guard: State['guard'],
  ...environments: readonly Readonly<Record<string, unknown>>[]
): readonly string[] {
  return Object.keys(guard.environment).filter((name) =>
    environments.some((environment) => environment[name] && environment[name] !== guard.environment[name]),
  );
}
