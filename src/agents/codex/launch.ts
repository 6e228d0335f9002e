import type { BaseUrls, Launch } from '../agent.ts';

/**
 * Codex obeys no variable: its base URL is a setting, and `-c` gives it for one run without touching `config.toml`.
 * It holds for the built-in `openai` provider; a provider of the user's own in `config.toml` keeps its address.
 */
export function launchCodex(argv: readonly string[], word: number, bases: BaseUrls): Launch | undefined {
  if (!bases.openai) return undefined;
  const setting = `openai_base_url=${JSON.stringify(bases.openai)}`;
  return { argv: [...argv.slice(0, word + 1), '-c', setting, ...argv.slice(word + 1)], env: {} };
}
