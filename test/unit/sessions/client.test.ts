import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import type { ReadProgress } from '../../../src/sessions/batch.ts';
import { SessionSource, type SessionSourceOptions } from '../../../src/sessions/client.ts';
import type { Cursors } from '../../../src/sessions/cursors.ts';
import { claudeFile, claudeLine, placesOf, removeHomes, tempHome, write } from './support.ts';

const workerUrl = new URL('../../../src/sessions/worker.ts', import.meta.url);

class StoredCursors implements Cursors {
  readonly stored = new Map<string, string>();
  get(path: string): string | undefined {
    return this.stored.get(path);
  }
  set(path: string, json: string): void {
    this.stored.set(path, json);
  }
}

/** A source whose keys and progress can be waited for. */
class Run {
  readonly keys: string[] = [];
  readonly source: SessionSource;
  last: ReadProgress | undefined;
  #check: () => void = () => undefined;

  constructor(home: string, cursors: Cursors, more: Partial<SessionSourceOptions> = {}) {
    this.source = new SessionSource({
      workerUrl,
      places: placesOf(home),
      off: [],
      cursors,
      onBatch: (observations, _skipped, progress) => {
        this.keys.push(...observations.map(({ keys }) => keys[0] ?? ''));
        this.last = progress;
        this.#check();
      },
      onProblem: (message) => assert.fail(message),
      ...more,
    });
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#check = () => {
        if (holds()) resolve();
      };
      this.#check();
    });
  }

  done(): Promise<void> {
    return this.until(() => this.last?.done === true);
  }
}

describe('SessionSource', () => {
  afterEach(removeHomes);

  it('reads in its thread, stays, and goes on from the cursors in the next one', async () => {
    const home = tempHome('codex-0.169');
    const cursors = new StoredCursors();
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n`);
    const first = new Run(home, cursors);
    await first.done();
    assert.deepEqual([...first.keys].sort(), [
      'msg:msg_01aZ9kQ4mT7xW2vR5bN81',
      'resp:resp_01aZ9kQ4mT7xW2vR5bN81',
      'resp:resp_01aZ9kQ4mT7xW2vR5bN82',
      'resp:resp_01aZ9kQ4mT7xW2vR5bN83',
      'resp:resp_01aZ9kQ4mT7xW2vR5bN89',
    ]);
    assert.deepEqual(first.last && { ...first.last, bytes: 0, bytesDone: 0, agents: [...first.last.agents].sort() }, {
      files: 4,
      filesDone: 4,
      bytes: 0,
      bytesDone: 0,
      agents: ['claude-code', 'codex'],
      done: true,
    });
    appendFileSync(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN82', 1)}\n`);
    await first.until(() => first.keys.includes('msg:msg_01aZ9kQ4mT7xW2vR5bN82'));
    await first.source.dispose();
    await first.source.dispose();
    appendFileSync(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN83', 1)}\n`);
    const second = new Run(home, cursors);
    await second.done();
    // What was taken but not yet acknowledged when the first ended may come again; nothing else.
    assert.deepEqual(
      second.keys.filter((key) => key !== 'msg:msg_01aZ9kQ4mT7xW2vR5bN82'),
      ['msg:msg_01aZ9kQ4mT7xW2vR5bN83'],
    );
    await second.source.dispose();
  });

  it('stores cursors only after a batch was taken, and all of a batch together', async () => {
    const home = tempHome('codex-0.169');
    const log: string[] = [];
    const run = new Run(
      home,
      { get: () => undefined, set: () => log.push('cursor') },
      {
        async onBatch(observations, _skipped, progress) {
          log.push(`take ${observations.length > 0}`);
          await new Promise((resolve) => setImmediate(resolve));
          log.push('taken');
          run.last = progress;
        },
        inTransaction(store) {
          log.push('begin');
          store();
          log.push('end');
        },
      },
    );
    await new Promise<void>((resolve) => {
      const look = () => (run.last?.done ? resolve() : setImmediate(look));
      look();
    });
    await run.source.dispose();
    const text = log.join(' ');
    assert.match(text, /^(take (true|false) taken begin (cursor )*end ?)*(take (true|false) taken)?$/);
    assert.match(text, /cursor/);
  });

  it('can be told which agents are off', async () => {
    const home = tempHome('codex-0.63');
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n`);
    const run = new Run(home, new StoredCursors(), { off: ['codex'] });
    await run.done();
    assert.deepEqual(run.keys, ['msg:msg_01aZ9kQ4mT7xW2vR5bN81']);
    run.source.setOff([]);
    await run.until(() => run.keys.length === 4);
    await run.source.dispose();
  });
});
