import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything that the scripts fetch or make for themselves; git-ignored, safe to delete. */
export const tools = join(root, '.tools');

/** What test runs leave to look at: results, logs, screenshots. */
export const output = join(root, 'test', 'output');

/** First executable of that name on the PATH, or undefined. */
export function onPath(name, env = process.env) {
  const separator = process.platform === 'win32' ? ';' : ':';
  const suffixes = process.platform === 'win32' ? ['.cmd', '.exe', '.bat'] : [''];
  const path = env.PATH ?? env.Path ?? '';
  for (const folder of path.split(separator).filter(Boolean)) {
    for (const suffix of suffixes) {
      const candidate = join(folder, name + suffix);
      if (existsSync(candidate)) return candidate;
    }
  }
  return undefined;
}
