import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Agent, type DocumentFormat, NonsenseLine } from '../../../src/agents/agent.ts';
import { field } from '../../../src/agents/requestBody.ts';
import type { Observation } from '../../../src/core/request.ts';
import { usage } from '../../../src/core/usage.ts';
import { DocumentFile } from '../../../src/sessions/documentFile.ts';
import { ResidentReader } from '../../../src/sessions/residentReader.ts';
import { SkipLog } from '../../../src/sessions/skipLog.ts';
import { placesOf, readerOf, removeHomes, Taken, tempHome } from './support.ts';

/** `{"rows": {"a": 1}}`: one request per entry, with that many tokens of output. */
const format: DocumentFormat = {
  kind: 'document',
  roots: ({ home }) => [home],
  matches: (path) => path.endsWith('.doc.json'),
  read(document, _path, beside, isFirst) {
    const rows = field(document, 'rows');
    if (typeof rows !== 'object' || rows === null) throw new NonsenseLine('no rows');
    const observations: Observation[] = [];
    let nonsense = 0;
    for (const [name, output] of Object.entries(rows)) {
      if (typeof output === 'number') observations.push(seen(name, output, String(field(beside('name.json'), 'is') ?? isFirst)));
      else nonsense += 1;
    }
    return { observations, nonsense };
  },
};

function seen(name: string, output: number, branch: string): Observation {
  return {
    source: 'sessions',
    keys: [`doc:${name}`],
    at: 1_795_600_000_000,
    agent: 'cline',
    task: 'cline:t',
    branch,
    provider: 'p',
    model: 'm',
    usage: usage({ output }),
    counted: 'reported',
    billing: 'unknown',
    outcome: 'ok',
  };
}

const agent: Agent = { id: 'cline', name: 'Documents', sessions: [format] };
const text = (rows: Record<string, unknown>) => JSON.stringify({ rows });

/** What one reading hands over: `name output branch`. */
function told(file: DocumentFile): { readonly rows: readonly string[]; readonly isLocked: boolean } {
  const rows: string[] = [];
  const pieces = file.read();
  for (let piece = pieces.next(); ; piece = pieces.next()) {
    if (piece.done) return { rows, isLocked: piece.value.isLocked };
    for (const one of piece.value.observations) rows.push(`${one.keys[0]?.slice(4)} ${one.usage.output} ${one.branch}`);
  }
}

