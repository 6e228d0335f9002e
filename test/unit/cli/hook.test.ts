import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { firstLine, outcome, Processes } from './processes.ts';

describe('spend-meter hook', function () {
  this.timeout(60_000);
  let processes: Processes;

  before(async () => {
    processes = await Processes.build();
  });

  after(() => processes.dispose());

  afterEach(() => processes.clear());

  const hook = (agent: string, input: string) => {
    const child = processes.start(['hook', agent]);
    child.stdin?.end(input);
    return outcome(child);
  };

  it('tells an agent whose task is stopped to end, and no other', async () => {
    const served = processes.start(['serve']);
    const { api, controlToken } = JSON.parse(await firstLine(served)) as { api: string; controlToken: string };
    const call = async (path: string): Promise<unknown> =>
      (await fetch(api + path, { method: 'POST', headers: { authorization: `Bearer ${controlToken}` }, body: '{}' })).json();
    const { task } = (await call('/sample')) as { task: string };
    const [agent = '', session] = task.split(':');
    const input = JSON.stringify({ session_id: session, hook_event_name: 'UserPromptSubmit' });
    assert.deepEqual(await hook(agent, input), { code: 0, stdout: '', stderr: '' });
    // The task is there with its first request.
    let stopped: unknown;
    do stopped = await call(`/tasks/${encodeURIComponent(task)}/stop`);
    while (typeof stopped === 'object' && stopped !== null && 'error' in stopped);
    const { code, stdout } = await hook(agent, input);
    const answer = JSON.parse(stdout) as { continue: boolean; stopReason: string };
    assert.deepEqual([code, answer.continue], [0, false]);
    assert.match(answer.stopReason, /^Spend Meter: you stopped this task/);
    // VS Code's chat names the session otherwise.
    assert.deepEqual(JSON.parse((await hook(agent, JSON.stringify({ sessionId: session }))).stdout), answer);
    // So do Cline's, which name the session that a sub-agent belongs to, and take another answer.
    const inside = await hook('cline', JSON.stringify({ taskId: 'conv_1', sessionContext: { rootSessionId: 'none' } }));
    assert.deepEqual(inside, { code: 0, stdout: '', stderr: '' });
    assert.equal(readFileSync(join(processes.state, 'stop-door.json'), 'utf8').includes(controlToken), false);
  });

  it('lets the agent go on when nobody answers, or what it was given is no hook’s input', async () => {
    const input = JSON.stringify({ session_id: 's' });
    assert.deepEqual(await hook('claude-code', input), { code: 0, stdout: '', stderr: '' });
    assert.deepEqual(await hook('claude-code', 'nonsense'), { code: 0, stdout: '', stderr: '' });
    // Its input never ends.
    assert.deepEqual(await outcome(processes.start(['hook', 'claude-code'])), { code: 0, stdout: '', stderr: '' });
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    mkdirSync(processes.state, { recursive: true });
    const port = typeof address === 'object' && address ? address.port : 0;
    writeFileSync(join(processes.state, 'stop-door.json'), JSON.stringify({ port, ingest: 'a' }));
    assert.deepEqual(await hook('claude-code', input), { code: 0, stdout: '', stderr: '' });
    silent.close();
    const log = readFileSync(join(processes.state, 'service.log'), 'utf8');
    assert.match(log, / warn a hook of claude-code let it go on: Error: the meter does not answer\n$/);
  });
});
