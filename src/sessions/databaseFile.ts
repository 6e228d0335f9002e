import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { DatabaseFormat, SkipReason } from '../agents/agent.ts';
import { field, parsed } from '../agents/requestBody.ts';
import type { ReadPiece } from './lineFile.ts';
import { reasonOf } from './reasons.ts';
import type { SkipLog } from './skipLog.ts';

/** Milliseconds that a lock of the owner is waited for before the next event is. */
const busyTimeout = 200;

/** Another program's database, opened for each reading and never written to. */
export class DatabaseFile {
  readonly path: string;
  readonly #format: DatabaseFormat;
  readonly #skips: SkipLog;
  #identity = '';
  #cursor: unknown;

  constructor(path: string, format: DatabaseFormat, skips: SkipLog, kept?: string) {
    this.path = path;
    this.#format = format;
    this.#skips = skips;
    const cursor = parsed(kept);
    this.#identity = String(field(cursor, 'file') ?? '');
    this.#cursor = field(cursor, 'at');
  }

  cursor(): string {
    return JSON.stringify({ file: this.#identity, at: this.#cursor });
  }

  /** Reads what is new. Problems are counted, not thrown; `isLocked` tells that trying again later makes sense. */
  *read(): Generator<ReadPiece, { readonly isLocked: boolean }> {
    let database: DatabaseSync | undefined;
    try {
      const stats = statSync(this.path);
      const identity = `${stats.dev}:${stats.ino}`;
      if (identity !== this.#identity) this.#cursor = undefined;
      this.#identity = identity;
      database = open(this.path);
      if (!database) return this.#problem('needs Node 22.13 or later');
      for (;;) {
        const step = this.#format.read(database, this.#cursor);
        this.#cursor = step.cursor;
        if (step.nonsense) this.#skips.add(this.path, 'not understood', step.nonsense);
        if (step.untold) this.#skips.add(this.path, 'no usage told', step.untold);
        this.#solved();
        yield { observations: step.observations, bytes: 0 };
        if (!step.more) return { isLocked: false };
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) return { isLocked: false };
      return this.#problem(reason);
    } finally {
      database?.close();
    }
  }

  #problem(reason: SkipReason): { readonly isLocked: boolean } {
    this.#solved();
    this.#skips.set(this.path, reason, 1);
    return { isLocked: reason === 'locked' };
  }

  #solved(): void {
    for (const reason of ['locked', 'no permission', 'not readable', 'foreign file', 'needs Node 22.13 or later'] as const)
      this.#skips.set(this.path, reason, 0);
  }
}

/** `undefined` where this Node has no SQLite. */
function open(path: string): DatabaseSync | undefined {
  const sqlite = process.getBuiltinModule?.('node:sqlite');
  return sqlite && new sqlite.DatabaseSync(path, { readOnly: true, timeout: busyTimeout });
}
