import { existsSync, renameSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LedgerDamaged, LedgerVersion, ledgerError, NoSqlite } from './errors.ts';
import { migrations } from './schema.ts';

/** Waiting for a lock blocks the event loop, so it is kept short (ms). */
const busyTimeout = 250;

type Sqlite = typeof import('node:sqlite');

/** `node:sqlite`, or a clear error: a fork of the editor may run a Node without it. */
function loadSqlite(): Sqlite {
  let sqlite: Sqlite | undefined;
  try {
    sqlite = process.getBuiltinModule('node:sqlite');
  } catch (error) {
    throw Object.assign(new NoSqlite(), { cause: error });
  }
  if (!sqlite) throw new NoSqlite();
  return sqlite;
}

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** Reads every page before trusting the file; takes about a second per 500 MB. */
  readonly check?: boolean;
  /** The most pages of 4 KB the file may grow to; without it, as many as the disk holds. */
  readonly mostPages?: number;
  /** Milliseconds since the epoch; names the file that is moved aside. */
  readonly now: () => number;
}

/** One open database with its prepared statements. Statements read integers as `bigint`: money must stay exact. */
export class Database {
  readonly path: string;
  /** Where a damaged file was put, if this opening found one. */
  readonly movedAside: string | undefined;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  private constructor(path: string, db: DatabaseSync, movedAside: string | undefined) {
    this.path = path;
    this.#db = db;
    this.movedAside = movedAside;
  }

  /**
   * Opens or creates the file and brings its schema up to date. A damaged file is renamed, never deleted, and a new one
   * begun. Throws `NoSqlite`, `LedgerBusy`, `LedgerFull`, `LedgerVersion`; read-only also `LedgerDamaged`.
   */
  static open(path: string, options: OpenOptions): Database {
    const { DatabaseSync } = loadSqlite();
    const attempt = (movedAside: string | undefined): Database => {
      const db = new DatabaseSync(path, { timeout: busyTimeout, readOnly: options.readOnly ?? false });
      try {
        prepareFile(db, path, options);
      } catch (error) {
        db.close();
        throw error;
      }
      return new Database(path, db, movedAside);
    };
    try {
      return attempt(undefined);
    } catch (raw) {
      const error = ledgerError(path, raw);
      if (!(error instanceof LedgerDamaged) || options.readOnly || path === ':memory:') throw error;
      const aside = moveAside(path, options.now());
      try {
        return attempt(aside);
      } catch (again) {
        throw ledgerError(path, again);
      }
    }
  }

  sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#db.prepare(text);
      statement.setReadBigInts(true);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  exec(text: string): void {
    this.#db.exec(text);
  }

  /** Runs `work` in one transaction that takes the write lock at once; nested calls join it. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      this.#depth++;
      try {
        const result = work();
        this.#db.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk may have rolled back already.
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
        throw error;
      } finally {
        this.#depth--;
      }
    } catch (error) {
      throw ledgerError(this.path, error);
    }
  }

  /** Changes whenever another connection has written. */
  dataVersion(): number {
    return Number(this.sql('PRAGMA data_version').get()?.data_version);
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }
}

/** Schemas up to this one were never released: their files are kept aside and told anew from what agents left on disk. */
const unreleased = 1;
const current = unreleased + migrations.length;

function prepareFile(db: DatabaseSync, path: string, options: OpenOptions): void {
  const version = () => Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (options.readOnly) {
    const found = version();
    if (found !== current) throw new LedgerVersion(path, found, current);
    return;
  }
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;');
  if (version() > current) throw new LedgerVersion(path, version(), current);
  if (version() > 0 && version() <= unreleased) throw new LedgerDamaged(path, new Error('it was made before the first release'));
  if (options.mostPages !== undefined) db.exec(`PRAGMA max_page_count = ${Math.floor(options.mostPages)}`);
  if (options.check) {
    const found = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (found !== 'ok') throw new LedgerDamaged(path, new Error(String(found)));
  }
  if (version() < current) {
    db.exec('BEGIN IMMEDIATE');
    try {
      for (const step of migrations.slice(Math.max(0, version() - unreleased))) db.exec(step);
      db.exec(`PRAGMA user_version = ${current}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
  // Reads the schema and the first page of what matters, so that a broken file is found here and not in the middle of a run.
  for (const table of ['requests', 'tasks', 'dims', 'settings']) db.prepare(`SELECT * FROM ${table} LIMIT 1`).get();
}

/** Renames the database with its log, e.g. `ledger.damaged-20261125-101500.db`. */
function moveAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const stem = path.replace(/\.db$/, '');
  let target = `${stem}.damaged-${stamp}.db`;
  for (let i = 2; existsSync(target); i++) target = `${stem}.damaged-${stamp}-${i}.db`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  }
  return target;
}
