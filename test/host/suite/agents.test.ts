import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type State, stateSchema } from '../../../src/protocol/state.ts';
import type { StopRow } from '../../../src/protocol/stops.ts';
import { activated, waitFor } from '../activation.ts';
import { call } from '../service.ts';
import type { StandInRoo } from '../standIns/roo/extension.ts';

const id = 'RooVeterinaryInc.roo-cline';

/** An extension that tells what Roo Code tells, in the same extension host. */
describe('an agent in the editor', () => {
  let roo: StandInRoo;

  before(async () => {
    await activated();
    const extension = await waitFor(() => {
      const found = vscode.extensions.getExtension<StandInRoo>(id);
      return found?.isActive ? found : undefined;
    });
    roo = extension.exports;
    await waitFor(() => (roo.listenerCount('message') > 0 ? true : undefined));
    await call('GET', 'state');
  });

  afterEach(() => {
    roo.halt();
    roo.deaf = false;
  });

  async function state<T>(look: (state: State) => T | undefined): Promise<T> {
    for (const until = Date.now() + 40_000; Date.now() < until; ) {
      const found = look(stateSchema.parse(await call('GET', 'state')));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never: ${look}`);
  }
  const taskOf = (name: string) => state(({ tasks }) => tasks.find((task) => task.id === name));
  const stopOf = (name: string, is: (row: StopRow) => boolean) =>
    state(({ stops }) => stops?.find((row) => row.task === name && is(row)));

  it('is seen as it works, in its mode and with its price', async () => {
    const began = Date.now();
    roo.work('seen', 60_000);
    const task = await taskOf('roo-code:seen');
    console.log(`      seen after ${Date.now() - began} ms`);
    // 1,000 uncached and 2,000 cached input, 100 output of Sonnet 4.5.
    assert.deepEqual([task.agent, task.mode, task.requests, task.usd], ['roo-code', 'code', 1, '0.0051']);
    roo.switchMode('architect');
    roo.ask();
    const switched = await state(({ tasks }) => tasks.find((one) => one.id === task.id && one.mode === 'architect'));
    assert.deepEqual(
      switched.transitions.map(({ from, to }) => [from, to]),
      [['code', 'architect']],
    );
  });

  it('is stopped by Spend Meter: Stop task, and is called stopped only when it is quiet', async () => {
    const before = roo.cancelled;
    roo.work('stopped', 300);
    // Two of its turns tell how long one takes.
    await state(({ tasks }) => tasks.find((one) => one.id === 'roo-code:stopped' && one.requests > 1));
    // The message that tells of it is answered by nobody here, so the command does not end.
    void vscode.commands.executeCommand('spendMeter.stopTask', 'roo-code:stopped');
    await waitFor(() => (roo.cancelled > before ? true : undefined));
    const told = await stopOf('roo-code:stopped', ({ way }) => way === 'cancel');
    assert.notEqual(told.state, 'spending');
    const quiet = await stopOf('roo-code:stopped', (row) => row.state === 'stopped');
    assert.deepEqual([quiet.way, quiet.paid], ['cancel', 0]);
    assert.equal(roo.cancelled, before + 1);
  });

  it('is told of plainly when it says that it stops and spends on', async () => {
    roo.deaf = true;
    roo.work('deaf', 300);
    await taskOf('roo-code:deaf');
    void vscode.commands.executeCommand('spendMeter.stopTask', 'roo-code:deaf');
    const row = await stopOf('roo-code:deaf', ({ way, paid }) => way === 'cancel' && paid > 1);
    assert.deepEqual([row.state, row.next], ['spending', null]);
  });
});
