import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { removeHomes, scanned, tempHome, write } from './support.ts';

describe('Cursor on disk', () => {
  afterEach(removeHomes);

  const folder = (home: string) => join(home, '.config/Cursor/User/globalStorage');

  /** As public readers of it describe it (`bubbleId:*` of `_v` 3, `composerData:*` of `_v` 10). */
  function state(home: string): DatabaseSync {
    mkdirSync(folder(home), { recursive: true });
    const db = new DatabaseSync(join(folder(home), 'state.vscdb'));
    db.exec(`CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);
             CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);`);
    return db;
  }

  const put = (db: DatabaseSync, key: string, value: unknown) =>
    db
      .prepare('INSERT INTO cursorDiskKV VALUES (?, ?)')
      .run(key, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  const bubble = (more: object) => ({ _v: 3, type: 2, text: 'a secret', createdAt: '2026-11-20T10:00:00.000Z', ...more });

  it('counts what it tells, and says of how many answers it tells nothing', async () => {
    const home = tempHome();
    const db = state(home);
    put(db, 'composerData:c1', { _v: 10, composerId: 'c1', unifiedMode: 'plan', modelConfig: { modelName: 'composer-2.5' } });
    put(
      db,
      'bubbleId:c1:b1',
      bubble({ tokenCount: { inputTokens: 900, outputTokens: 80 }, modelInfo: { modelName: 'gpt-5.5' }, requestId: 'q' }),
    );
    put(db, 'bubbleId:c1:b2', bubble({ tokenCount: { inputTokens: 50, outputTokens: 5 } }));
    put(db, 'bubbleId:c1:b3', bubble({ tokenCount: { inputTokens: 0, outputTokens: 0 } }));
    put(db, 'bubbleId:c1:b4', bubble({ type: 1 }));
    put(db, 'bubbleId:c1:b5', bubble({ text: '' }));
    put(db, 'bubbleId:c1:b6', '{"torn');
    put(db, 'bubbleId:c1:b7', bubble({ tokenCount: { inputTokens: 1.5, outputTokens: 1 } }));
    const taken = await scanned(home);
    assert.deepEqual(
      taken
        .rows()
        .map(({ task, run, mode, model, usage, billing, provider }) => [
          task,
          run,
          mode?.kind,
          model,
          usage.uncachedInput,
          usage.output,
          billing,
          provider,
        ]),
      [
        ['cursor:c1', 'cursor:q', 'architect', 'gpt-5.5', 900, 80, 'plan', 'cursor'],
        ['cursor:c1', undefined, 'architect', 'composer-2.5', 50, 5, 'plan', 'cursor'],
      ],
    );
    assert.deepEqual(taken.reasons(), { 'state.vscdb: no usage told': 1, 'state.vscdb: not understood': 2 });
    db.close();
  });

  it('sees an answer that was written again, and counts it once', async () => {
    const home = tempHome();
    const db = state(home);
    put(db, 'bubbleId:c1:b1', bubble({ tokenCount: { inputTokens: 10, outputTokens: 1 } }));
    const taken = await scanned(home);
    put(db, 'bubbleId:c1:b1', bubble({ tokenCount: { inputTokens: 10, outputTokens: 44 } }));
    await scanned(home, taken);
    assert.deepEqual(
      taken.rows().map(({ usage }) => usage.output),
      [44],
    );
    db.close();
  });

  it('reads thousands of messages in steps, each once', async () => {
    const home = tempHome();
    const db = state(home);
    db.exec('BEGIN');
    for (let i = 0; i < 4500; i++) put(db, `bubbleId:c1:b${i}`, bubble({ tokenCount: { inputTokens: 1, outputTokens: 1 } }));
    db.exec('COMMIT');
    const taken = await scanned(home);
    assert.equal(taken.batches.flatMap(({ observations }) => observations).length, 4500);
    db.close();
  });

  it('says why a file of another kind, or without the table, is not read', async () => {
    const home = tempHome();
    write(join(folder(home), 'state.vscdb'), 'this is no database, just text that is long enough to be looked at');
    assert.deepEqual((await scanned(home)).reasons(), { 'state.vscdb: foreign file': 1 });
    const other = tempHome();
    state(other).exec('DROP TABLE cursorDiskKV');
    assert.deepEqual((await scanned(other)).reasons(), {});
  });
});
