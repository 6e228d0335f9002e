import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcherCommand, launcherPath, leadsTo, removeLauncher, writeLauncher } from '../../../src/hooks/launcher.ts';

describe('the launcher of hooks', () => {
  let temp: string;
  let state: string;
  let cli: string;

  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), 'spend-meter-launcher-'));
    // A name that a shell would take apart.
    state = join(temp, "it's $HOME `x`");
    mkdirSync(state);
    cli = join(temp, 'the cli.cjs');
    writeFileSync(
      cli,
      `let all = ''; process.stdin.on('data', (d) => (all += d)).on('end', () => {
        console.log(JSON.stringify([process.argv.slice(2), all, process.env.SPEND_METER_STATE, process.env.NODE_OPTIONS ?? null]));
        process.exit(2);
      });`,
    );
    writeFileSync(join(state, 'stop-door.json'), '{}');
  });

  afterEach(() => rmSync(temp, { recursive: true, force: true }));

  const write = (node = process.execPath): void => writeLauncher(state, 'linux', { node, cli });
  const run = () =>
    spawnSync('/bin/sh', ['-c', launcherCommand(state, 'linux', 'codex')], {
      input: 'input',
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '--no-warnings' },
    });

  it('hands everything to the CLI, and ends well whatever becomes of it', () => {
    write();
    const { status, stdout, stderr } = run();
    assert.deepEqual(JSON.parse(stdout), [['hook', 'codex'], 'input', state, null]);
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(statSync(launcherPath(state, 'linux')).mode & 0o777, 0o700);
  });

  it('does nothing when the program, the CLI or the service is gone', () => {
    const nothing = { status: 0, stdout: '', stderr: '' };
    const seen = () => {
      const { status, stdout, stderr } = run();
      return { status, stdout, stderr };
    };
    write(join(temp, 'no node'));
    assert.deepEqual(seen(), nothing);
    write();
    rmSync(join(state, 'stop-door.json'));
    assert.deepEqual(seen(), nothing);
    writeFileSync(join(state, 'stop-door.json'), '{}');
    assert.notEqual(seen().stdout, '');
    rmSync(cli);
    assert.deepEqual(seen(), nothing);
  });

  it('is replaced when it leads elsewhere, left when it does not, and tells whose it is', () => {
    write();
    const path = launcherPath(state, 'linux');
    const { mtimeNs, ino } = statSync(path, { bigint: true });
    write();
    assert.deepEqual([statSync(path, { bigint: true }).mtimeNs, statSync(path, { bigint: true }).ino], [mtimeNs, ino]);
    assert.ok(leadsTo(state, 'linux', cli));
    assert.ok(!leadsTo(state, 'linux', join(temp, 'other.js')));
    rmSync(cli);
    assert.ok(leadsTo(state, 'linux', join(temp, 'other.js')), 'what it leads to is gone');
    removeLauncher(state);
    assert.ok(leadsTo(state, 'linux', cli));
  });

  it('is a command file on Windows, in which no sign of a path means anything', () => {
    writeLauncher(state, 'win32', { node: 'C:\\a%b\\node.exe', cli });
    const text = readFileSync(launcherPath(state, 'win32'), 'utf8');
    assert.match(text, /^set "node=C:\\a%%b\\node\.exe"\r$/m);
    assert.match(text, /exit \/b 0\r\n$/);
    assert.equal(launcherCommand(state, 'win32', 'codex'), `"${launcherPath(state, 'win32')}" codex`);
    assert.ok(!leadsTo(state, 'win32', join(temp, 'other.js')));
  });
});
