import type { CommandName } from './agent.ts';

/**
 * Where a command line names an agent's program: `codex`, `/usr/bin/codex`, `codex.cmd`, or its package after npx; only as the command itself or as what a runner
 * is to run. -1 when it is another command.
 */
export function commandWord(argv: readonly string[], { program, npmPackage }: CommandName): number {
  return argv.findIndex((word, index) => isNamed(word, program, npmPackage) && (index === 0 || isRun(argv, index)));
}

function isNamed(word: string, program: string, npmPackage: string): boolean {
  const base = (word.split(/[\\/]/).pop() ?? word).toLowerCase();
  if ([program, ...['exe', 'cmd', 'js', 'mjs'].map((end) => `${program}.${end}`)].includes(base)) return true;
  return word === npmPackage || word.startsWith(`${npmPackage}@`);
}

function isRun(argv: readonly string[], index: number): boolean {
  const runner = (argv[0] ?? '').split(/[\\/]/).pop() ?? '';
  if (!/^(npx|bunx|pnpx|node|bun)(\.(exe|cmd))?$/i.test(runner)) return false;
  return argv.slice(1, index).every((before) => before.startsWith('-') || before === 'x' || before === 'exec');
}
