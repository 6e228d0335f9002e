import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { field } from '../agents/requestBody.ts';

/** Milliseconds that a lock of the owner is waited for before the next event is. */
const busyTimeout = 200;
/** https://www.sqlite.org/fileformat.html §1.3: the write version, 2 = with a write-ahead log; and a count of changes at the end. */
const headerBytes = 28;
const writeVersion = 18;
const changeCounter = 24;

export interface ForeignDatabase {
  readonly db: DatabaseSync;
  /** Whether its owner may have written while it was read: what was read since it was opened may then be half old and half new. */
  hasMoved(): boolean;
  close(): void;
}

/**
 * Opens the database of a program that may be starting at this very moment, and must not find us in its way: OpenCode switches a new database to a write-ahead
 * log before it waits for locks, and ends with "database is locked" where a reader holds one. So a database that nobody writes to is read as a file (`immutable`:
 * no lock, and nothing laid beside it), and one with a log in use through its owner's index, which is never rebuilt from here (`readonly_shm`).
 * `undefined` where there is nothing in it yet. Throws what the file system and SQLite throw, and `EBUSY` for one that only its owner can read: in the middle of
 * a transaction without a log, or with a log whose index is gone.
 */
export function openForeign(link: string): ForeignDatabase | undefined {
  // Logs and journals lie beside the real file.
  const path = realpathSync(link);
  // Before SQLite has it open: on POSIX systems a process loses all its locks on a file when it closes any handle to it.
  const header = beginning(path, headerBytes);
  if (header.length === 0) return undefined;
  const hasLog = header[writeVersion] === 2 && sizeOf(`${path}-wal`) > 0n;
  const stamp = hasLog ? logsOf(path) : stampOf(path);
  if (hasLog ? sizeOf(`${path}-shm`) === 0n : hasJournal(path))
    throw Object.assign(new Error(`${path} is its owner's alone just now`), { code: 'EBUSY' });
  const db = connect(path, hasLog ? 'readonly_shm=1' : 'immutable=1');
  return {
    db,
    // While a log is read its owner cannot take it away; before, it can.
    hasMoved: () => (hasLog ? stamp !== logsOf(path) : stamp !== stampOf(path) || hasJournal(path)),
    close: () => db.close(),
  };
}

/** Whether this Node can read databases as files: from 22.15 on (and 23.10). */
export function hasSqlite(): boolean {
  takesUrls ??= tryUrl();
  return takesUrls;
}

let takesUrls: boolean | undefined;

function tryUrl(): boolean {
  const sqlite = process.getBuiltinModule?.('node:sqlite');
  if (!sqlite) return false;
  try {
    new sqlite.DatabaseSync('file:probe?mode=memory', { readOnly: true }).close();
    return true;
  } catch {
    // Taken for the name of a file, which is not there.
    return false;
  }
}

function connect(path: string, query: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.search = query;
  return new (process.getBuiltinModule('node:sqlite').DatabaseSync)(url.href, { readOnly: true, timeout: busyTimeout });
}

/** Changes with whatever is written to the file, or to a log beside it. Clocks of file systems are coarse, so the file's own count of changes is in it. */
function stampOf(path: string): string {
  const { ino, size, mtimeNs } = statSync(path, { bigint: true });
  const changes = beginning(path, headerBytes).subarray(changeCounter).toString('hex');
  return [ino, size, mtimeNs, changes, sizeOf(`${path}-wal`)].join();
}

/** Which log and index lie beside the file: others do when its owner has closed it meanwhile, and perhaps opened it again. */
function logsOf(path: string): string {
  return ['-wal', '-shm'].map((end) => statSync(path + end, { throwIfNoEntry: false })?.ino ?? 'none').join();
}

/** A rollback journal that is in force; one that is kept for the next time begins with zeros. */
function hasJournal(path: string): boolean {
  const journal = `${path}-journal`;
  return sizeOf(journal) > 0n && beginning(journal, 1)[0] !== 0;
}

function sizeOf(path: string): bigint {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.size ?? 0n;
}

/** Empty where there is no file any more. */
function beginning(path: string, bytes: number): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, readSync(file, buffer, 0, bytes, 0));
  } catch (error) {
    if (field(error, 'code') === 'ENOENT') return Buffer.alloc(0);
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
