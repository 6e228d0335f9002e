import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOlder } from './version.ts';

/**
 * A service that ends looks the same to every window, whether it was stopped, replaced, or went with the window that
 * had started it. So a window that ends it on purpose leaves a file beside it, and the others do not start it anew.
 */
const stopped = 'stopped-by-user';
const replaced = 'replaced-by';
/** A replacement that has not appeared after this (ms) will not. */
export const replacedFor = 10_000;

export function noteStopped(stateFolder: string): void {
  write(stateFolder, stopped, '');
}

export function forgetStopped(stateFolder: string): void {
  try {
    rmSync(join(stateFolder, stopped), { force: true });
  } catch {
    // A folder that cannot be used is told when the service is started in it.
  }
}

/** Whether the service was stopped by the user at or after a time (ms since the epoch). */
export function stoppedSince(stateFolder: string, since: number): boolean {
  const at = modified(stateFolder, stopped);
  // File times may be coarser than the clock.
  return at !== undefined && at >= since - 10;
}

export function noteReplaced(stateFolder: string, by: string): void {
  write(stateFolder, replaced, by);
}

/** Whether another window is about to start a version that is newer than ours. */
export function isBeingReplaced(stateFolder: string, own: string, now: number): boolean {
  const at = modified(stateFolder, replaced);
  if (at === undefined || now - at > replacedFor) return false;
  try {
    return isOlder(own, readFileSync(join(stateFolder, replaced), 'utf8'));
  } catch {
    return false;
  }
}

function write(stateFolder: string, name: string, text: string): void {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  writeFileSync(join(stateFolder, name), text, { mode: 0o600 });
}

function modified(stateFolder: string, name: string): number | undefined {
  return statSync(join(stateFolder, name), { throwIfNoEntry: false })?.mtimeMs;
}
