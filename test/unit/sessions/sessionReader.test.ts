import assert from 'node:assert/strict';
import { appendFileSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { claudeFile, claudeLine, readerOf, removeHomes, scanned, Taken, tempHome, write } from './support.ts';

describe('SessionReader', () => {
  afterEach(removeHomes);

  it('reads a file cut anywhere, in any pieces and with restarts in between, to the same rows', async () => {
    const growing = ['a', 'a', 'b', 'c', 'c', 'c'].map((id, i) =>
      claudeLine(`msg_${id}`, i + 1, { at: `2026-11-20T10:00:0${i}.000Z` }),
    );
    const text = Buffer.from(
      `${JSON.stringify({ type: 'user', uuid: 'u1', permissionMode: 'plan', timestamp: '2026-11-20T10:00:00.000Z' })}\n${growing.join('\n')}\n`,
    );
    const whole = tempHome();
    write(claudeFile(whole), text);
    const expected = (await scanned(whole)).rows();
    assert.equal(expected.length, 3);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(text.length), { maxLength: 6 }), fc.boolean(), async (cuts, restarts) => {
        const home = tempHome();
        const taken = new Taken();
        let reader = readerOf(home, taken);
        let from = 0;
        for (const to of [...cuts.sort((a, b) => a - b), text.length]) {
          write(claudeFile(home), text.subarray(0, from));
          appendFileSync(claudeFile(home), text.subarray(from, to));
          from = to;
          if (restarts) {
            taken.skipped.clear();
            reader = readerOf(home, taken);
          }
          await reader.scan();
        }
        assert.deepEqual(taken.rows(), expected);
        assert.equal(
          taken.batches.flatMap((batch) => batch.observations).length <= growing.length,
          true,
          'nothing is read twice',
        );
        assert.deepEqual(taken.reasons(), {});
      }),
      { numRuns: 60 },
    );
  });

  it('goes on from its cursors and hands over nothing when nothing is new', async () => {
    const home = tempHome();
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n`);
    const taken = await scanned(home);
    const before = taken.batches.length;
    await scanned(home, taken);
    assert.deepEqual(
      taken.batches.slice(before).flatMap(({ observations, cursors }) => [...observations, ...cursors]),
      [],
    );
    appendFileSync(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN82', 2)}\n`);
    await scanned(home, taken);
    assert.deepEqual(
      taken.batches.slice(before).flatMap(({ observations }) => observations.map(({ keys }) => keys[0])),
      ['msg:msg_01aZ9kQ4mT7xW2vR5bN82'],
    );
  });

  it('keeps no text of a file in its cursors', async () => {
    const home = tempHome();
    write(
      claudeFile(home),
      `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1, { text: 'a secret' })}\n${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN82', 2)}\n`,
    );
    const [cursor] = [...(await scanned(home)).cursors.values()];
    assert.ok(cursor && !/secret|msg_|hello/.test(cursor), cursor);
  });

  const changes: readonly (readonly [string, (path: string) => void])[] = [
    [
      'was truncated and written anew',
      (path) => {
        truncateSync(path, 0);
        appendFileSync(path, `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN83', 30)}\n`);
      },
    ],
    [
      'was rewritten in place to a longer one',
      (path) => write(path, `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN83', 30, { text: 'x'.repeat(3000) })}\n`),
    ],
    [
      'was replaced by another',
      (path) => {
        write(`${path}.new`, `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN83', 30, { text: 'x'.repeat(9000) })}\n`);
        renameSync(`${path}.new`, path);
      },
    ],
    [
      'was deleted and came again',
      (path) => {
        rmSync(path);
        write(path, `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN83', 30)}\n`);
      },
    ],
  ];
  for (const [what, change] of changes) {
    it(`reads a file that ${what} from its start, and counts nothing twice`, async () => {
      const home = tempHome();
      write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN82', 2)}\n`);
      const taken = new Taken();
      const reader = readerOf(home, taken);
      await reader.scan();
      change(claudeFile(home));
      await reader.scan();
      assert.equal(taken.output(), 33);
      assert.equal(taken.set.size, 3);
    });
  }

  it('answers the newest file first, and at once', async () => {
    const home = tempHome();
    for (const [i, session] of ['old', 'newest', 'older'].entries()) {
      const path = claudeFile(home, session);
      write(path, `${claudeLine(`msg_${session}`, 1, { session })}\n`);
      const at = session === 'newest' ? 2_000_000_000 : 1_000_000_000 + i;
      utimesSync(path, at, at);
    }
    const taken = await scanned(home);
    assert.deepEqual(
      taken.batches[0]?.observations.map(({ task }) => task),
      ['claude-code:newest'],
    );
    assert.equal(taken.batches[0]?.progress.done, false);
    const { progress } = taken.batches.at(-1) ?? assert.fail();
    assert.deepEqual(
      { ...progress, bytes: 0, bytesDone: 0 },
      { files: 3, filesDone: 3, bytes: 0, bytesDone: 0, agents: ['claude-code'], done: true },
    );
    assert.equal(progress.bytes, progress.bytesDone);
  });

  it('waits for each batch to be taken before it reads on', async () => {
    const home = tempHome();
    for (let i = 0; i < 5; i++) write(claudeFile(home, `s${i}`), `${claudeLine(`msg_${i}`, 1)}\n`);
    let open = 0;
    const reader = readerOf(home, new Taken(), {
      async deliver() {
        open += 1;
        assert.equal(open, 1);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
      },
    });
    await Promise.all([reader.scan(), reader.scan()]);
  });

  it('reads what comes while its last batch is taken', async () => {
    const home = tempHome();
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n`);
    const taken = new Taken();
    let isAdded = false;
    const reader = readerOf(home, taken, {
      async deliver(batch) {
        taken.take(batch);
        await new Promise((resolve) => setImmediate(resolve));
        if (isAdded || !batch.progress.done) return;
        isAdded = true;
        appendFileSync(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN82', 10)}\n`);
        // Not awaited, as an event is not.
        reader.scan();
      },
    });
    await reader.scan();
    assert.equal(taken.output(), 11);
  });

  it('leaves out agents that are off, and reads them when they are on again', async () => {
    const home = tempHome('codex-0.63');
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n`);
    const taken = new Taken();
    const reader = readerOf(home, taken, { off: ['codex'] });
    await reader.scan();
    assert.deepEqual(
      taken.rows().map(({ agent }) => agent),
      ['claude-code'],
    );
    reader.setOff([]);
    await reader.scan();
    assert.equal(taken.set.size, 4);
  });

  it('says why a file or a line could not be used, and reads the rest', async () => {
    const home = tempHome();
    write(claudeFile(home, 'good'), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 7)}\n`);
    write(claudeFile(home, 'foreign'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 10, 13]));
    write(
      claudeFile(home, 'torn'),
      `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN82', 5)}\n${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN83', 900).slice(0, 250)}`,
    );
    write(
      claudeFile(home, 'nonsense'),
      `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN84', 3)}\n{"usage":{ nonsense\n${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN85', -1)}\n${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN86', 1, { at: 'yesterday' })}\n`,
    );
    write(claudeFile(home, 'empty'), '');
    const taken = await scanned(home);
    assert.equal(taken.output(), 15);
    assert.deepEqual(taken.reasons(), {
      'foreign.jsonl: foreign file': 1,
      'torn.jsonl: unfinished last line': 1,
      'nonsense.jsonl: not understood': 3,
    });
  });

  it('still says so after a restart', async () => {
    const home = tempHome('claude-third-party');
    const taken = await scanned(home);
    const reasons = taken.reasons();
    taken.skipped.clear();
    await scanned(home, taken);
    assert.deepEqual(taken.reasons(), reasons);
    assert.equal(Object.keys(reasons).length, 1);
  });

  it('takes a torn line back once it is whole', async () => {
    const home = tempHome();
    const line = claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 5);
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN80', 1)}\n${line.slice(0, 100)}`);
    const taken = new Taken();
    const reader = readerOf(home, taken);
    await reader.scan();
    assert.deepEqual(taken.reasons(), { 's.jsonl: unfinished last line': 1 });
    appendFileSync(claudeFile(home), `${line.slice(100)}\n`);
    await reader.scan();
    assert.deepEqual(taken.reasons(), {});
    assert.equal(taken.output(), 6);
  });

  it('passes over links that lead nowhere', async () => {
    const home = tempHome();
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 5)}\n`);
    symlinkSync('round.jsonl', claudeFile(home, 'round'));
    symlinkSync('gone', claudeFile(home, 'nowhere'));
    symlinkSync('s.jsonl', claudeFile(home, 'same'));
    const taken = await scanned(home);
    assert.equal(taken.output(), 5);
    assert.deepEqual(taken.reasons(), {});
  });

  it('follows the folders that the environment names', async () => {
    const home = tempHome();
    write(join(home, 'elsewhere/projects/-w/s.jsonl'), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 5)}\n`);
    const taken = new Taken();
    await readerOf(home, taken, {
      places: { home, env: { CLAUDE_CONFIG_DIR: join(home, 'elsewhere') }, platform: 'linux' },
    }).scan();
    assert.equal(taken.output(), 5);
  });
});
