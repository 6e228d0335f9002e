/** Variables that agents take their provider's address from, by the name of the upstream. */
const variables: Readonly<Record<string, string>> = {
  anthropic: 'ANTHROPIC_BASE_URL',
  openai: 'OPENAI_BASE_URL',
  gemini: 'GOOGLE_GEMINI_BASE_URL',
};

/** What new terminals are given while Guard is on; empty when it is off. */
export function guardVariables(guard: {
  readonly on: boolean;
  readonly baseUrls: Readonly<Record<string, string>>;
}): Readonly<Record<string, string>> {
  if (!guard.on) return {};
  return Object.fromEntries(
    Object.entries(variables).flatMap(([upstream, name]) => {
      const url = guard.baseUrls[upstream];
      return url === undefined ? [] : [[name, url]];
    }),
  );
}

/** Those of the variables that the user has set already: Guard takes their place in new terminals. */
export function variablesInUse(...environments: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return Object.values(variables).filter((name) => environments.some((environment) => environment[name]));
}
