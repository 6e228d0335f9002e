import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DatabaseFormat } from '../../../src/agents/agent.ts';
import { CoreDatabaseFile } from './coreDatabase.ts';
import { readerOf, removeHomes, scanned, Taken, tempHome } from './support.ts';

const opencode = (home: string) => join(home, '.local/share/opencode/opencode.db');
const kilo = (home: string) => join(home, '.local/share/kilo/kilo.db');
const at = Date.parse('2026-11-20T10:00:00Z');

describe('the databases of OpenCode and Kilo', () => {
  afterEach(removeHomes);

  it('tell each step with its session, parent, prompt and mode', async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(opencode(home));
    file.session('ses_b');
    file.session('ses_a', 'ses_b');
    file.step({
      session: 'ses_b',
      message: 'msg_1',
      created: at,
      input: 1201,
      output: 97,
      reasoning: 31,
      write: 4003,
      read: 7,
      cost: 0.5,
    });
    file.step({
      session: 'ses_a',
      message: 'msg_2',
      created: at + 5000,
      input: 5,
      output: 9,
      agent: 'general',
      model: 'gpt-5',
      provider: 'openai',
      write: 3,
    });
    file.step({ session: 'ses_b', message: 'msg_3', created: at + 9000, input: 50, output: 20, agent: 'compaction' });
    file.step({ session: 'ses_b', message: 'msg_4', created: at + 9900, input: 0, output: 0 });
    file.close();
    const taken = await scanned(home);
    const [first, second, third, ...rest] = taken.rows();
    assert.deepEqual(rest, []);
    assert.deepEqual(
      { ...first, usage: undefined, keys: undefined },
      {
        source: 'sessions',
        keys: undefined,
        at: at + 900,
        began: at,
        agent: 'opencode',
        task: 'opencode:ses_b',
        parent: undefined,
        run: 'opencode:user_msg_1',
        mode: { kind: 'code', name: 'build' },
        kind: 'work',
        workspace: '/w',
        provider: 'anthropic',
        model: 'claude-sonnet-4-5',
        usage: undefined,
        counted: 'reported',
        reportedUsd: undefined,
        billing: 'unknown',
        outcome: 'ok',
      },
    );
    assert.deepEqual(first?.usage, {
      uncachedInput: 1201,
      inputAudio: 0,
      cacheRead: 7,
      cacheWrite5m: 4003,
      cacheWrite1h: 0,
      cacheWrite30m: 0,
      cacheWrite12h: 0,
      output: 128,
      reasoning: 31,
      webSearches: 0,
    });
    assert.deepEqual(
      [second?.task, second?.parent, second?.mode?.name, second?.usage.cacheWrite30m],
      ['opencode:ses_a', 'opencode:ses_b', 'general', 3],
    );
    assert.deepEqual([third?.kind, third?.mode], ['summary', undefined]);
  });

  it("count a forked session's copies once, for the session they come from", async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(opencode(home));
    // Session ids count down.
    file.session('ses_9');
    file.session('ses_8');
    const step = { session: 'ses_9', message: 'msg_1', created: at, input: 10, output: 5 };
    file.step(step);
    file.step({ ...step, session: 'ses_8', message: 'msg_2' }, at + 3_600_000);
    file.step({ ...step, session: 'ses_8', message: 'msg_3', created: at + 3_700_000 });
    file.close();
    const rows = (await scanned(home)).rows();
    assert.deepEqual(
      rows.map(({ task, at: when }) => [task, when]),
      [
        ['opencode:ses_9', at + 900],
        ['opencode:ses_8', at + 3_700_900],
      ],
    );
  });

  it('count two equal steps of one message as two, and their copies not again', async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(opencode(home));
    file.session('ses_9');
    file.session('ses_8');
    const again = { type: 'step-finish', tokens: { input: 10, output: 5, reasoning: 0, cache: { read: 0, write: 0 } } };
    for (const [session, message, copiedAt] of [
      ['ses_9', 'msg_1', undefined],
      ['ses_8', 'msg_2', at + 3_600_000],
    ] as const) {
      file.step({ session, message, created: at, input: 10, output: 5 }, copiedAt);
      file.part(session, message, at + 950, again);
    }
    file.close();
    assert.equal((await scanned(home)).rows().length, 2);
  });

  it('report a cost only where the provider did: Kilo with its own gateway or OpenRouter, and never a 0', async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(kilo(home));
    file.session('ses_1');
    const step = { session: 'ses_1', input: 10, output: 5 };
    file.step({
      ...step,
      message: 'm1',
      created: at,
      provider: 'kilo',
      model: 'kilo/auto',
      cost: 0.000001234,
      routed: { providerID: 'openrouter', modelID: 'anthropic/claude-x' },
    });
    file.step({ ...step, message: 'm2', created: at + 1, provider: 'openrouter', cost: 0 });
    file.step({ ...step, message: 'm3', created: at + 2, provider: 'anthropic', cost: 0.5 });
    file.close();
    const rows = (await scanned(home)).rows();
    assert.deepEqual(
      rows.map(({ reportedUsd }) => reportedUsd),
      ['0.000001234', undefined, undefined],
    );
    assert.deepEqual([rows[0]?.provider, rows[0]?.model, rows[0]?.agent], ['openrouter', 'anthropic/claude-x', 'kilo']);
  });

  it('are read on from where they were left while their owner writes', async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(opencode(home));
    const taken = new Taken();
    const reader = readerOf(home, taken);
    await reader.scan();
    file.session('ses_1');
    for (let i = 0; i < 5; i++) {
      file.step({ session: 'ses_1', message: `msg_${i}`, created: at + i * 2000, input: i + 1, output: 1 });
      await reader.scan();
      assert.equal(taken.output(), i + 1);
    }
    assert.equal(taken.batches.flatMap(({ observations }) => observations).length, 5, 'nothing is read twice');
    await scanned(home, taken);
    assert.equal(taken.batches.flatMap(({ observations }) => observations).length, 5, 'nor after a restart');
    file.close();
  });

  it('are read to the end, newest first, when they are long, and new rows come before old ones', async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(opencode(home));
    file.session('ses_1');
    file.db.exec('BEGIN');
    for (let i = 0; i < 9000; i++)
      file.step({ session: 'ses_1', message: `msg_${i}`, created: at + i * 2000, input: 1, output: 1 });
    file.db.exec('COMMIT');
    const taken = new Taken();
    let isAdded = false;
    const reader = readerOf(home, taken, {
      deliver(batch) {
        taken.take(batch);
        if (isAdded || batch.observations.length === 0) return;
        isAdded = true;
        file.step({ session: 'ses_1', message: 'msg_new', created: at + 90_000_000, input: 1, output: 1 });
      },
    });
    await reader.scan();
    file.close();
    assert.equal(taken.output(), 9001);
    const order = taken.batches.flatMap(({ observations }) => observations.map((seen) => seen.at));
    assert.ok(order.indexOf(at + 90_000_900) < order.indexOf(at + 900));
    assert.equal(order[0], at + 8999 * 2000 + 900);
  });

  it('are read anew when their newest rows were deleted', async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(opencode(home));
    file.session('ses_1');
    file.step({ session: 'ses_1', message: 'msg_1', created: at, input: 1, output: 1 });
    file.step({ session: 'ses_1', message: 'msg_2', created: at + 2000, input: 1, output: 10 });
    const taken = new Taken();
    const reader = readerOf(home, taken);
    await reader.scan();
    file.db.exec(`DELETE FROM part WHERE message_id = 'msg_2'`);
    file.step({ session: 'ses_1', message: 'msg_3', created: at + 4000, input: 1, output: 100 });
    await reader.scan();
    assert.equal(taken.output(), 111);
    file.close();
  });

  it('count records they cannot make sense of and read the rest', async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(opencode(home));
    file.session('ses_1');
    file.step({ session: 'ses_1', message: 'msg_1', created: at, input: 1, output: 1 });
    file.part('ses_1', 'msg_1', at, '{"type":"step-finish","tokens":{"input":-1,"output":2}}');
    file.part('ses_1', 'msg_1', at, '{"type":"step-finish","tokens":');
    file.close();
    const taken = await scanned(home);
    assert.equal(taken.output(), 1);
    assert.deepEqual(taken.reasons(), { 'opencode.db: not understood': 2 });
  });

  it('say so in the middle of a change that has no log, and are read once it is over', async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(opencode(home));
    file.session('ses_1');
    file.step({ session: 'ses_1', message: 'msg_1', created: at, input: 1, output: 1 });
    // More than it keeps in memory: the file itself is half of the change.
    file.db.exec(`PRAGMA journal_mode = DELETE; PRAGMA cache_size = 10; BEGIN;
      INSERT INTO session VALUES ('ses_2', null, hex(zeroblob(500000)))`);
    const taken = new Taken();
    let free: () => void = () => undefined;
    const freed = new Promise<void>((resolve) => {
      free = resolve;
    });
    const reader = readerOf(home, taken, {
      deliver(batch) {
        taken.take(batch);
        if (batch.observations.length > 0) free();
      },
    });
    await reader.scan();
    assert.deepEqual(taken.reasons(), { 'opencode.db: locked': 1 });
    file.db.exec('COMMIT');
    await freed;
    assert.deepEqual(taken.reasons(), {});
    assert.equal(taken.output(), 1);
    reader.dispose();
    file.close();
  });

  it('have one timer while they are locked, however often they are looked at', async () => {
    const home = tempHome();
    const path = join(home, 'own.db');
    const owner = new CoreDatabaseFile(path);
    let reads = 0;
    const format: DatabaseFormat = {
      kind: 'database',
      paths: () => [path],
      read: () => {
        reads++;
        throw Object.assign(new Error('locked'), { errcode: 5 });
      },
    };
    const reader = readerOf(home, new Taken(), { agents: [{ id: 'opencode', name: 'OpenCode', sessions: [format] }] });
    for (let i = 0; i < 10; i++) await reader.scan();
    assert.equal(reads, 10);
    while (reads === 10) await wait(20);
    await wait(200);
    assert.equal(reads, 11);
    reader.dispose();
    owner.close();
  });

  it('that are none are foreign files', async () => {
    const home = tempHome();
    mkdirSync(join(home, '.local/share/opencode'), { recursive: true });
    writeFileSync(opencode(home), 'no database at all, but long enough to be looked at as one. '.repeat(40));
    const other = new CoreDatabaseFile(kilo(home));
    other.db.exec('DROP TABLE part');
    other.close();
    assert.deepEqual((await scanned(home)).reasons(), { 'opencode.db: foreign file': 1, 'kilo.db: foreign file': 1 });
  });

  it('are looked for where the environment says', async () => {
    const home = tempHome();
    const file = new CoreDatabaseFile(join(home, 'data/opencode/own.db'));
    file.session('ses_1');
    file.step({ session: 'ses_1', message: 'msg_1', created: at, input: 1, output: 1 });
    file.close();
    const taken = new Taken();
    await readerOf(home, taken, {
      places: { home, env: { XDG_DATA_HOME: join(home, 'data'), OPENCODE_DB: 'own.db' }, platform: 'linux' },
    }).scan();
    assert.equal(taken.output(), 1);
    rmSync(join(home, 'data'), { recursive: true });
  });
});
