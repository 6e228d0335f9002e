import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LedgerBusy, LedgerDamaged, LedgerFull, LedgerVersion, NoSqlite } from '../../../src/ledger/errors.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { noon, openLedger, options, second, sighting, temporaryFolder } from './fixtures.ts';

/** Starts the writer, waits for some committed batches, kills it at once, and answers the last batch it told of. */
async function killedWhileWriting(path: string, from: number, batches: number, meanwhile: () => void): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writerProcess.ts'), path, String(from)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const ended = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (data) => {
      told += data;
      meanwhile();
      if (told.split('\n').length > batches) resolve();
    });
    ended.then(() => reject(new Error(`the writer ended by itself: ${errors}`)));
  }).finally(() => child.kill('SIGKILL'));
  await ended;
  const lines = told.split('\n').slice(0, -1);
  return Number(lines.at(-1));
}

describe('ledger: a file on disk', function () {
  this.timeout(30_000);
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('is whole after kill -9 in the middle of writing, time and again, and a reader beside it never fails', async () => {
    Ledger.open(folder.ledger, options).close();
    let next = 0;
    for (let round = 0; round < 3; round++) {
      let seen = 0;
      const last = await killedWhileWriting(folder.ledger, next, 5 + round * 7, () => {
        const reader = Ledger.open(folder.ledger, { ...options, readOnly: true });
        const { requests } = reader.total('all');
        assert.ok(requests >= seen && requests % 10 === 0, 'whole transactions only');
        seen = requests;
        reader.close();
      });
      const ledger = Ledger.open(folder.ledger, options);
      assert.equal(ledger.movedAside, undefined);
      assert.deepEqual(ledger.verify(), []);
      const { requests } = ledger.total('all');
      assert.ok(requests >= (last + 1) * 10, 'what was told is kept');
      const open = ledger.recoverOpen();
      assert.equal(open.length, requests / 10 - next, 'one of each new batch was running');
      next = requests / 10;
      // The last batch once more, as a session file would bring it: nothing is counted twice.
      ledger.observe(
        Array.from({ length: 10 }, (_, i) =>
          sighting({ source: 'sessions', keys: [`msg:${(next - 1) * 10 + i}`], at: noon, task: 'codex:0' }),
        ),
      );
      assert.equal(ledger.total('all').requests, requests);
      assert.deepEqual(ledger.verify(), []);
      ledger.close();
    }
  });

  it('keeps everything over a restart', () => {
    const first = Ledger.open(folder.ledger, options);
    first.observe([sighting({ keys: ['msg:1'] })]);
    first.setBilling('codex', 'plan');
    first.close();
    const second = Ledger.open(folder.ledger, options);
    second.observe([sighting({ keys: ['msg:1'] })]);
    assert.equal(second.total('all').requests, 1);
    assert.equal(second.billingAnswers().get('codex'), 'plan');
    second.close();
  });

  it('makes its day sums anew where the machine has moved to another time zone', () => {
    const at = Date.UTC(2026, 10, 25, 1);
    const first = Ledger.open(folder.ledger, options);
    first.observe([0, 1, 2, 30, 400].map((days) => sighting({ at: at - days * 86_400 * second, mode: 'code' })));
    first.observe([
      sighting({ at, outcome: 'refused' }),
      sighting({ at, model: 'nameless' }),
      sighting({ at, counted: 'estimated' }),
    ]);
    first.close();
    const west = Ledger.open(folder.ledger, { ...options, zone: 'America/Los_Angeles' });
    assert.deepEqual(west.verify(), []);
    assert.equal(west.total('today').requests, 0);
    assert.equal(west.total('all').requests, 7);
    west.close();
  });

  it('says that another process holds it', () => {
    const ledger = Ledger.open(folder.ledger, options);
    ledger.observe([sighting({ keys: ['a'] })]);
    const other = new DatabaseSync(folder.ledger);
    other.exec('BEGIN IMMEDIATE');
    assert.throws(
      () => ledger.observe([sighting({ keys: ['b'] })]),
      (error) => error instanceof LedgerBusy && error.message.includes(folder.ledger),
    );
    assert.equal(ledger.total('all').requests, 1, 'reading goes on');
    other.exec('ROLLBACK');
    other.close();
    ledger.observe([sighting({ keys: ['b'] })]);
    assert.equal(ledger.total('all').requests, 2);
    ledger.close();
  });

  it('notices what another process wrote', () => {
    const one = Ledger.open(folder.ledger, options);
    const two = Ledger.open(folder.ledger, options);
    one.observe([sighting({ keys: ['a'], mode: 'plan' })]);
    assert.equal(two.total('all').requests, 1);
    two.observe([sighting({ keys: ['b'], mode: 'code', at: noon + second }), sighting({ keys: ['a'], branch: 'main' })]);
    one.setBilling('codex', 'plan');
    one.observe([sighting({ keys: ['c'], mode: 'debug', at: noon + 2 * second })]);
    assert.equal(two.task('codex:t')?.transitions.length, 2);
    assert.equal(two.billingAnswers().get('codex'), 'plan');
    assert.deepEqual(one.verify(), []);
    one.close();
    two.close();
  });

  it('that is no database is moved aside, kept, and a new one begun', () => {
    writeFileSync(folder.ledger, 'not a database, but something that somebody may want back'.repeat(100));
    const ledger = Ledger.open(folder.ledger, options);
    assert.equal(ledger.movedAside, join(folder.path, 'ledger.damaged-20261125-120000.db'));
    assert.match(readFileSync(ledger.movedAside ?? '', 'utf8'), /^not a database/);
    ledger.observe([sighting()]);
    assert.equal(ledger.total('all').requests, 1);
    ledger.close();
    // A second accident in the same second does not overwrite the first.
    writeFileSync(folder.ledger, 'again'.repeat(1000));
    const again = Ledger.open(folder.ledger, options);
    assert.ok(again.movedAside?.endsWith('-2.db'));
    again.close();
    assert.equal(readdirSync(folder.path).filter((name) => name.includes('damaged')).length, 2);
  });

  it('that was broken behind its first page is found by a check, or said in use', () => {
    const first = Ledger.open(folder.ledger, options);
    first.observe(Array.from({ length: 2000 }, (_, i) => sighting({ keys: [`msg:${i}`], task: `codex:${i}` })));
    first.close();
    const bytes = readFileSync(folder.ledger);
    bytes.fill(0x5a, bytes.length - 60 * 4096, bytes.length - 20 * 4096);
    writeFileSync(folder.ledger, bytes);
    const broken = Ledger.open(folder.ledger, options);
    assert.equal(broken.movedAside, undefined, 'its first pages are well');
    assert.throws(() => broken.observe(Array.from({ length: 2000 }, (_, i) => sighting({ keys: [`msg:${i}`] }))), LedgerDamaged);
    broken.close();
    const ledger = Ledger.open(folder.ledger, { ...options, check: true });
    assert.ok(ledger.movedAside && existsSync(ledger.movedAside));
    assert.equal(ledger.total('all').requests, 0);
    assert.deepEqual(ledger.verify(), []);
    ledger.close();
  });

  it('cut short is moved aside too', () => {
    const first = Ledger.open(folder.ledger, options);
    first.observe(Array.from({ length: 500 }, () => sighting()));
    first.close();
    truncateSync(folder.ledger, 5000);
    const ledger = Ledger.open(folder.ledger, { ...options, check: true });
    assert.ok(ledger.movedAside);
    ledger.close();
  });

  it('of a newer version is left alone', () => {
    Ledger.open(folder.ledger, options).close();
    const other = new DatabaseSync(folder.ledger);
    other.exec('PRAGMA user_version = 99');
    other.close();
    assert.throws(() => Ledger.open(folder.ledger, options), LedgerVersion);
    assert.throws(() => Ledger.open(folder.ledger, { ...options, readOnly: true }), LedgerVersion);
    assert.ok(!readdirSync(folder.path).some((name) => name.includes('damaged')));
  });

  it('of before the first release is kept aside, and begun anew', () => {
    const old = new DatabaseSync(folder.ledger);
    old.exec('CREATE TABLE requests (n INTEGER); PRAGMA user_version = 1');
    old.close();
    const ledger = Ledger.open(folder.ledger, options);
    assert.ok(ledger.movedAside && existsSync(ledger.movedAside));
    ledger.observe([sighting()]);
    assert.equal(ledger.total('all').requests, 1);
    ledger.close();
  });

  it('read only is never created, changed or moved', () => {
    assert.throws(() => Ledger.open(folder.ledger, { ...options, readOnly: true }));
    assert.deepEqual(readdirSync(folder.path), []);
    writeFileSync(folder.ledger, 'nonsense'.repeat(1000));
    assert.throws(() => Ledger.open(folder.ledger, { ...options, readOnly: true }), LedgerDamaged);
    assert.deepEqual(readdirSync(folder.path), ['ledger.db']);
    writeFileSync(folder.ledger, '');
    Ledger.open(folder.ledger, options).close();
    const reader = Ledger.open(folder.ledger, { ...options, readOnly: true });
    assert.throws(() => reader.observe([sighting()]));
    assert.deepEqual(reader.requests(), []);
    reader.close();
  });

  it('that can grow no more loses nothing it had, and goes on when there is room', () => {
    const ledger = Ledger.open(folder.ledger, { ...options, mostPages: 120 });
    let kept = 0;
    assert.throws(() => {
      for (; kept < 1000; kept++) ledger.observe(Array.from({ length: 20 }, (_, i) => sighting({ keys: [`msg:${kept}:${i}`] })));
    }, LedgerFull);
    assert.ok(kept > 0);
    assert.equal(ledger.total('all').requests, kept * 20);
    assert.deepEqual(ledger.verify(), []);
    ledger.close();
    const roomy = Ledger.open(folder.ledger, options);
    roomy.observe([sighting()]);
    assert.equal(roomy.total('all').requests, kept * 20 + 1);
    assert.deepEqual(roomy.verify(), []);
    roomy.close();
  });
});

describe('ledger: without node:sqlite', () => {
  it('says so plainly', () => {
    const original = process.getBuiltinModule;
    process.getBuiltinModule = (() => undefined) as typeof process.getBuiltinModule;
    try {
      assert.throws(() => openLedger(), NoSqlite);
    } finally {
      process.getBuiltinModule = original;
    }
  });
});
