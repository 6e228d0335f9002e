import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DatabaseFormat } from '../../../src/agents/agent.ts';
import { DatabaseFile } from '../../../src/sessions/databaseFile.ts';
import { SkipLog } from '../../../src/sessions/skipLog.ts';
import { removeHomes, tempHome } from './support.ts';

/** Reads the numbers in a table, and calls `between` after the first one, when it holds whatever lock it takes. */
class Numbers {
  readonly path = join(tempHome(), 'own.db');
  readonly skips = new SkipLog();
  readonly seen: number[][] = [];
  readonly #file: DatabaseFile;

  constructor(between: () => void = () => undefined) {
    const format: DatabaseFormat = {
      kind: 'database',
      paths: () => [this.path],
      read: (db) => {
        const numbers: number[] = [];
        for (const row of db.prepare('SELECT n FROM numbers').iterate()) {
          numbers.push(Number(row.n));
          if (numbers.length === 1) between();
        }
        this.seen.push(numbers);
        return { observations: [], cursor: undefined };
      },
    };
    this.#file = new DatabaseFile(this.path, format, this.skips);
  }

  /** As its owner opens it, who does not wait for a lock. */
  own(): DatabaseSync {
    return new DatabaseSync(this.path, { timeout: 0 });
  }

  read(): { readonly isLocked: boolean } {
    const pieces = this.#file.read();
    for (;;) {
      const piece = pieces.next();
      if (piece.done) return piece.value;
    }
  }

  beside(): string[] {
    return readdirSync(dirname(this.path)).sort();
  }

  reasons(): string[] {
    return this.skips
      .takeChanged()
      .filter(({ count }) => count > 0)
      .map(({ reason }) => reason);
  }
}

const filled = 'CREATE TABLE numbers (n); INSERT INTO numbers VALUES (1), (2)';

describe('another program’s database', () => {
  afterEach(removeHomes);

  it('can be switched to a log by its owner while it is read, and is read again', () => {
    let owner: DatabaseSync | undefined;
    const numbers = new Numbers(() => {
      if (owner) return;
      owner = numbers.own();
      owner.exec('PRAGMA journal_mode = WAL; INSERT INTO numbers VALUES (3)');
    });
    const maker = numbers.own();
    maker.exec(filled);
    maker.close();
    assert.deepEqual(numbers.read(), { isLocked: false });
    assert.deepEqual(numbers.seen.at(-1), [1, 2, 3]);
    assert.deepEqual(numbers.reasons(), []);
    owner?.close();
  });

  it('is left with nothing beside it that was not there', () => {
    const numbers = new Numbers();
    const owner = numbers.own();
    owner.exec(`PRAGMA journal_mode = WAL; ${filled}`);
    owner.close();
    assert.deepEqual(numbers.beside(), ['own.db']);
    numbers.read();
    assert.deepEqual(numbers.seen, [[1, 2]]);
    assert.deepEqual(numbers.beside(), ['own.db']);
  });

  it('is read with the log of an owner that was killed, whose index it does not touch, and can be opened meanwhile', async () => {
    let next: DatabaseSync | undefined;
    const hands = { open: false };
    const numbers = new Numbers(() => {
      if (!hands.open) return;
      next ??= numbers.own();
      next.exec('PRAGMA journal_mode = WAL');
    });
    const owner = spawn(
      process.execPath,
      [
        '-e',
        `const db = new (require('node:sqlite').DatabaseSync)(process.argv[1]);
         db.exec(process.argv[2]); console.log('written'); setInterval(() => {}, 1000);`,
        numbers.path,
        `PRAGMA journal_mode = WAL; ${filled}`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    await once(owner.stdout, 'data');
    owner.kill('SIGKILL');
    await once(owner, 'close');
    const index = readFileSync(`${numbers.path}-shm`);
    hands.open = false;
    numbers.read();
    assert.deepEqual(numbers.seen, [[1, 2]]);
    assert.deepEqual(readFileSync(`${numbers.path}-shm`), index, 'its index was touched');
    hands.open = true;
    numbers.read();
    assert.deepEqual(numbers.seen.at(-1), [1, 2]);
    assert.deepEqual(numbers.reasons(), []);
    next?.close();
  });

  it('is read with its log through a link, too', () => {
    const numbers = new Numbers();
    const owner = numbers.own();
    owner.exec(`PRAGMA journal_mode = WAL; ${filled}`);
    const linked = new Numbers();
    symlinkSync(numbers.path, linked.path);
    linked.read();
    assert.deepEqual(linked.seen, [[1, 2]]);
    assert.deepEqual(linked.beside(), ['own.db']);
    owner.close();
  });

  it('with a log whose index is gone is left to its owner', () => {
    const numbers = new Numbers();
    const owner = numbers.own();
    owner.exec(`PRAGMA journal_mode = WAL; ${filled}`);
    const copy = new Numbers();
    for (const end of ['', '-wal']) copyFileSync(numbers.path + end, copy.path + end);
    owner.close();
    assert.deepEqual(copy.read(), { isLocked: true });
    assert.deepEqual(copy.reasons(), ['locked']);
    assert.deepEqual(copy.beside(), ['own.db', 'own.db-wal']);
  });

  it('that its owner closes at the moment at which it is looked at is looked at again', () => {
    let owner: DatabaseSync | undefined;
    let reads = 0;
    const path = join(tempHome(), 'own.db');
    const format: DatabaseFormat = {
      kind: 'database',
      paths: () => [path],
      read: (db) => {
        reads++;
        // Nothing was asked of the connection so far: it holds no lock.
        owner?.close();
        owner = undefined;
        return { observations: [], cursor: Number(db.prepare('SELECT sum(n) AS sum FROM numbers').get()?.sum) };
      },
    };
    owner = new DatabaseSync(path);
    owner.exec(`PRAGMA journal_mode = WAL; ${filled}`);
    const skips = new SkipLog();
    const file = new DatabaseFile(path, format, skips);
    for (const _piece of file.read());
    assert.equal(reads, 2);
    assert.equal((JSON.parse(file.cursor()) as { at: number }).at, 3);
    assert.deepEqual(
      skips.takeChanged().filter(({ count }) => count > 0),
      [],
    );
  });

  it('that is written to each time it is looked at is left alone, and said to be locked', () => {
    let n = 10;
    const numbers = new Numbers(() => {
      n += 1;
      owner.exec(`INSERT INTO numbers VALUES (${n})`);
    });
    const owner = numbers.own();
    owner.exec(filled);
    assert.deepEqual(numbers.read(), { isLocked: true });
    assert.deepEqual(numbers.reasons(), ['locked']);
    owner.close();
  });

  it('with a journal that is kept for the next change is read', () => {
    const numbers = new Numbers();
    const owner = numbers.own();
    owner.exec(`PRAGMA journal_mode = PERSIST; ${filled}`);
    assert.deepEqual(numbers.beside(), ['own.db', 'own.db-journal']);
    numbers.read();
    assert.deepEqual(numbers.seen, [[1, 2]]);
    owner.close();
  });

  it('in which nothing is yet is no problem', () => {
    const numbers = new Numbers();
    numbers.own().close();
    assert.deepEqual(numbers.read(), { isLocked: false });
    assert.deepEqual(numbers.reasons(), []);
  });
});
