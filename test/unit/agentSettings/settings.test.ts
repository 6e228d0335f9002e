import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readJson } from '../../../src/agentSettings/json.ts';
import { AgentSettings, type Change, plan } from '../../../src/agentSettings/settings.ts';

describe('changes of agents’ settings', () => {
  let folder: string;
  let settings: AgentSettings;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spend-meter-settings-'));
    settings = new AgentSettings(join(folder, 'changes.json'), () => 1);
    file = join(folder, 'settings.json');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const text = (): string => readFileSync(file, 'utf8');
  const set = (path: string[], value: unknown): Change => ({ kind: 'set', file, path, value });
  const add = (path: string[], value: unknown): Change => ({ kind: 'add', file, path, value });
  const apply = (...changes: Change[]): void => settings.apply('one', plan(changes));

  it('keeps comments, order and indentation, and gives back every byte', () => {
    const before = '{\n    // mine\n    "model": "a", /* why */\n    "hooks": {},\n}\n';
    writeFileSync(file, before, { mode: 0o640 });
    chmodSync(file, 0o640);
    apply(set(['model'], 'b'), add(['hooks', 'Stop'], { x: 1 }), set(['env', 'A'], '1'));
    assert.deepEqual(readJson(text()).value, { model: 'b', hooks: { Stop: [{ x: 1 }] }, env: { A: '1' } });
    assert.match(text(), /\/\/ mine\n {4}"model": "b", \/\* why \*\//);
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.equal(statSync(join(folder, 'changes.json')).mode & 0o777, 0o600);
    assert.deepEqual(settings.undo('one').left, []);
    assert.equal(text(), before);
    assert.deepEqual(settings.installed, []);
  });

  it('makes a file that is not there its owner’s alone, and takes it away again', () => {
    apply(set(['a', 'b'], true));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    settings.undo('one');
    assert.equal(existsSync(file), false);
  });

  it('leaves alone what is not UTF-8: it would not come back as it was', () => {
    const before = Buffer.from('{\n  // caf\xe9\n  "model": "a"\n}\n', 'latin1');
    writeFileSync(file, before);
    assert.throws(() => apply(set(['model'], 'b')), /not UTF-8/);
    assert.ok(readFileSync(file).equals(before));
    assert.deepEqual(settings.installed, []);
  });

  it('takes out what lies below a change of another name, which stays, and then that: to the byte', () => {
    const before = '{\n  "env": { "A": "1" }\n}\n';
    for (const order of [
      ['one', 'two'],
      ['two', 'one'],
    ]) {
      writeFileSync(file, before);
      settings.apply('one', plan([set(['env', 'X'], '1')]));
      settings.apply('two', plan([set(['model'], 'm'), set(['env', 'Y'], '2')]));
      settings.undo(order[0] ?? '');
      const rest = readJson(text()).value;
      assert.deepEqual(rest, order[0] === 'one' ? { env: { A: '1', Y: '2' }, model: 'm' } : { env: { A: '1', X: '1' } });
      settings.undo(order[1] ?? '');
      assert.equal(text(), before);
    }
  });

  it('writes through a link', () => {
    const real = join(folder, 'real.json');
    writeFileSync(real, '{}');
    symlinkSync(real, file);
    apply(set(['a'], 1));
    assert.ok(lstatSync(file).isSymbolicLink());
    assert.deepEqual(JSON.parse(readFileSync(real, 'utf8')), { a: 1 });
    settings.undo('one');
    assert.equal(text(), '{}');
  });

  it('writes nothing when a file was edited after it was shown', () => {
    writeFileSync(file, '{"a":1}');
    const shown = plan([{ kind: 'create', file: join(folder, 'new.txt'), text: 'x' }, set(['b'], 2)]);
    writeFileSync(file, '{"a":2}');
    assert.throws(() => settings.apply('one', shown), /changed by somebody else/);
    assert.equal(text(), '{"a":2}');
    assert.equal(existsSync(join(folder, 'new.txt')), false);
    assert.deepEqual(settings.installed, []);
  });

  it('leaves a value that the user has set since, and takes back the rest', () => {
    writeFileSync(file, '{"a": 1, "list": ["x"]}');
    apply(set(['a'], 2), add(['list'], 'ours'));
    writeFileSync(file, '{"a": 3, "list": ["x", "ours", "y"], "z": 0}');
    const { left, undone } = settings.undo('one');
    assert.deepEqual([left.length, undone.length], [1, 1]);
    assert.deepEqual(JSON.parse(text()), { a: 3, list: ['x', 'y'], z: 0 });
  });

  it('leaves a file alone that it cannot read', () => {
    writeFileSync(file, '{"a": }');
    assert.throws(() => plan([set(['b'], 1)]), /left alone/);
    writeFileSync(file, '{"a": 1}');
    assert.throws(() => plan([set(['a', 'b'], 1)]), /not an object/);
  });

  it('undoes any change of any file to the byte', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'hooks');
    const layout = fc.constantFrom(undefined, 2, 4, '\t');
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.jsonValue({ maxDepth: 3 })),
        layout,
        fc.array(key, { minLength: 1, maxLength: 3 }),
        fc.jsonValue(),
        fc.boolean(),
        fc.boolean(),
        (object, indent, path, value, adds, crlf) => {
          const written = JSON.stringify(object, undefined, indent);
          const before = crlf ? written.replaceAll('\n', '\r\n') : written;
          writeFileSync(file, before);
          let planned: ReturnType<typeof plan>;
          try {
            planned = plan([adds ? add(path, value) : set(path, value)]);
          } catch {
            return;
          }
          settings.apply('one', planned);
          const read = JSON.parse(text()) as unknown;
          const there = path.reduce((at: unknown, each) => (at as Record<string, unknown>)[each], read);
          // JSON has no -0.
          const wanted: unknown = JSON.parse(JSON.stringify(value));
          if (adds) assert.ok((there as unknown[]).some((each) => JSON.stringify(each) === JSON.stringify(wanted)));
          else assert.equal(JSON.stringify(there), JSON.stringify(wanted));
          settings.undo('one');
          assert.equal(text(), before);
        },
      ),
      { numRuns: 200 },
    );
  });
});
