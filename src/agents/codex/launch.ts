import type { BaseUrls, Launch } from '../agent.ts';

/**
 * Codex obeys no variable: its base URL is a setting, and `-c` gives it for one run without touching `config.toml`.
 * It holds for the built-in `openai` provider; a provider of the user's own in `config.toml` keeps its address.
 */
export function launchCodex(argv: readonly string[], bases: BaseUrls): Launch | undefined {
  const word = argv.findIndex(isCodexWord);
  if (word < 0 || !bases.openai) return undefined;
  const setting = `openai_base_url=${JSON.stringify(bases.openai)}`;
  return { argv: [...argv.slice(0, word + 1), '-c', setting, ...argv.slice(word + 1)], env: {} };
}

/** `codex`, `/usr/bin/codex`, `codex.cmd`, and `@openai/codex` after npx; only as the command or what npx is to run. */
function isCodexWord(word: string, index: number, argv: readonly string[]): boolean {
  const base = word.split(/[\\/]/).pop() ?? word;
  const named = /^codex(\.(exe|cmd|js|mjs))?$/i.test(base) || /^@openai\/codex(@[\w.-]+)?$/.test(word);
  if (!named) return false;
  if (index === 0) return true;
  const runner = (argv[0] ?? '').split(/[\\/]/).pop() ?? '';
  if (!/^(npx|bunx|pnpx|node|bun)(\.(exe|cmd))?$/i.test(runner)) return false;
  return argv.slice(1, index).every((before) => before.startsWith('-') || before === 'x' || before === 'exec');
}
