import { statSync } from 'node:fs';
import type { DatabaseFormat, SkipReason } from '../agents/agent.ts';
import { field, parsed } from '../agents/requestBody.ts';
import { hasSqlite, openForeign } from './foreignDatabase.ts';
import type { ReadPiece } from './lineFile.ts';
import { reasonOf } from './reasons.ts';
import type { SkipLog } from './skipLog.ts';

/** A database that its owner writes to each time it is looked at is left alone for a while. */
const attempts = 3;

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
    try {
      const stats = statSync(this.path);
      const identity = `${stats.dev}:${stats.ino}`;
      if (identity !== this.#identity) this.#cursor = undefined;
      this.#identity = identity;
      if (!hasSqlite()) return this.#problem('needs Node 22.15 or later');
      for (let i = 0; i < attempts; i += 1) if (yield* this.#readOn()) return { isLocked: false };
      return this.#problem('locked');
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) return { isLocked: false };
      return this.#problem(reason);
    }
  }

  /** `false` = its owner wrote to what was being read: from the last step on it is to be read again. */
  *#readOn(): Generator<ReadPiece, boolean> {
    const database = openForeign(this.path);
    if (!database) {
      this.#solved();
      return true;
    }
    try {
      for (;;) {
        const step = this.#format.read(database.db, this.#cursor);
        if (database.hasMoved()) return false;
        this.#cursor = step.cursor;
        if (step.nonsense) this.#skips.add(this.path, 'not understood', step.nonsense);
        if (step.untold) this.#skips.add(this.path, 'no usage told', step.untold);
        this.#solved();
        yield { observations: step.observations, bytes: 0 };
        if (!step.more) return true;
      }
    } catch (error) {
      if (database.hasMoved()) return false;
      throw error;
    } finally {
      database.close();
    }
  }

  #problem(reason: SkipReason): { readonly isLocked: boolean } {
    this.#solved();
    this.#skips.set(this.path, reason, 1);
    return { isLocked: reason === 'locked' };
  }

  #solved(): void {
    for (const reason of ['locked', 'no permission', 'not readable', 'foreign file', 'needs Node 22.15 or later'] as const)
      this.#skips.set(this.path, reason, 0);
  }
}
