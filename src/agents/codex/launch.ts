import type { BaseUrls, Launch } from '../agent.ts';
import { commandWord } from '../commandWord.ts';

/**
 * Codex obeys no variable: its base URL is a setting, and `-c` gives it for one run without touching `config.toml`.
 * It holds for the built-in `openai` provider; a provider of the user's own in `config.toml` keeps its address.
 */
export function launchCodex(argv: readonly string[], bases: BaseUrls): Launch | undefined {
  const word = commandWord(argv, 'codex', '@openai/codex');
  if (word < 0 || !bases.openai) return undefined;
  const setting = `openai_base_url=${JSON.stringify(bases.openai)}`;
  return { argv: [...argv.slice(0, word + 1), '-c', setting, ...argv.slice(word + 1)], env: {} };
}
