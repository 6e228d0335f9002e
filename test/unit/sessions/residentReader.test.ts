import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { agents } from '../../../src/agents/registry.ts';
import { ResidentReader } from '../../../src/sessions/residentReader.ts';
import { CoreDatabaseFile } from './coreDatabase.ts';
import { claudeFile, claudeLine, placesOf, removeHomes, Taken, tempHome, write } from './support.ts';

/** A resident reader whose rows can be waited for; no test waits for a time. */
class Watched {
  readonly taken = new Taken();
  readonly reader: ResidentReader;
  #check: () => void = () => undefined;

  constructor(home: string, off: readonly 'codex'[] = []) {
    this.reader = new ResidentReader(
      {
        agents,
        places: placesOf(home),
        off,
        loadCursors: async (paths) => paths.map((path) => this.taken.cursors.get(path)),
        deliver: (batch) => {
          this.taken.take(batch);
          this.#check();
        },
      },
      (error) => {
        throw error;
      },
    );
  }

  /** Settles as soon as so much output has been seen. */
  output(expected: number): Promise<void> {
    return new Promise((resolve) => {
      this.#check = () => {
        if (this.taken.output() === expected) resolve();
      };
      this.#check();
    });
  }
}

describe('ResidentReader', () => {
  let watched: Watched;
  afterEach(() => {
    watched.reader.dispose();
    removeHomes();
  });

  it('sees what is appended, and what is finished in two pieces', async () => {
    const home = tempHome();
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n`);
    watched = new Watched(home);
    await watched.reader.start();
    assert.equal(watched.taken.output(), 1);
    appendFileSync(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN82', 10)}\n`);
    await watched.output(11);
    const line = claudeLine('msg_01aZ9kQ4mT7xW2vR5bN83', 100);
    appendFileSync(claudeFile(home), line.slice(0, 50));
    appendFileSync(claudeFile(home), `${line.slice(50)}\n`);
    await watched.output(111);
  });

  it('sees new sessions, new projects and sub-agents in folders that were not there', async () => {
    const home = tempHome();
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n`);
    watched = new Watched(home);
    await watched.reader.start();
    write(claudeFile(home, 'new'), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN82', 10)}\n`);
    await watched.output(11);
    const deep = join(home, '.claude/projects/-other/s1/subagents/agent-1.jsonl');
    write(deep, `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN83', 100)}\n`);
    await watched.output(111);
    appendFileSync(deep, `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN84', 1000)}\n`);
    await watched.output(1111);
  });

  it('sees an agent that is used for the first time', async () => {
    const home = tempHome();
    watched = new Watched(home);
    await watched.reader.start();
    assert.equal(watched.taken.output(), 0);
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n`);
    await watched.output(1);
    const fixture = tempHome('codex-0.63');
    cpSync(join(fixture, '.codex'), join(home, '.codex'), { recursive: true });
    await watched.output(1101);
  });

  it('sees an atomic replacement and a folder that was deleted and came again', async () => {
    const home = tempHome();
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n`);
    watched = new Watched(home);
    await watched.reader.start();
    const moved = join(home, '.claude/moved');
    write(moved, `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN81', 1)}\n${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN82', 10)}\n`);
    renameSync(moved, claudeFile(home));
    await watched.output(11);
    rmSync(dirname(claudeFile(home)), { recursive: true });
    mkdirSync(dirname(claudeFile(home)));
    write(claudeFile(home), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN83', 100)}\n`);
    await watched.output(111);
  });

  it('sees what OpenCode writes into its log, also into a database that was not there', async () => {
    const home = tempHome();
    watched = new Watched(home);
    await watched.reader.start();
    const file = new CoreDatabaseFile(join(home, '.local/share/opencode/opencode.db'));
    const step = { session: 'ses_1', created: Date.parse('2026-11-20T10:00:00Z'), input: 1 };
    file.session('ses_1');
    file.step({ ...step, message: 'm1', output: 1 });
    await watched.output(1);
    file.step({ ...step, message: 'm2', output: 10 });
    await watched.output(11);
    file.close();
  });

  it('does not read an agent that is off, and reads all of it when it is on', async () => {
    const home = tempHome('codex-0.63');
    watched = new Watched(home, ['codex']);
    await watched.reader.start();
    assert.equal(watched.taken.output(), 0);
    watched.reader.setOff([]);
    await watched.output(1100);
  });
});
