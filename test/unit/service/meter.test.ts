import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { model, Rig, secrets } from './rig.ts';

/** $0.003 of input and $0.0015 of output at Sonnet 4.5's prices. */
const input = { input_tokens: 1_000 };
const output = 100;
const cost = '0.0045';

describe('the meter between an agent and its provider', function () {
  this.timeout(30_000);
  let rig: Rig;
  /** Whole answers of this test so far. */
  let wholes = 0;

  beforeEach(async () => {
    wholes = 0;
    rig = await Rig.start();
  });

  afterEach(async () => {
    await rig.dispose();
  });

  const running = () =>
    rig.until('a running request', async () => (await rig.requests()).find(({ outcome }) => outcome === 'running'));
  const settled = (outcome: string) =>
    rig.until(`a request that is ${outcome}`, async () => (await rig.requests()).find((row) => row.outcome === outcome));
  async function whole(session: string, headers: Record<string, string> = {}, id?: string): Promise<void> {
    const asked = rig.ask(session, { headers });
    const provider = await rig.provider();
    provider.start(input, id);
    provider.end(output);
    await (await asked).text();
    wholes++;
    await rig.until(
      `settled row ${wholes}`,
      async () => (await rig.requests()).filter((row) => row.source === 'gateway' && row.outcome === 'ok').length >= wholes,
    );
  }

  /** Claude Code's own file of session s1, with these answers in it. */
  function tellByFile(...ids: readonly string[]): void {
    const folder = join(rig.home, '.claude', 'projects', '-w');
    mkdirSync(folder, { recursive: true });
    const usage = { ...input, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: output };
    const lines = ids.map((id) => {
      const message = { id, type: 'message', role: 'assistant', model, content: [], stop_reason: 'end_turn', usage };
      const timestamp = new Date().toISOString();
      return JSON.stringify({
        type: 'assistant',
        isSidechain: false,
        sessionId: 's1',
        cwd: '/w',
        requestId: `req_${id}`,
        timestamp,
        message,
      });
    });
    writeFileSync(join(folder, 's1.jsonl'), `${lines.join('\n')}\n`);
  }

  it('shows a request with its counted prompt before the provider answers, and settles it by the provider’s word', async () => {
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    const before = await running();
    assert.ok(before.promptTokens > 1_000, String(before.promptTokens));
    assert.notEqual(before.expectedUsd, null);
    provider.start(input);
    provider.end(output);
    await (await asked).text();
    const row = await settled('ok');
    assert.deepEqual([row.id, row.usd, row.basis, row.usage.output, row.source], [before.id, cost, 'priced', output, 'gateway']);
    const { today } = await rig.state();
    assert.deepEqual([today.meteredUsd, today.requests], [cost, 1]);
  });

  it('ticks while an answer streams', async () => {
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    provider.start(input);
    provider.text('word '.repeat(400));
    const row = await rig.until('output while it streams', async () =>
      (await rig.requests()).find(({ usage }) => usage.output >= 400),
    );
    assert.equal(row.outcome, 'running');
    // $0.003 of input and 400 to 500 tokens at $15 a million.
    assert.ok(Number(row.usd) >= 0.009 && Number(row.usd) < 0.0105, String(row.usd));
    provider.end(400);
    await (await asked).text();
  });

  it('stops a task: the stream is cut and ends well, the next request is refused, Resume lets it go on', async () => {
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    provider.start(input);
    provider.text('so far');
    const { task } = await running();
    const left = once(provider.res, 'close');
    const answer = await asked;
    const stopped = await rig.api('POST', `/tasks/${encodeURIComponent(task)}/stop`);
    assert.equal(((await stopped.json()) as { cutRequests: number }).cutRequests, 1);
    await left;
    const text = await answer.text();
    assert.match(text, /so far/);
    assert.match(text, /Spend Meter: you stopped this task/);
    assert.match(text, /"stop_reason":"end_turn"[\s\S]*message_stop/);
    const cut = await settled('cut');
    assert.equal(cut.basis, 'estimated');

    const refused = await rig.ask('s1');
    assert.equal(refused.status, 402);
    assert.equal(((await refused.json()) as { error: { type: string } }).error.type, 'billing_error');
    assert.equal(rig.asked, 1);
    assert.equal((await rig.tasks())[0]?.state, 'stopped');

    await rig.api('POST', `/tasks/${encodeURIComponent(task)}/resume`);
    await whole('s1');
    assert.equal(rig.asked, 2);
  });

  it('counts a sub-agent to the task that started it, and stops both', async () => {
    await whole('s1');
    await whole('s1', { 'x-claude-code-agent-id': 'agent-7' });
    const child = await rig.until('the sub-agent', async () =>
      (await rig.tasks()).find(({ parent }) => parent === 'claude-code:s1'),
    );
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.01', action: 'warn' });
    await whole('s1', { 'x-claude-code-agent-id': 'agent-7' });
    const alert = await rig.until('a warning', async () => (await rig.budgetAlerts())[0]);
    assert.deepEqual([alert.task, alert.kind], ['claude-code:s1', 'budget-exceeded']);
    await rig.api('POST', `/tasks/${encodeURIComponent(child.id)}/stop`);
    assert.equal((await rig.ask('s1')).status, 402);
  });

  it('cuts a sub-agent in mid-answer when the task that started it is stopped, and leaves another task alone', async () => {
    await whole('s1');
    const asked = rig.ask('s1', { headers: { 'x-claude-code-agent-id': 'agent-7' } });
    const child = await rig.provider();
    const other = rig.ask('s2');
    const elsewhere = await rig.provider();
    for (const provider of [child, elsewhere]) {
      provider.start(input);
      provider.text('so far');
    }
    await rig.until('both', async () => (await rig.requests()).filter(({ outcome }) => outcome === 'running').length === 2);
    const left = once(child.res, 'close');
    await rig.api('POST', `/tasks/${encodeURIComponent('claude-code:s1')}/stop`);
    await left;
    assert.match(await (await asked).text(), /so far[\s\S]*you stopped this task[\s\S]*message_stop/);
    elsewhere.end(output);
    assert.doesNotMatch(await (await other).text(), /you stopped this task/);
    assert.equal((await rig.ask('s1', { headers: { 'x-claude-code-agent-id': 'agent-8' } })).status, 402);
    assert.equal(rig.asked, 3);
    await rig.api('POST', `/tasks/${encodeURIComponent('claude-code:s1')}/resume`);
    await whole('s1', { 'x-claude-code-agent-id': 'agent-8' });
  });

  it('asks about a budget once: at 80 per cent, at 100 per cent, and not again', async () => {
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.0055', action: 'warn' });
    await whole('s1');
    const first = await rig.until('the warning', async () => (await rig.budgetAlerts())[0]);
    assert.deepEqual([first.kind, first.limit], ['budget-warning', '0.0055']);
    assert.equal((await rig.api('POST', `/alerts/${encodeURIComponent(first.id)}/claim`)).status, 200);
    assert.equal((await rig.api('POST', `/alerts/${encodeURIComponent(first.id)}/claim`)).status, 409);
    await whole('s1');
    const second = await rig.until('the question', async () => (await rig.budgetAlerts())[0]);
    assert.equal(second.kind, 'budget-exceeded');
    await rig.api('POST', `/alerts/${encodeURIComponent(second.id)}/claim`);
    await whole('s1');
    assert.deepEqual(await rig.budgetAlerts(), []);
  });

  it('stops at a budget in mid-answer, and a raised budget takes effect on the very next request', async () => {
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.02', action: 'stop' });
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    provider.start(input);
    const left = once(provider.res, 'close');
    const pour = setInterval(() => provider.text('word '.repeat(50)), 5);
    await left;
    clearInterval(pour);
    assert.match(await (await asked).text(), /has reached its budget of \$0\.02/);
    const cut = await settled('cut');
    // The limit was passed by no more than the last piece: 50 tokens at $15 a million.
    assert.ok(Number(cut.usd) >= 0.02 && Number(cut.usd) < 0.02 + 0.0016, String(cut.usd));
    assert.equal((await rig.ask('s1')).status, 402);
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '1', action: 'stop' });
    await whole('s1');
    assert.equal(rig.asked, 2);
  });

  it('does not count as spent what it did not send', async () => {
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.001', action: 'stop' });
    const refused = await rig.ask('s1');
    assert.equal(refused.status, 402);
    assert.match(await refused.text(), /does not cover its next request \(spent \$0\.00\)/);
    assert.equal(rig.asked, 0);
    assert.equal((await settled('refused')).usd, '0');
  });

  it('keeps what an agent that left had used, and lets an error cost nothing', async () => {
    const leaving = new AbortController();
    const asked = rig.ask('s1', { signal: leaving.signal });
    const provider = await rig.provider();
    provider.start(input);
    provider.text('word '.repeat(100));
    await rig.until('output', async () => (await rig.requests()).find(({ usage }) => usage.output >= 100));
    const left = once(provider.res, 'close');
    leaving.abort();
    await asked.then((answer) => answer.text()).catch(() => {});
    await left;
    const broken = await settled('error');
    assert.equal(broken.basis, 'estimated');
    assert.ok(Number(broken.usd) > 0.004);

    const failing = rig.ask('s2');
    const second = await rig.provider();
    second.res
      .writeHead(500, { 'content-type': 'application/json' })
      .end('{"type":"error","error":{"type":"api_error","message":"no"}}');
    assert.equal((await failing).status, 500);
    const failed = await rig.until('the failed one', async () => (await rig.requests('claude-code:s2'))[0]);
    await rig.until('its end', async () => (await rig.requests('claude-code:s2'))[0]?.outcome === 'error');
    assert.equal((await rig.requests('claude-code:s2'))[0]?.usd, '0', failed.outcome);
  });

  it('keeps a request whose agent left before the provider said anything: the prompt was sent', async () => {
    const leaving = new AbortController();
    const asked = rig.ask('s1', { signal: leaving.signal });
    const provider = await rig.provider();
    const before = await running();
    const left = once(provider.res, 'close');
    leaving.abort();
    await assert.rejects(asked);
    await left;
    const row = await settled('error');
    assert.deepEqual([row.id, row.basis, row.usage.output], [before.id, 'estimated', 0]);
    assert.equal(row.usage.uncachedInput, before.promptTokens);
    assert.equal((await rig.requests()).length, 1);
  });

  it('lets an answer end where it began when requests are sent elsewhere meanwhile', async () => {
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    provider.start(input);
    provider.text('before');
    // The first sample run changes what the gateway knows of; so does a setting.
    assert.equal((await rig.api('POST', '/sample', {})).status, 200);
    const elsewhere = { upstreams: { mine: 'http://127.0.0.1:9' } };
    assert.equal((await rig.api('PUT', '/settings', elsewhere)).status, 200);
    provider.text('after');
    provider.end(output);
    assert.match(await (await asked).text(), /before[\s\S]*after[\s\S]*message_stop/);
    const row = await rig.until('its end', async () =>
      (await rig.requests('claude-code:s1')).find(({ outcome }) => outcome === 'ok'),
    );
    assert.equal(row.usd, cost);
    assert.ok((await rig.state()).guard.baseUrls.mine?.endsWith('/mine'));
    const again = rig.ask('s1');
    const second = await rig.provider();
    // Counting runs beside forwarding: the provider may be asked a moment before the row is there.
    await rig.until('the second request', async () =>
      (await rig.requests('claude-code:s1')).some(({ outcome }) => outcome === 'running'),
    );
    second.start(input);
    second.end(output);
    await (await again).text();
  });

  it('takes nobody for a sample but the sample', async () => {
    await whole('s1', { 'x-spend-meter-sample': 'x', 'x-claude-code-session-id': '', 'user-agent': 'x' });
    const row = await settled('ok');
    assert.deepEqual([row.sample, row.agent, (await rig.state()).today.requests], [false, 'other', 1]);
  });

  it('keeps requests apart although the provider gives all its answers one id', async () => {
    await whole('s1', {}, 'msg_1');
    await whole('s1', {}, 'msg_1');
    const { today } = await rig.state();
    assert.equal(today.requests, 2);
  });

  it('makes one row of a request that the agent’s own file tells as well', async () => {
    await whole('s1', {}, 'msg_01XFDUDYJgAACzvnptvVoYEL');
    tellByFile('msg_01XFDUDYJgAACzvnptvVoYEL', 'msg_01YFDUDYJgAACzvnptvVoYEM');
    // The second line tells that the first was read.
    await rig.until('the file', async () => (await rig.state()).today.requests === 2);
    assert.equal((await rig.state()).today.meteredUsd, cost);
    assert.equal((await rig.requests('claude-code:s1')).length, 2);
  });

  it('makes one row of it also when the file tells first', async () => {
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    provider.start(input, 'msg_01XFDUDYJgAACzvnptvVoYEL');
    provider.text('so far');
    await running();
    tellByFile('msg_01XFDUDYJgAACzvnptvVoYEL', 'msg_01YFDUDYJgAACzvnptvVoYEM');
    await rig.until('the file', async () => (await rig.requests()).some(({ source }) => source === 'sessions'));
    provider.end(output);
    await (await asked).text();
    await rig.until('one row each', async () => {
      const rows = await rig.requests('claude-code:s1');
      return rows.length === 2 && rows.every(({ outcome, usd }) => outcome === 'ok' && usd === cost);
    });
    const { today } = await rig.state();
    assert.deepEqual([today.requests, today.estimatedUsd], [2, '0']);
  });

  it('expects the next prompt of a task to be found in the cache', async () => {
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    provider.start({ input_tokens: 10, cache_creation_input_tokens: 1_500, cache_read_input_tokens: 0 });
    provider.end(output);
    await (await asked).text();
    await settled('ok');
    const again = rig.ask('s1');
    const second = await rig.provider();
    const row = await running();
    assert.ok(row.usage.cacheRead > 1_000, JSON.stringify(row.usage));
    second.start(input);
    second.end(output);
    await (await again).text();
  });

  it('passes the key on to the provider and keeps it nowhere', async () => {
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    assert.equal(provider.req.headers['x-api-key'], 'sk-dummy');
    assert.equal(JSON.stringify(provider.req.headers).includes(secrets.ingest), false);
    provider.start(input);
    provider.end(output);
    await (await asked).text();
    await settled('ok');
    assert.equal(JSON.stringify([await rig.state(), await rig.requests()]).includes('sk-dummy'), false);
  });

  describe('while the ledger is locked by another program', () => {
    let lock: DatabaseSync;

    beforeEach(() => {
      lock = new DatabaseSync(rig.ledgerPath);
      lock.exec('BEGIN IMMEDIATE');
    });

    afterEach(() => {
      if (lock.isOpen) lock.close();
    });

    it('passes agents’ requests as ever, and writes them down once it can', async () => {
      const asked = rig.ask('s1');
      const provider = await rig.provider();
      provider.start(input);
      provider.end(output);
      assert.match(await (await asked).text(), /message_stop/);
      assert.deepEqual(await rig.requests(), []);
      lock.exec('ROLLBACK');
      const row = await settled('ok');
      assert.equal(row.usd, cost);
    });

    it('stops what it is told to all the same', async () => {
      await rig.api('PUT', '/budgets', { scope: 'task', usd: '1', action: 'stop' });
      lock.exec('ROLLBACK');
      assert.equal((await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.02', action: 'stop' })).status, 200);
      lock.exec('BEGIN IMMEDIATE');
      const asked = rig.ask('s1');
      const provider = await rig.provider();
      provider.start(input);
      const left = once(provider.res, 'close');
      const pour = setInterval(() => provider.text('word '.repeat(50)), 5);
      await left;
      clearInterval(pour);
      assert.match(await (await asked).text(), /has reached its budget/);
      assert.equal((await rig.ask('s1')).status, 402);
      assert.equal(rig.asked, 1);
    });
  });
});
