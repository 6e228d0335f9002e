import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Discovery, discoverySchema } from '../../../src/protocol/api.ts';
import { stateSchema } from '../../../src/protocol/state.ts';
import { discoveryFile, stateFolder } from '../../../src/protocol/stateFolder.ts';
import { activated, waitFor } from '../activation.ts';

/** What the discovery file says once there is one. */
function discovered(): Promise<Discovery> {
  const path = join(stateFolder(process.env, process.platform, homedir()), discoveryFile);
  return waitFor(() => {
    try {
      return discoverySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return undefined;
    }
  });
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const { port, controlToken } = await discovered();
  const answer = await fetch(`http://127.0.0.1:${port}/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${controlToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  assert.equal(answer.status, 200, path);
  return answer.json();
}

describe('the window and the meter service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spend-meter-terminal-'));
  const terminals: vscode.Terminal[] = [];

  after(async () => {
    for (const terminal of terminals) terminal.dispose();
    await call('PUT', 'guard', { on: false });
    rmSync(folder, { recursive: true, force: true });
  });

  /** The base URL that a new terminal gives to an agent; empty when none. */
  async function inNewTerminal(name: string): Promise<string> {
    const file = join(folder, name);
    const terminal = vscode.window.createTerminal({ name, cwd: folder });
    terminals.push(terminal);
    terminal.sendText(`echo "url=$ANTHROPIC_BASE_URL" > '${file}'`);
    await waitFor(() => (existsSync(file) && readFileSync(file, 'utf8').endsWith('\n') ? true : undefined));
    return readFileSync(file, 'utf8').trim().slice('url='.length);
  }

  it('starts it, and it answers with a state that the window understands', async () => {
    await activated();
    assert.equal(stateSchema.parse(await call('GET', 'state')).guard.on, false);
  });

  it('points the agents of new terminals at it while Guard is on, and no longer', async function () {
    if (process.platform === 'win32') this.skip();
    assert.equal(await inNewTerminal('before'), '');
    await call('PUT', 'guard', { on: true });
    const { guard } = stateSchema.parse(await call('GET', 'state'));
    // The window hears of it a moment after the service has answered.
    let tries = 0;
    let url = '';
    while (url === '' && tries < 10) url = await inNewTerminal(`guarded-${tries++}`);
    assert.equal(url, guard.baseUrls.anthropic);
    await call('PUT', 'guard', { on: false });
    while (url !== '' && tries < 20) url = await inNewTerminal(`off-${tries++}`);
    assert.equal(url, '');
  });

  it('runs the sample task, which the service then lists as one', async () => {
    // The message that tells of it is answered by nobody here, so the command does not end.
    void vscode.commands.executeCommand('spendMeter.runSample');
    let sample: string | undefined;
    for (let tries = 0; tries < 100 && !sample; tries++) {
      sample = stateSchema.parse(await call('GET', 'state')).tasks.find((task) => task.sample)?.id;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(sample);
    await call('POST', `tasks/${encodeURIComponent(sample)}/stop`, {});
  });
});
