import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { apiErrorSchema, healthSchema, quoteSchema, sampleStartedSchema, stopResultSchema } from '../../../src/protocol/api.ts';
import { budgetSchema } from '../../../src/protocol/budget.ts';
import { requestSchema, taskSchema } from '../../../src/protocol/rows.ts';
import { breakdownSchema, stateSchema } from '../../../src/protocol/state.ts';
import { listSchema, planSchema, slicesSchema, whereSchema, whySchema } from '../../../src/protocol/views.ts';
import { listen } from './events.ts';
import { model, Rig, secrets } from './rig.ts';

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const task = 'claude-code:s1';
const ofTask = `/tasks/${encodeURIComponent(task)}`;

/** Real HTTP against a service in this process. */
describe('the control API', function () {
  this.timeout(30_000);
  let rig: Rig;

  beforeEach(async () => {
    rig = await Rig.start();
  });

  afterEach(async () => {
    await rig.dispose();
  });

  /** Headers that `fetch` would not send. */
  async function raw(
    path: string,
    headers: Record<string, string>,
    { method = 'GET', body = '' } = {},
  ): Promise<{ status: number; error: string }> {
    const req = request({ host: '127.0.0.1', port: rig.service.port, path, method, headers });
    req.end(body);
    const [res] = await once(req, 'response');
    const error = apiErrorSchema.safeParse(JSON.parse((await text(res)) || '{}'));
    return { status: res.statusCode, error: error.success ? error.data.error : '' };
  }

  async function failure(answer: Promise<Response>): Promise<{ status: number; error: string }> {
    const got = await answer;
    return { status: got.status, error: apiErrorSchema.parse(await got.json()).error };
  }

  async function oneRequest(): Promise<void> {
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    provider.start({ input_tokens: 1_000 });
    provider.end(100);
    await (await asked).text();
    await rig.until('the row', async () => (await rig.requests()).some(({ outcome }) => outcome === 'ok'));
  }

  it('lets in who holds the control token under its own name, and no page', async () => {
    const { port } = rig.service;
    const host = `127.0.0.1:${port}`;
    const control = bearer(secrets.control);
    const table: readonly (readonly [what: string, headers: Record<string, string>, status: number, words: RegExp])[] = [
      ['the control token', { host, ...control }, 200, /^$/],
      ['as localhost', { host: `localhost:${port}`, ...control }, 200, /^$/],
      ['no token', { host }, 401, /control token is missing or wrong/],
      ['a wrong token', { host, ...bearer('wrong') }, 401, /control token is missing or wrong/],
      ['the token and a letter', { host, ...bearer(`${secrets.control}x`) }, 401, /missing or wrong/],
      ['the ingest secret', { host, ...bearer(secrets.ingest) }, 401, /missing or wrong/],
      ['another scheme', { host, authorization: `Basic ${secrets.control}` }, 401, /missing or wrong/],
      ['the token as a key', { host, 'x-api-key': secrets.control }, 401, /missing or wrong/],
      ['another name of this machine', { host: `evil.example:${port}`, ...control }, 403, /127\.0\.0\.1 only/],
      ['the name without the port', { host: '127.0.0.1', ...control }, 403, /127\.0\.0\.1 only/],
      ['another port', { host: '127.0.0.1:1', ...control }, 403, /127\.0\.0\.1 only/],
      ['a page', { host, ...control, origin: 'http://127.0.0.1:8080' }, 403, /web pages/],
      ['a page of its own origin', { host, ...control, origin: `http://${host}` }, 403, /web pages/],
      ['a sandboxed page', { host, ...control, origin: 'null' }, 403, /web pages/],
    ];
    for (const [what, headers, status, words] of table) {
      const got = await raw('/api/state', headers);
      assert.equal(got.status, status, what);
      if (status !== 200) assert.match(got.error, words, what);
    }
    // The door is the same for streams and for what changes something.
    assert.equal((await raw('/api/events', { host })).status, 401);
    assert.equal((await raw('/api/quit', { host, ...bearer(secrets.ingest) }, { method: 'POST' })).status, 401);
    assert.equal((await raw(`/api/state?token=${secrets.control}`, { host })).status, 401);
    assert.equal(rig.quits, 0);
  });

  it('does not take the control token for the gateway’s secret', async () => {
    const url = `http://127.0.0.1:${rig.service.port}/${secrets.control}/anthropic/v1/messages`;
    assert.equal((await fetch(url, { method: 'POST', body: '{}' })).status, 403);
    assert.equal(rig.asked, 0);
  });

  it('says what is wrong with a call', async () => {
    const cases: readonly (readonly [method: string, path: string, status: number, words: RegExp, body?: object])[] = [
      ['GET', '/nothing', 404, /no such call: nothing/],
      ['GET', '/', 404, /no such call/],
      ['GET', '/tasks/x/y/stop', 404, /no such call/],
      ['PUT', '/state', 405, /PUT is not answered here/, {}],
      ['GET', '/quit', 405, /GET is not answered here/],
      ['POST', '/budgets', 405, /POST is not answered here/, {}],
      ['POST', '/tasks/nobody/stop', 404, /no such task: nobody/],
      ['POST', '/tasks/nobody/resume', 404, /no such task: nobody/],
      ['POST', '/tasks/nobody/let-run', 404, /no such task: nobody/],
      ['POST', '/tasks/%E0%A4%A/stop', 400, /not well encoded/],
      ['GET', '/breakdown?range=year', 400, /today, 7d, 30d, month/],
      ['PUT', '/budgets', 400, /scope/, { usd: '1' }],
      ['PUT', '/budgets', 400, /scope/, { scope: 'week', usd: '1' }],
      ['PUT', '/budgets', 400, /usd/, { scope: 'task', usd: 'a lot' }],
      ['PUT', '/budgets', 400, /usd/, { scope: 'task', usd: 1 }],
      ['PUT', '/budgets', 400, /usd/, { scope: 'task', usd: '-1' }],
      ['PUT', '/budgets', 400, /action/, { scope: 'task', usd: '1', action: 'explode' }],
      ['PUT', '/guard', 400, /on/, {}],
      ['POST', '/quote', 400, /text/, {}],
      ['PUT', '/settings', 400, /billing/, { billing: { codex: 'free' } }],
    ];
    for (const [method, path, status, words, body] of cases) {
      const got = await failure(rig.api(method, path, body));
      assert.equal(got.status, status, `${method} ${path} ${JSON.stringify(body)}`);
      assert.match(got.error, words, `${method} ${path}`);
    }
    const host = `127.0.0.1:${rig.service.port}`;
    const broken = await raw('/api/guard', { host, ...bearer(secrets.control) }, { method: 'PUT', body: '{"on":' });
    assert.deepEqual(broken, { status: 400, error: 'the body is not JSON' });
    assert.deepEqual(await (await rig.api('GET', '/budgets')).json(), []);
  });

  it('does not read a body without end', async () => {
    const got = await failure(rig.api('POST', '/quote', { text: 'x'.repeat(17 * 1024 * 1024) }));
    assert.equal(got.status, 413);
    assert.match(got.error, /larger than/);
  });

  it('answers every reading call in the shape it promises', async () => {
    await oneRequest();
    const get = async (path: string): Promise<unknown> => {
      const answer = await rig.api('GET', path);
      assert.equal(answer.status, 200, path);
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      return answer.json();
    };
    assert.deepEqual(healthSchema.parse(await get('/health')), {
      name: 'spend-meter',
      version: '1.0.0',
      pid: process.pid,
      guard: false,
    });
    const state = z.strictObject(stateSchema.shape).parse(await get('/state'));
    assert.deepEqual(
      state.tasks.map(({ id }) => id),
      [task],
    );
    assert.equal(z.array(taskSchema).parse(await get('/tasks'))[0]?.id, task);
    assert.equal(z.array(requestSchema).parse(await get('/requests')).length, 1);
    assert.equal(z.array(requestSchema).parse(await get(`/requests?task=${encodeURIComponent(task)}`)).length, 1);
    assert.deepEqual(await get('/requests?task=claude-code%3Anobody'), []);
    for (const range of ['today', '7d', '30d', 'month']) {
      const breakdown = breakdownSchema.parse(await get(`/breakdown?range=${range}`));
      assert.deepEqual(
        [breakdown.query.range, breakdown.total.requests, breakdown.tasks.length, breakdown.byModel.length],
        [range, 1, 1, 1],
      );
    }
    assert.equal(breakdownSchema.parse(await get('/breakdown')).query.range, 'today');
    assert.deepEqual(await get('/budgets'), []);
  });

  it('answers where, why, plan, lists and slices of a query, and says what makes no sense', async () => {
    await oneRequest();
    const task = 'claude-code:s1';
    const get = async (path: string): Promise<unknown> => (await rig.api('GET', path)).json();
    const query = `range=task&task=${encodeURIComponent(task)}`;
    const where = whereSchema.parse(await get(`/where?${query}`));
    assert.deepEqual([where.query, where.byKind.length], [{ range: 'task', task }, 1]);
    const why = whySchema.parse(await get(`/why?${query}`));
    // The gateway read what the prompt is made of: one tool that nothing has called yet.
    assert.deepEqual([why.now.requests, why.fixed.requests], [1, 1]);
    assert.ok(why.fixed.systemTokens > 0 && why.fixed.toolTokens > 0);
    assert.ok(planSchema.parse(await get('/plan?range=month')).plans.length > 0);
    const post = async (path: string, body: object): Promise<Response> => rig.api('POST', path, body);
    const list = { query: { range: 'today' }, by: 'model', key: model };
    const { requests, more } = listSchema.parse(await (await post('/list', list)).json());
    assert.deepEqual([requests.map((row) => row.task), more], [[task], false]);
    const edges = [0, Date.now() + 60_000];
    const slices = async (workspace: string, filter: object = {}) => {
      const body = { query: { range: 'today', ...filter }, workspace, edges };
      return slicesSchema.parse(await (await post('/slices', body)).json()).slices.map(({ requests }) => requests);
    };
    assert.deepEqual([await slices('/nowhere'), await slices(''), await slices('', { agent: 'kilo' })], [[], [1], []]);
    for (const bad of [
      'range=custom',
      'range=custom&from=2026-02-02&to=2026-02-01',
      'range=task',
      'range=year',
      'range=custom&from=x&to=y',
    ]) {
      assert.equal((await rig.api('GET', `/breakdown?${bad}`)).status, 400, bad);
    }
    assert.equal((await post('/list', { query: { range: 'today' }, by: 'nothing', key: '' })).status, 400);
    assert.equal((await post('/slices', { query: { range: 'today' }, workspace: '/w', edges: [1] })).status, 400);
  });

  it('lists as many as were asked for, newest first', async () => {
    await oneRequest();
    const second = rig.ask('s2');
    await rig.until('the second', async () => (await rig.requests()).length === 2);
    const limited = z.array(requestSchema).parse(await (await rig.api('GET', '/requests?limit=1')).json());
    assert.deepEqual(
      limited.map((row) => row.task),
      ['claude-code:s2'],
    );
    for (const limit of ['0', '-1', 'x', '1.5']) {
      const rows = z.array(requestSchema).parse(await (await rig.api('GET', `/requests?limit=${limit}`)).json());
      assert.equal(rows.length, 2, limit);
    }
    const provider = await rig.provider();
    provider.start({ input_tokens: 1 });
    provider.end(1);
    await (await second).text();
  });

  it('keeps budgets, changes them, and takes them away', async () => {
    const put = async (body: object): Promise<unknown> => {
      const answer = await rig.api('PUT', '/budgets', body);
      assert.equal(answer.status, 200);
      const told = z.array(budgetSchema).parse(await answer.json());
      assert.deepEqual(told, await (await rig.api('GET', '/budgets')).json());
      return told;
    };
    const perTask = { scope: 'task', usd: '2.00', action: 'stop' };
    assert.deepEqual(await put(perTask), [perTask]);
    assert.deepEqual(await put({ scope: 'day', usd: '5' }), [perTask, { scope: 'day', usd: '5', action: 'warn' }]);
    assert.deepEqual(await put({ ...perTask, usd: '3' }), [
      { ...perTask, usd: '3' },
      { scope: 'day', usd: '5', action: 'warn' },
    ]);
    assert.deepEqual(await put({ scope: 'day', usd: null }), [{ ...perTask, usd: '3' }]);
    assert.deepEqual(await put({ scope: 'task', usd: null }), []);
    await oneRequest();
    assert.deepEqual([(await rig.tasks())[0]?.budget, (await rig.tasks())[0]?.budgetUsd], ['none', undefined]);
    await put({ scope: 'task', usd: '1.00', action: 'warn' });
    await put({ scope: `task:${task}`, usd: '0.005', action: 'warn' });
    // The task's own takes the place of the one for all.
    assert.deepEqual([(await rig.tasks())[0]?.budget, (await rig.tasks())[0]?.budgetUsd], ['warning', '0.005']);
    await put({ scope: `task:${task}`, usd: null });
    assert.equal((await rig.tasks())[0]?.budget, 'ok');
  });

  it('tells every change as it happens', async () => {
    const events = await listen(rig.service.port, secrets.control);
    try {
      const first = stateSchema.parse(await events.next('state'));
      assert.deepEqual([first.tasks, first.today.requests], [[], 0]);
      const asked = rig.ask('s1');
      const provider = await rig.provider();
      const running = requestSchema.parse(await events.next('request'));
      assert.deepEqual([running.task, running.outcome], [task, 'running']);
      assert.equal(taskSchema.parse(await events.next('task')).state, 'running');
      provider.start({ input_tokens: 1_000 });
      provider.end(100);
      await (await asked).text();
      const settled = await events.until('request', (data) => requestSchema.parse(data).outcome === 'ok');
      assert.equal(requestSchema.parse(settled).id, running.id);
      await events.until('state', (data) => stateSchema.parse(data).today.meteredUsd === '0.0045');
      await rig.api('PUT', '/guard', { on: true });
      const guarded = stateSchema.parse(await events.until('state', (data) => stateSchema.parse(data).guard.on));
      assert.match(guarded.guard.environment.ANTHROPIC_BASE_URL ?? '', /^http:\/\/127\.0\.0\.1:\d+\/a{32}\/anthropic$/);
      await rig.api('POST', `${ofTask}/stop`);
      await events.until('task', (data) => taskSchema.parse(data).state === 'stopped');
    } finally {
      events.close();
    }
  });

  it('stops and resumes in the shape it promises, also what is stopped already', async () => {
    await oneRequest();
    const post = async (what: string) => stopResultSchema.parse(await (await rig.api('POST', `${ofTask}/${what}`)).json());
    const stopped = { task, state: 'stopped', cutRequests: 0, usd: '0.0045' };
    for (const again of [false, true]) {
      const { stop, ...result } = await post('stop');
      assert.deepEqual(result, stopped, again ? 'again' : 'once');
      assert.deepEqual([stop?.state, stop?.way], ['stopped', 'gateway']);
    }
    assert.deepEqual(await post('resume'), { ...stopped, state: 'idle' });
    assert.deepEqual(await post('resume'), { ...stopped, state: 'idle' });
  });

  it('lets nobody pass real spending for a sample', async () => {
    const got = await failure(rig.api('PUT', '/settings', { upstreams: { sample: 'https://api.anthropic.com' } }));
    assert.equal(got.status, 400);
    assert.match(got.error, /belongs to the sample run/);
  });

  it('sends an agent nowhere that is not its provider', async () => {
    for (const [url, words] of [
      ['http://example.com', /only https/],
      ['ftp://127.0.0.1', /not an http/],
      ['nonsense', /not an http/],
      ['https://user:pass@example.com', /no login/],
    ] as const) {
      const got = await failure(rig.api('PUT', '/settings', { upstreams: { anthropic: url } }));
      assert.equal(got.status, 400, url);
      assert.match(got.error, words, url);
    }
    // The old ones are still in force.
    await oneRequest();
  });

  it('keeps the answer to who pays', async () => {
    await oneRequest();
    assert.equal((await rig.api('PUT', '/settings', { billing: { 'claude-code': 'plan' } })).status, 200);
    assert.equal((await rig.api('PUT', '/settings', {})).status, 200);
    assert.deepEqual((await rig.state()).askBilling, []);
  });

  it('quotes a text', async () => {
    const ask = async (body: object) => quoteSchema.parse(await (await rig.api('POST', '/quote', body)).json()).quotes;
    const [exact, nobody] = await ask({ text: 'hello world', models: ['gpt-5.5', 'nobodys-model'] });
    assert.deepEqual([exact?.model, exact?.tokens, exact?.counted, exact?.plusMinus], ['gpt-5.5', 2, 'exact', 0]);
    assert.ok(Number(exact?.usd) > 0);
    assert.equal(nobody?.usd, null);
    const [marker] = await ask({ text: '<|endoftext|>', models: ['gpt-5.5'] });
    assert.ok((marker?.tokens ?? 0) >= 1);
    assert.equal((await ask({ text: '' })).length > 1, true);
    assert.deepEqual(await rig.requests(), []);
  });

  it('plays the sample, apart from all totals', async () => {
    const started = sampleStartedSchema.parse(await (await rig.api('POST', '/sample', {})).json());
    const sample = await rig.until('the sample’s end', async () =>
      (await rig.tasks()).find(({ id, requests, usd }) => id === started.task && requests === 15 && usd === '2.475'),
    );
    assert.deepEqual([sample.sample, sample.agent, sample.budget], [true, 'sample', 'exceeded']);
    const { today, month, week, alerts } = await rig.state();
    for (const total of [today, month, week.total])
      assert.deepEqual([total.requests, total.meteredUsd, total.planUsd, total.unknownUsd], [0, '0', '0', '0']);
    assert.equal(week.dearestTask, null);
    assert.ok(alerts.length > 0 && alerts.every((alert) => alert.sample));
    assert.equal(
      (await rig.requests(started.task)).every((row) => row.sample),
      true,
    );
    assert.equal(rig.asked, 0);
  });

  it('ends only when it is asked to', async () => {
    assert.deepEqual(await (await rig.api('POST', '/quit', {})).json(), {});
    await rig.until('the end', async () => rig.quits === 1);
  });
});
