import assert from 'node:assert/strict';
import { once } from 'node:events';
import { auditEntrySchema } from '../../../src/protocol/audit.ts';
import { budgetSchema, limitRowSchema } from '../../../src/protocol/budget.ts';
import { Rig } from './rig.ts';

/** $0.003 of input and $0.0015 of output at Sonnet 4.5's prices. */
const input = { input_tokens: 1_000 };
const output = 100;

describe('budgets and stops over several requests', function () {
  this.timeout(30_000);
  let rig: Rig;

  beforeEach(async () => {
    rig = await Rig.start();
  });

  afterEach(async () => {
    await rig.dispose();
  });

  const outcomes = async (): Promise<string[]> => (await rig.requests()).map(({ outcome }) => outcome).sort();
  const rows = (wanted: readonly string[]) =>
    rig.until(`rows ${wanted}`, async () => JSON.stringify(await outcomes()) === JSON.stringify([...wanted].sort()));

  async function whole(session: string, headers: Record<string, string> = {}): Promise<void> {
    const before = (await outcomes()).filter((outcome) => outcome === 'ok').length;
    const asked = rig.ask(session, { headers });
    const provider = await rig.provider();
    provider.start(input);
    provider.end(output);
    await (await asked).text();
    await rig.until('its row', async () => (await outcomes()).filter((outcome) => outcome === 'ok').length > before);
  }

  it('keeps two requests of a task apart, and cuts both when it is stopped', async () => {
    const answers = [rig.ask('s1'), rig.ask('s1', { text: 'other '.repeat(500) }), rig.ask('s2')];
    const providers = [await rig.provider(), await rig.provider(), await rig.provider()];
    for (const provider of providers) {
      provider.start(input);
      provider.text('so far');
    }
    await rows(['running', 'running', 'running']);
    const [first] = await rig.tasks();
    assert.equal(first?.state, 'running');
    const stopped = await rig.api('POST', `/tasks/${encodeURIComponent('claude-code:s1')}/stop`);
    assert.equal(((await stopped.json()) as { cutRequests: number }).cutRequests, 2);
    await rows(['cut', 'cut', 'running']);
    for (const provider of providers) if (!provider.res.destroyed) provider.end(output);
    const texts = await Promise.all(answers.map(async (answer) => (await answer).text()));
    assert.deepEqual(
      texts.map((text) => text.includes('you stopped this task')),
      [true, true, false],
    );
    await rows(['cut', 'cut', 'ok']);
  });

  it('shows today with what is on its way, and exactly what was reported afterwards', async () => {
    await whole('s1');
    const asked = rig.ask('s2');
    const provider = await rig.provider();
    provider.start(input);
    provider.text('word '.repeat(1_000));
    const during = await rig.until('the overlay', async () => {
      const { today, month } = await rig.state();
      return Number(today.meteredUsd) > 0.0045 + 0.003 + 0.0149 && { today, month };
    });
    assert.deepEqual(during.today.meteredUsd, during.month.meteredUsd);
    assert.notEqual(during.today.estimatedUsd, '0');
    provider.end(200);
    await (await asked).text();
    const after = await rig.until('the end', async () => {
      const state = await rig.state();
      return state.today.estimatedUsd === '0' && state;
    });
    // $0.0045 and $0.006.
    assert.deepEqual(
      [after.today.meteredUsd, after.month.meteredUsd, after.week.total.meteredUsd],
      ['0.0105', '0.0105', '0.0105'],
    );
    const tasks = await rig.tasks();
    assert.deepEqual(tasks.map(({ usd }) => usd).sort(), ['0.0045', '0.006']);
  });

  it('warns from exactly 80 per cent and tells from exactly 100', async () => {
    const limit = (usd: string) => rig.api('PUT', '/budgets', { scope: 'day', usd, action: 'warn' });
    await limit('0.005625000001');
    await whole('s1');
    assert.deepEqual(await rig.budgetAlerts(), []);
    await limit('0.01125');
    await whole('s1');
    const [warning] = await rig.budgetAlerts();
    assert.deepEqual([warning?.kind, warning?.scope, warning?.limit], ['budget-warning', 'day', '0.01125']);
    await limit('0.0135');
    await whole('s1');
    const exceeded = await rig.budgetAlerts();
    assert.deepEqual(
      exceeded.map(({ kind, limit }) => [kind, limit]),
      [['budget-exceeded', '0.0135']],
    );
  });

  it('does not take a question back for a warning when an estimate was too high', async () => {
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.006', action: 'warn' });
    const asked = rig.ask('s1', { text: 'word '.repeat(4_000) });
    const provider = await rig.provider();
    const kinds = async () => (await rig.budgetAlerts()).map(({ kind }) => kind);
    await rig.until('the question', async () => (await kinds())[0] === 'budget-exceeded');
    provider.start(input);
    // $0.00525: between 80 and 100 per cent.
    provider.end(150);
    await (await asked).text();
    await rows(['ok']);
    assert.deepEqual(await kinds(), ['budget-exceeded']);
  });

  it('refuses Codex in the words that end it', async () => {
    const asked = rig.askCodex('t1');
    const provider = await rig.provider();
    provider.res.writeHead(200, { 'content-type': 'text/event-stream' });
    provider.res.write(
      'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1","model":"gpt-5.5"}}\n\n',
    );
    await rows(['running']);
    const left = once(provider.res, 'close');
    assert.equal((await rig.api('POST', `/tasks/${encodeURIComponent('codex:t1')}/stop`)).status, 200);
    await left;
    await (await asked).text();
    const refused = await rig.askCodex('t1');
    assert.equal(refused.status, 400);
    assert.match(refused.headers.get('content-type') ?? '', /^text\/plain/);
    assert.match(await refused.text(), /^Spend Meter: you stopped this task/);
    assert.equal(rig.asked, 1);
  });

  it('lets a task run past its budget when the user says so, and asks again about a later limit', async () => {
    await whole('s1');
    await whole('s2');
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.004', action: 'stop' });
    assert.equal((await rig.ask('s1')).status, 402);
    await rows(['ok', 'ok', 'refused']);
    const alerts = (await rig.budgetAlerts()).map(({ kind, task }) => [kind, task]);
    assert.deepEqual(alerts, [['stopped', 'claude-code:s1']]);
    assert.equal((await rig.api('POST', `/tasks/${encodeURIComponent('claude-code:s1')}/resume`)).status, 200);
    assert.deepEqual(await rig.budgetAlerts(), []);
    await whole('s1');
    // Another task has not been let run.
    assert.equal((await rig.ask('s2')).status, 402);
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.009', action: 'stop' });
    assert.equal((await rig.ask('s1')).status, 402);
  });

  it('frees a task that the budget of its run had stopped, whatever the runs before it have spent', async () => {
    const prompt = (id: string) => ({ 'x-claude-code-prompt-id': id });
    await rig.api('PUT', '/budgets', { scope: 'run', usd: '0.012', action: 'stop' });
    for (const run of ['p1', 'p2', 'p3']) await whole('s1', prompt(run));
    assert.equal((await rig.ask('s1', { headers: prompt('p3'), text: 'word '.repeat(2_000) })).status, 402);
    // More than the run has spent, less than the task has.
    await rig.api('PUT', '/budgets', { scope: 'run', usd: '0.0133', action: 'stop' });
    assert.deepEqual(
      (await rig.tasks()).map(({ state }) => state),
      ['running'],
    );
    await whole('s1', prompt('p3'));
  });

  const ofTask = (what: string) => `/tasks/${encodeURIComponent('claude-code:s1')}/${what}`;

  /** A request that is held: nothing has reached the provider. */
  async function held(): Promise<{ readonly answer: Promise<Response> }> {
    const before = rig.asked;
    const answer = rig.ask('s1');
    await rig.until('the question', async () => (await rig.budgetAlerts()).some(({ kind }) => kind === 'held'));
    assert.equal(rig.asked, before);
    return { answer };
  }

  async function goesOn(answer: Promise<Response>): Promise<void> {
    const provider = await rig.provider();
    provider.start(input);
    provider.end(output);
    assert.equal((await answer).status, 200);
    assert.match(await (await answer).text(), /message_stop/);
  }

  it('holds a request that an `ask` budget has no room for until somebody lets it run', async () => {
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.004', action: 'ask' });
    const { answer } = await held();
    const [alert] = await rig.budgetAlerts();
    assert.deepEqual([alert?.kind, alert?.scope, alert?.unit, alert?.limit], ['held', 'task', 'usd', '0.004']);
    // What waits costs nothing so far, also where it is shown.
    assert.equal((await rig.tasks()).find(({ id }) => id === 'claude-code:s1')?.usd, '0');
    assert.equal((await rig.api('POST', ofTask('let-run'))).status, 200);
    await goesOn(answer);
    assert.ok(!(await rig.budgetAlerts()).some(({ kind }) => kind === 'held'));
    // The answer holds for this limit, also where it becomes a hard one.
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.004', action: 'stop' });
    await whole('s1');
  });

  it('lets a held request go in the moment the budget is raised', async () => {
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.004', action: 'ask' });
    const { answer } = await held();
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.0041', action: 'ask' });
    assert.equal(rig.asked, 0, 'that is not enough');
    await rig.api('PUT', '/budgets', { scope: 'task:claude-code:s1', usd: '1', action: 'ask' });
    await goesOn(answer);
  });

  it('refuses a held request when the user stops the task', async () => {
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.004', action: 'ask' });
    const { answer } = await held();
    await rig.api('POST', ofTask('stop'));
    assert.equal((await answer).status, 402);
    assert.match(await (await answer).text(), /you stopped this task/);
    assert.equal(rig.asked, 0);
  });

  it('stops a held task when nobody answers in time, and forgets a request whose agent left', async () => {
    await rig.dispose();
    rig = await Rig.start({ patience: 300 });
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.004', action: 'ask' });
    const { answer } = await held();
    assert.equal((await answer).status, 402);
    assert.match(await (await answer).text(), /does not cover its next request/);
    assert.equal((await rig.tasks())[0]?.state, 'stopped');
    const audit = auditEntrySchema.array().parse(await (await rig.api('GET', '/audit')).json());
    assert.deepEqual(
      audit.map(({ what, by, task, limit, reason }) => [what, by, task, limit, reason]),
      [
        ['stopped', 'budget', 'claude-code:s1', '0.004 USD per task', 'nobody answered in time'],
        ['budget', 'user', undefined, undefined, undefined],
      ],
    );
    assert.equal(rig.asked, 0);
  });

  it('lets parallel requests go one after the other where they do not fit together', async () => {
    // One fits with what it may come to at worst, two do not; what they really cost fits three times.
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.0155', action: 'stop' });
    const answers = [rig.ask('s1'), rig.ask('s1'), rig.ask('s1')];
    for (let done = 0; done < 2; done++) {
      const provider = await rig.provider();
      assert.equal(rig.asked, done + 1, 'one at a time');
      provider.start(input);
      provider.end(output);
      await rig.until('its end', async () => (await outcomes()).filter((outcome) => outcome === 'ok').length === done + 1);
    }
    // $0.009 is spent, and the third could cost more than is left.
    const statuses = (await Promise.all(answers)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 200, 402]);
    assert.equal(rig.asked, 2);
  });

  it('counts tokens, whoever pays, where the budget is in tokens', async () => {
    await rig.api('PUT', '/settings', { billing: { 'claude-code': 'plan' } });
    await rig.api('PUT', '/budgets', { scope: 'task', tokens: 3_000, action: 'stop' });
    await whole('s1');
    const refused = await rig.ask('s1');
    assert.equal(refused.status, 402);
    assert.match(await refused.text(), /budget of 3000 tokens does not cover|what is left of this task's budget of 3000 tokens/);
  });

  it('holds a budget that is narrowed to an agent, a mode or a folder against nothing else', async () => {
    await rig.api('PUT', '/budgets', { scope: 'day', only: { agent: 'codex' }, usd: '0.000001', action: 'stop' });
    await whole('s1');
    assert.equal((await rig.askCodex('t1')).status, 400);
    await rig.api('PUT', '/budgets', { scope: 'task', only: { agent: 'claude-code' }, usd: '0.000002', action: 'stop' });
    assert.equal((await rig.ask('s2')).status, 402);
    assert.equal(rig.asked, 1);
  });

  it('takes a workspace’s budget beside the user’s own, never in its place', async () => {
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.000001', action: 'stop' });
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '1000', action: 'warn', from: 'workspace' });
    assert.equal((await rig.ask('s1')).status, 402);
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '1000', action: 'warn' });
    await whole('s2');
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.000001', action: 'stop', from: 'workspace' });
    assert.equal((await rig.ask('s3')).status, 402);
  });

  it('takes all budgets of the settings, or of a folder, at once, and drops those that are gone', async () => {
    const all = async () =>
      budgetSchema
        .array()
        .parse(await (await rig.api('GET', '/budgets')).json())
        .map(({ scope, usd, tokens, from, only }) =>
          [scope, usd ?? tokens, from, only?.workspace].filter((part) => part !== undefined),
        );
    await rig.api('PUT', '/budgets', { scope: 'day', usd: '9' });
    const lists = [
      {
        from: 'settings',
        budgets: [
          { scope: 'task', tokens: 5 },
          { scope: 'day', usd: '7' },
        ],
      },
      { from: 'workspace', workspace: '/a', budgets: [{ scope: 'task', usd: '1' }] },
      { from: 'workspace', workspace: '/b', budgets: [{ scope: 'task', usd: '2' }] },
      { from: 'settings', budgets: [{ scope: 'day', usd: '6' }] },
      { from: 'workspace', workspace: '/a', budgets: [] },
    ];
    for (const list of lists) assert.equal((await rig.api('PUT', '/budgets/all', list)).status, 200);
    assert.deepEqual((await all()).sort(), [
      ['day', '6', 'settings'],
      ['day', '9'],
      ['task', '2', 'workspace', '/b'],
    ]);
    assert.equal((await rig.api('PUT', '/budgets/all', { from: 'workspace', budgets: [] })).status, 400);
    assert.equal((await rig.api('PUT', '/budgets/all', { from: 'user', budgets: [] })).status, 400);
  });

  it('tells every limit that a task falls under', async () => {
    await whole('s1');
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.009', action: 'stop' });
    await rig.api('PUT', '/budgets', { scope: 'day', tokens: 2_200, action: 'warn' });
    const limits = limitRowSchema.array().parse(await (await rig.api('GET', ofTask('limits'))).json());
    assert.deepEqual(
      limits.map(({ scope, unit, spent, limit }) => [scope, unit, spent, limit]),
      [
        ['task', 'usd', '0.0045', '0.009'],
        ['day', 'tokens', '1100', '2200'],
      ],
    );
  });

  /** Eight times the same call with the same result. */
  const circles = Array.from({ length: 8 }, (_, i) => [
    { role: 'assistant', content: [{ type: 'tool_use', id: `t${i}`, name: 'Bash', input: { command: 'npm test' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: `t${i}`, content: 'failed' }] },
  ]).flat();

  it('tells once of an agent that goes round in circles, with the evidence', async () => {
    for (let turn = 0; turn < 2; turn++) {
      const asked = rig.ask('s1', { history: circles });
      const provider = await rig.provider();
      provider.start(input);
      provider.end(output);
      await (await asked).text();
    }
    await rig.until('both are over', async () => (await outcomes()).join() === 'ok,ok');
    const { alerts } = await rig.state();
    assert.deepEqual(
      alerts.map((alert) => (alert.kind === 'runaway' ? [alert.task, alert.runaway, alert.stopped] : alert.kind)),
      [['claude-code:s1', { what: 'same call', tool: 'Bash', times: 8 }, false]],
    );
  });

  it('stops one where the user has asked for that, and looks away where they do not want to know', async () => {
    await rig.api('PUT', '/settings', { runaway: 'stop' });
    // A stop has to be known before something is sent: from then on requests wait for it.
    await rig.api('PUT', '/budgets', { scope: 'day', usd: '100', action: 'stop' });
    const refused = await rig.ask('s1', { history: circles });
    assert.equal(refused.status, 402);
    assert.match(await refused.text(), /went round in circles/);
    const [entry] = auditEntrySchema.array().parse(await (await rig.api('GET', '/audit')).json());
    assert.deepEqual([entry?.what, entry?.by, entry?.task], ['stopped', 'runaway', 'claude-code:s1']);
    assert.equal(rig.asked, 0);
    await rig.api('PUT', '/settings', { runaway: 'off' });
    const asked = rig.ask('s2', { history: circles });
    const provider = await rig.provider();
    provider.start(input);
    provider.end(output);
    await (await asked).text();
    assert.ok(!(await rig.state()).alerts.some((alert) => alert.kind === 'runaway' && !alert.stopped));
  });

  it('takes an agent’s own mode for what the user says it is', async () => {
    await rig.api('PUT', '/settings', { modes: { Reviewer: 'ask' } });
    await rig.api('PUT', '/budgets', { scope: 'day', only: { mode: 'ask' }, usd: '0.000001', action: 'stop' });
    await whole('s1');
    const refused = await rig.ask('s1', { headers: { 'x-claude-code-agent-id': 'a1', 'x-claude-code-agent-type': 'reviewer' } });
    assert.equal(refused.status, 402);
    const row = (await rig.requests()).find(({ mode }) => mode === 'reviewer');
    assert.equal(row?.modeKind, 'ask');
  });

  it('caps a single request', async () => {
    await rig.api('PUT', '/budgets', { scope: 'request', usd: '0.01', action: 'stop' });
    await whole('s1');
    await whole('s1');
    assert.equal((await rig.ask('s1', { text: 'word '.repeat(3_000) })).status, 402);
    assert.equal(rig.asked, 2);
  });

  it('stops a sub-agent by the budget of the task that started it', async () => {
    await whole('s1');
    await rig.api('PUT', '/budgets', { scope: 'task', usd: '0.02', action: 'stop' });
    const parent = rig.ask('s1');
    const first = await rig.provider();
    first.start(input);
    first.text('so far');
    const child = rig.ask('s1', { headers: { 'x-claude-code-agent-id': 'agent-7' } });
    const second = await rig.provider();
    second.start(input);
    const gone = Promise.all([once(first.res, 'close'), once(second.res, 'close')]);
    const pour = setInterval(() => second.text('word '.repeat(50)), 5);
    await gone;
    clearInterval(pour);
    for (const answer of [parent, child]) assert.match(await (await answer).text(), /has reached its budget of \$0\.02/);
    assert.equal((await rig.ask('s1', { headers: { 'x-claude-code-agent-id': 'agent-8' } })).status, 402);
    assert.equal(rig.asked, 3);
  });

  it('learns how the provider counts', async () => {
    const counts: number[] = [];
    for (let turn = 0; turn < 12; turn++) {
      const asked = rig.ask('s1');
      const provider = await rig.provider();
      const running = await rig.until('its row', async () => (await rig.requests()).find(({ outcome }) => outcome === 'running'));
      counts.push(running.promptTokens);
      provider.start({ input_tokens: 1_600 });
      provider.end(1);
      await (await asked).text();
      await rig.until('its end', async () => !(await outcomes()).includes('running'));
    }
    const [first = 0] = counts;
    const last = counts.at(-1) ?? 0;
    assert.ok(Math.abs(1_600 - last) < Math.abs(1_600 - first) / 2, counts.join(' '));
    assert.ok(Math.abs(1_600 - last) < 80, counts.join(' '));
  });

  it('counts a sub-agent to the run that it works for, also when its answer is whole', async () => {
    const run = { 'x-claude-code-prompt-id': 'p1' };
    await rig.api('PUT', '/budgets', { scope: 'run', usd: '0.008', action: 'warn' });
    await whole('s1', run);
    await whole('s1', { ...run, 'x-claude-code-agent-id': 'agent-7' });
    const alert = await rig.until('a question', async () =>
      (await rig.budgetAlerts()).find(({ kind }) => kind === 'budget-exceeded'),
    );
    assert.deepEqual([alert.scope, alert.task], ['run', 'claude-code:s1']);
    // Asked as soon as the estimate says so; what was spent is told as it stood then.
    assert.ok(Number(alert.spent) >= 0.008, alert.spent);
  });
});
