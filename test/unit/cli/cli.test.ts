import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

function run(
  args: readonly string[],
  input = '',
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [cli, ...args], { input, encoding: 'utf8' });
}

describe('spend-meter', function () {
  // Starts processes.
  this.timeout(20_000);

  it('answers a wrong command with its usage', () => {
    for (const args of [['constructor'], []]) {
      const { status, stdout, stderr } = run(args);
      assert.equal(status, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /usage: spend-meter <command>[\s\S]*price/);
    }
    const help = run(['--help']);
    assert.deepEqual([help.status, help.stderr], [0, '']);
  });

  it('runs a command and fails if any line failed', () => {
    const good = '{"id":"claude-opus-5-5","provider":"anthropic"}';
    const { status, stdout } = run(['resolve'], `${good}\n{\n${good}\n`);
    assert.equal(status, 1);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map((line) => line.inputPerM ?? line.error),
      ['4', 'not JSON', '4'],
    );
  });
});
