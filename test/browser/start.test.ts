import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leftOver, marker } from '../../scripts/lib/leftOver.mjs';
import { root } from '../../scripts/lib/paths.mjs';

/** `npm start` as a newcomer on a machine without a desktop: the server is opened, and Ctrl-C ends everything. */
describe('npm start', function () {
  this.timeout(180_000);
  const temp = mkdtempSync(join(tmpdir(), 'spend-meter-start-'));
  const mark = `start-${process.pid}`;
  let script: ChildProcess | undefined;
  let said = '';

  after(() => {
    script?.kill('SIGKILL');
    rmSync(temp, { recursive: true, force: true, maxRetries: 5 });
  });

  it('builds, says which VS Code it took and why not the others, and prints an address that asks for its secret', async () => {
    mkdirSync(join(temp, 'home'));
    const args = ['scripts/node.mjs', 'scripts/start.mjs', '--no-open', `--profile=${join(temp, 'profile')}`];
    script = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      // No desktop, no `code`: only what the system itself has on its PATH.
      env: {
        PATH: '/usr/bin:/bin',
        HOME: join(temp, 'home'),
        SPEND_METER_STATE: join(temp, 'state'),
        SPEND_METER_EXIT_WITH_PID: String(process.pid),
        [marker]: mark,
      },
    });
    const address = await new Promise<string>((resolve, reject) => {
      script?.stdout?.on('data', (chunk: Buffer) => {
        said += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+\/\?\S+/.exec(said);
        if (found && said.includes('Ctrl-C')) resolve(found[0]);
      });
      script?.on('exit', (code) => reject(new Error(`ended with ${code}:\n${said}`)));
    });
    for (const line of ['Not taken: code', 'Not taken: download', 'Host: server']) assert.ok(said.includes(line), said);
    const withSecret = await fetch(address, { redirect: 'manual' });
    assert.ok(withSecret.status < 400, String(withSecret.status));
    const without = await fetch(new URL('/', address), { redirect: 'manual' });
    assert.equal(without.status, 403);
  });

  it('leaves no process behind when it is interrupted', async () => {
    const ended = new Promise((resolve) => script?.on('exit', resolve));
    script?.kill('SIGINT');
    assert.equal(await ended, 0);
    assert.deepEqual(await leftOver(mark), []);
  });
});
