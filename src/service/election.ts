import type { DatabaseSync } from 'node:sqlite';
import type { Disposable } from '../core/disposable.ts';

/** The lock handles this process holds. Module scope on purpose: a collected handle would drop its lock. */
const held = new Set<DatabaseSync>();

/**
 * Tries to become the one service of this user on this machine by an exclusive lock on a SQLite file that holds
 * nothing. The kernel drops the lock on any death, so there is no stale state to clean up, and no pid to mistrust.
 *
 * Answers `undefined` when another process holds it. The busy timeout must not be 0: two candidates that start
 * together would then each hold SHARED while the other wants EXCLUSIVE, and nobody would win.
 * The file must never be opened by other means in the process that holds it (POSIX would drop the lock).
 */
export function elect(sqlite: typeof import('node:sqlite'), lockPath: string): Disposable | undefined {
  const handle = new sqlite.DatabaseSync(lockPath, { timeout: 300 });
  try {
    handle.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    handle.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  held.add(handle);
  return {
    dispose() {
      if (!held.delete(handle)) return;
      handle.exec('ROLLBACK');
      handle.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5;
}
