import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineDiff } from '../../../src/cli/lineDiff.ts';
import { firstLine, outcome, Processes } from './processes.ts';

describe('spend-meter connect', function () {
  this.timeout(60_000);
  let processes: Processes;
  let file: string;
  const original = '{\n  "model": "a"\n}\n';

  before(async () => {
    processes = await Processes.build();
    file = join(processes.temp, 'home', '.claude', 'settings.json');
  });

  after(() => processes.dispose());

  beforeEach(() => {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, original);
  });

  afterEach(async () => {
    rmSync(join(processes.temp, 'home', '.claude'), { recursive: true, force: true });
    await processes.clear();
  });

  const connect = (args: readonly string[], input = '') => {
    const child = processes.start(['connect', ...args]);
    child.stdin?.end(input);
    return outcome(child);
  };
  const text = (): string => readFileSync(file, 'utf8');

  it('shows what it would change and changes it for a typed y only', async () => {
    const no = await connect(['claude-code/hooks'], 'n\n');
    assert.equal(no.code, 1);
    assert.match(no.stdout, /^ {2}\+ {3}"hooks": \{$/m);
    assert.match(no.stderr, /\[y\/N\]/);
    assert.equal(text(), original);
    assert.equal((await connect(['claude-code/hooks'])).code, 1, 'no answer is a no');
    assert.equal(text(), original);
    const yes = await connect(['claude-code'], 'y\nn\n');
    assert.equal(yes.code, 1);
    assert.match(text(), /OTEL_LOGS_EXPORTER/);
    assert.doesNotMatch(text(), /spend-meter-hook/);
    const undone = await connect(['--undo', 'claude-code']);
    assert.deepEqual([undone.code, undone.stdout], [0, 'taken out: claude-code/telemetry\n']);
    assert.equal(text(), original);
  });

  it('works with a running service and without, the list in JSON Lines', async () => {
    const served = processes.start(['serve']);
    await firstLine(served);
    assert.equal((await connect(['claude-code', '--yes'])).code, 0);
    const { stdout } = await connect(['--json']);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; isConnected: boolean });
    assert.deepEqual(
      rows.filter(({ isConnected }) => isConnected).map(({ id }) => id),
      ['claude-code/telemetry', 'claude-code/hooks'],
    );
    served.kill('SIGTERM');
    await outcome(served);
    assert.equal(existsSync(join(processes.state, 'stop-door.json')), false);
    const { stdout: said } = await connect(['--undo', '--json']);
    assert.deepEqual(JSON.parse(said), { disconnected: ['claude-code/telemetry', 'claude-code/hooks'], left: [] });
    assert.equal(text(), original);
  });

  it('does not know what it does not know', async () => {
    const { code, stderr } = await connect(['nobody']);
    assert.equal(code, 2);
    assert.match(stderr, /nothing can be connected of "nobody"/);
  });

  it('is undone by the uninstalling, which needs no service', async () => {
    assert.equal((await connect(['claude-code', '--yes'])).code, 0);
    assert.notEqual(text(), original);
    const { code } = await outcome(processes.start([], {}, 'uninstall.js'));
    assert.equal(code, 0);
    assert.equal(text(), original);
    assert.equal(existsSync(join(processes.state, 'bin')), false);
  });
});

describe('a difference by lines', () => {
  it('shows what was taken out and put in, with a little around it', () => {
    assert.deepEqual(lineDiff('a\nb\nc\nd\ne\n', 'a\nb\nc\nx\ne\n', 1), ['…', '  c', '- d', '+ x', '  e']);
    assert.deepEqual(lineDiff('', 'a\n'), ['+ a']);
    assert.deepEqual(lineDiff('a\r\nb', 'a\r\nb\r\nc'), ['  a', '  b', '+ c']);
    assert.deepEqual(lineDiff('a\n', 'a\n'), []);
  });
});
