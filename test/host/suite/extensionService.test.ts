import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { stateSchema } from '../../../src/protocol/state.ts';
import { activated, waitFor } from '../activation.ts';
import { call } from '../service.ts';

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