describe('DocumentFile', () => {
  afterEach(removeHomes);

  let stamp = 1_700_000_000;
  /** As another program writes it: at another time, which the clock of a file system may not be fine enough to show. */
  function put(path: string, content: string): void {
    writeFileSync(path, content);
    stamp += 10;
    utimesSync(path, stamp, stamp);
  }

  function opened(content: string): { path: string; file: DocumentFile; skips: SkipLog; reasons: () => Record<string, number> } {
    const path = join(tempHome(), 'a.doc.json');
    put(path, content);
    const skips = new SkipLog();
    const held = new Map<string, number>();
    const reasons = () => {
      for (const { reason, count } of skips.takeChanged()) held.set(reason, count);
      return Object.fromEntries([...held].filter(([, count]) => count > 0));
    };
    return { path, file: new DocumentFile(path, format, skips), skips, reasons };
  }

  it('hands on only what is news, when it was changed in place, and nothing when it was not', () => {
    const { path, file } = opened(text({ a: 1, b: 2 }));
    assert.deepEqual(told(file).rows, ['a 1 true', 'b 2 true']);
    assert.deepEqual(told(file).rows, []);
    assert.ok(file.isUnchanged(statSync(path)));
    put(path, text({ a: 1, b: 3, c: 4 }));
    assert.ok(!file.isUnchanged(statSync(path)));
    assert.deepEqual(told(file).rows, ['a 1 false', 'b 3 false', 'c 4 false'], 'the branch has changed for all');
    put(path, text({ a: 1, b: 5, c: 4 }));
    assert.deepEqual(told(file).rows, ['b 5 false']);
  });

  it('reads one that was replaced whole, also with the same size and time', () => {
    const { path, file } = opened(text({ a: 1 }));
    told(file);
    const { mtime } = statSync(path);
    writeFileSync(`${path}.new`, text({ b: 2 }));
    utimesSync(`${path}.new`, mtime, mtime);
    renameSync(`${path}.new`, path);
    assert.deepEqual(told(file).rows, ['b 2 false']);
  });

  it('waits for one that is half written, and blames nobody', () => {
    const { path, file, reasons } = opened('');
    const whole = text({ a: 1, b: 2 });
    writeFileSync(path, whole.slice(0, 9));
    assert.deepEqual(told(file), { rows: [], isLocked: true });
    assert.deepEqual(reasons(), {});
    writeFileSync(path, whole);
    assert.deepEqual(told(file), { rows: ['a 1 true', 'b 2 true'], isLocked: false });
  });

  it('shows what is whole of it, wherever the writer was met', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(27), { maxLength: 5 }), (cuts) => {
        const whole = text({ a: 1, b: 2, c: 3 });
        const { path, file, reasons } = opened('');
        const rows: string[] = [];
        for (const cut of [...cuts, whole.length]) {
          writeFileSync(path, whole.slice(0, cut));
          rows.push(...told(file).rows);
        }
        assert.deepEqual(rows, ['a 1 true', 'b 2 true', 'c 3 true']);
        assert.deepEqual(reasons(), {});
      }),
      { numRuns: 40 },
    );
  });

  it('counts one that stays torn, is foreign, or has nonsense in it, and takes that back when it is mended', () => {
    const { path, file, reasons } = opened('{"rows": {"a": 1');
    assert.deepEqual(told(file), { rows: [], isLocked: false });
    assert.deepEqual(reasons(), { 'foreign file': 1 });
    put(path, '[1, 2]');
    told(file);
    assert.deepEqual(reasons(), { 'foreign file': 1 });
    put(path, text({ a: 1, b: 'x', c: null }));
    assert.deepEqual(told(file).rows, ['a 1 false']);
    assert.deepEqual(reasons(), { 'not understood': 2 });
    put(path, text({ a: 1 }));
    told(file);
    assert.deepEqual(reasons(), {});
  });

  it('leaves one that is too large where it is, and does not read it again and again', () => {
    const { path, file, reasons } = opened(text({ a: 1 }));
    truncateSync(path, 2 * 1024 ** 3);
    assert.deepEqual(told(file), { rows: [], isLocked: false });
    assert.deepEqual(reasons(), { 'file too large': 1 });
    assert.ok(file.isUnchanged(statSync(path)));
    put(path, text({ a: 1 }));
    assert.deepEqual(told(file).rows, ['a 1 false']);
    assert.deepEqual(reasons(), {});
  });

  it('reads what lies beside it, and does without what is no JSON', () => {
    const { path, file } = opened(text({ a: 1 }));
    writeFileSync(join(path, '..', 'name.json'), '{"is": "main"}');
    assert.deepEqual(told(file).rows, ['a 1 main']);
    writeFileSync(join(path, '..', 'name.json'), '{"is": ');
    put(path, text({ a: 2 }));
    assert.deepEqual(told(file).rows, ['a 2 false']);
  });

  it('goes on from its cursor, which holds nothing of its text', () => {
    const { path, file, skips } = opened(text({ secret: 1 }));
    told(file);
    assert.doesNotMatch(file.cursor(), /secret/);
    const again = new DocumentFile(path, format, skips, file.cursor());
    assert.ok(again.isUnchanged(statSync(path)));
    assert.deepEqual(told(again).rows, []);
    put(path, text({ secret: 1, b: 2 }));
    assert.deepEqual(told(again).rows, ['secret 1 false', 'b 2 false'], 'told again, which counts nothing twice');
    const broken = new DocumentFile(path, format, skips, '{"version":');
    assert.deepEqual(told(broken).rows, ['secret 1 true', 'b 2 true']);
  });

  it('that cannot be read is counted with its reason until it can', async () => {
    const home = tempHome();
    const path = join(home, 'a.doc.json');
    put(path, text({ a: 1 }));
    const taken = new Taken();
    const reader = readerOf(home, taken, { agents: [agent] });
    const found = reader.find();
    rmSync(path);
    mkdirSync(path);
    await reader.scan(found);
    assert.deepEqual(taken.reasons(), { 'a.doc.json: not readable': 1 });
    rmSync(path, { recursive: true });
    put(path, text({ a: 1 }));
    await reader.scan();
    assert.deepEqual(taken.reasons(), {});
    assert.equal(taken.output(), 1);
  });

  it('that is gone is no problem', async () => {
    const home = tempHome();
    const path = join(home, 'a.doc.json');
    put(path, text({ a: 1 }));
    const taken = new Taken();
    const reader = readerOf(home, taken, { agents: [agent] });
    const found = reader.find();
    rmSync(path);
    await reader.scan(found);
    assert.deepEqual(taken.reasons(), {});
    assert.equal(taken.output(), 0);
  });

  it('is read live: changed in place, replaced with no file in between, and written in two pieces', async () => {
    const home = tempHome();
    const path = join(home, 'a.doc.json');
    put(path, text({ a: 1 }));
    const taken = new Taken();
    let check = (): void => undefined;
    const reader = new ResidentReader(
      {
        agents: [agent],
        places: placesOf(home),
        loadCursors: async (paths) => paths.map(() => undefined),
        deliver: (batch) => {
          taken.take(batch);
          check();
        },
      },
      (error) => assert.fail(String(error)),
    );
    const output = (sum: number) =>
      new Promise<void>((resolve) => {
        check = () => void (taken.output() === sum && resolve());
        check();
      });
    try {
      await reader.start();
      await output(1);
      writeFileSync(path, text({ a: 1, b: 10 }));
      await output(11);
      // As Roo replaces its files: the old one goes aside first.
      writeFileSync(join(home, '.new.tmp'), text({ a: 1, b: 10, c: 100 }));
      renameSync(path, join(home, '.old.tmp'));
      renameSync(join(home, '.new.tmp'), path);
      await output(111);
      const whole = text({ a: 1, b: 10, c: 100, d: 1000 });
      writeFileSync(path, whole.slice(0, 20));
      await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(path, whole);
      await output(1111);
    } finally {
      reader.dispose();
    }
  });
});
