/** Programs that are agents, by their file name. */
const agents: Readonly<Record<string, string>> = {
  claude: 'claude-code',
  codex: 'codex',
  opencode: 'opencode',
  kilo: 'kilo',
  kilocode: 'kilo',
  cline: 'cline',
  gemini: 'gemini-cli',
  qwen: 'qwen-code',
  copilot: 'copilot',
};

/** What only starts another program: itself, its switches and its variables are passed over. */
const starters: readonly string[] = [
  'npx',
  'bunx',
  'pnpm',
  'yarn',
  'dlx',
  'exec',
  'env',
  'command',
  'time',
  'sudo',
  'spend-meter',
  'run',
  '--',
];

/** Which agent a command line starts; `undefined` for none that is known. */
export function agentOfCommand(line: string): string | undefined {
  for (const word of line.trim().split(/\s+/)) {
    const name = (
      word
        .replace(/^["']|["']$/g, '')
        .split(/[\\/]/)
        .at(-1) ?? ''
    )
      .replace(/\.(exe|cmd|ps1)$/i, '')
      .replace(/@.*$/, '');
    if (Object.hasOwn(agents, name)) return agents[name];
    if (!starters.includes(name) && !word.startsWith('-') && !/^[A-Za-z_]\w*=/.test(word)) return undefined;
  }
  return undefined;
}
