import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where the server plugin of an agent (`opencode`, `kilo`) lies; its name tells it whose it is. */
function pluginPath(stateFolder: string, agent: string): string {
  return join(stateFolder, 'bin', `${agent}-plugin.js`);
}

/** How the agent's settings name it. */
export function pluginUrl(stateFolder: string, agent: string): string {
  return pathToFileURL(pluginPath(stateFolder, agent)).href;
}

/** Puts the built plugin there, for its owner only. Throws where the build has none. */
export function writePlugin(stateFolder: string, agent: string, built: string): void {
  const path = pluginPath(stateFolder, agent);
  const text = readFileSync(built);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // An agent may start while it is replaced.
  const next = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(next, text, { mode: 0o600, flag: 'wx' });
  renameSync(next, path);
}

export function removePlugin(stateFolder: string, agent: string): void {
  rmSync(pluginPath(stateFolder, agent), { force: true });
}
