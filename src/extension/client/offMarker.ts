import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A service that ends looks the same to every window, whether it was stopped or went with the window that had started
 * it. So the window that stops it leaves this empty file, and the others do not start it anew.
 */
const name = 'stopped-by-user';

export function noteStopped(stateFolder: string): void {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  writeFileSync(join(stateFolder, name), '', { mode: 0o600 });
}

export function forgetStopped(stateFolder: string): void {
  rmSync(join(stateFolder, name), { force: true });
}

/** Whether the service was stopped by the user at or after a time (ms since the epoch). */
export function stoppedSince(stateFolder: string, since: number): boolean {
  const at = statSync(join(stateFolder, name), { throwIfNoEntry: false })?.mtimeMs;
  // File times may be coarser than the clock.
  return at !== undefined && at >= since - 10;
}
