/** The running Node (or the editor's own) has no `node:sqlite`; it came with Node 22.13. */
export class NoSqlite extends Error {
  override readonly name = 'NoSqlite';
  constructor() {
    super(`The ledger needs node:sqlite, which this Node (${process.version}) does not have. Node 22.13 or newer has it.`);
  }
}

/** Another process is writing and did not let go in time. Nothing was changed; trying again later is right. */
export class LedgerBusy extends Error {
  override readonly name = 'LedgerBusy';
  constructor(path: string, cause: unknown) {
    super(`The ledger is locked by another process: ${path}`, { cause });
  }
}

/** No room to write. Nothing of the transaction was kept; what was there before is whole. */
export class LedgerFull extends Error {
  override readonly name = 'LedgerFull';
  constructor(path: string, cause: unknown) {
    super(`The disk is full; the ledger could not be written: ${path}`, { cause });
  }
}

/** The file is not (any more) a readable database. Opening it anew with `check` moves it aside. */
export class LedgerDamaged extends Error {
  override readonly name = 'LedgerDamaged';
  constructor(path: string, cause: unknown) {
    super(`The ledger file is damaged: ${path}`, { cause });
  }
}

/** The file's schema is not this program's: newer than it knows, or (opened read-only) older than it can read. */
export class LedgerVersion extends Error {
  override readonly name = 'LedgerVersion';
  constructor(path: string, found: number, known: number) {
    super(
      found > known
        ? `The ledger was written by a newer Spend Meter (schema ${found}, this one knows ${known}): ${path}`
        : `The ledger has an older schema (${found}, needed ${known}) and is brought up to date when the service opens it: ${path}`,
    );
  }
}

/** SQLite's primary result code of an error thrown by `node:sqlite`, if it is one. */
export function sqliteCode(error: unknown): number | undefined {
  if (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  return undefined;
}

/** The same failure in the ledger's own words; anything else as it came. */
export function ledgerError(path: string, error: unknown): unknown {
  switch (sqliteCode(error)) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return new LedgerBusy(path, error);
    case 13: // SQLITE_FULL
      return new LedgerFull(path, error);
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return new LedgerDamaged(path, error);
    default:
      return error;
  }
}
