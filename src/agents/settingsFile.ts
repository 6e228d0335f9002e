import { join } from 'node:path';
import type { Places } from './agent.ts';

/** Variables with which people move the folder that an agent's settings lie in. */
const moved: Readonly<Record<string, string>> = { '.claude': 'CLAUDE_CONFIG_DIR', '.codex': 'CODEX_HOME', '.cline': 'CLINE_DIR' };

/** Where a settings file lies that is usually found at this path below the home (parts parted by `/`). */
export function settingsFile(belowHome: string, { home, env }: Places): string {
  const [folder = '', ...rest] = belowHome.split('/');
  const elsewhere = env[moved[folder] ?? ''];
  return elsewhere ? join(elsewhere, ...rest) : join(home, folder, ...rest);
}
