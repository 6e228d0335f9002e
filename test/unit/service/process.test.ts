import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { buildAll } from '../../../esbuild.mjs';
import type { Discovery } from '../../../src/protocol/api.ts';
import { exitCodes } from '../../../src/protocol/stateFolder.ts';
import { readDiscovery } from '../../../src/service/discovery.ts';

/** Real processes of the built service, each test on a state folder and a home of its own. */
describe('the service as a process', function () {
  this.timeout(60_000);
  let dist = '';
  let temp = '';
  let started: ChildProcess[] = [];
  let closing: (() => void)[] = [];

  before(async () => {
    dist = mkdtempSync(join(tmpdir(), 'spend-meter-dist-'));
    await buildAll({ dist, production: false });
  });

  after(() => rmSync(dist, { recursive: true, force: true }));

  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), 'spend-meter-process-'));
    mkdirSync(join(temp, 'home'));
    started = [];
    closing = [];
  });

  afterEach(async () => {
    for (const close of closing) close();
    for (const child of started) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(temp, { recursive: true, force: true });
  });

  const state = (): string => join(temp, 'state');
  const discovery = (): Discovery | undefined => readDiscovery(join(state(), 'discovery.json'));

  function candidate(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(process.execPath, [join(dist, 'service.js'), ...args], {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: {
        ...process.env,
        HOME: join(temp, 'home'),
        SPEND_METER_STATE: state(),
        SPEND_METER_EXIT_WITH_PID: String(process.pid),
        ...env,
      },
    });
    started.push(child);
    return child;
  }

  async function call(path: string, method = 'GET', body?: object): Promise<Response> {
    const { port, controlToken } = discovery() ?? assert.fail('no discovery');
    return fetch(`http://127.0.0.1:${port}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${controlToken}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }

  /** The service that answers, once one does that is not `but`. */
  async function healthy(but?: number): Promise<Discovery> {
    for (const end = Date.now() + 20_000; Date.now() < end; await wait(10)) {
      const found = discovery();
      if (!found || found.pid === but) continue;
      const answer = await call('/health').catch(() => undefined);
      // A new one answers on the old port a moment before it says so in its own file.
      if (answer?.status === 200 && ((await answer.json()) as { pid: number }).pid === found.pid) return found;
    }
    throw new Error('no service answers');
  }

  it('is one, however many are started at once, and the others say that they lost', async () => {
    for (let round = 0; round < 10; round++) {
      const children = Array.from({ length: 5 }, () => candidate());
      const { pid } = await healthy();
      const losers = children.filter((child) => child.pid !== pid);
      assert.equal(losers.length, 4);
      const codes = await Promise.all(losers.map(async (child) => child.exitCode ?? (await once(child, 'exit'))[0]));
      assert.deepEqual(codes, [3, 3, 3, 3]);
      const winner = children.find((child) => child.pid === pid) ?? assert.fail();
      winner.kill('SIGKILL');
      await once(winner, 'exit');
    }
  });

  it('comes back on the same port with the same secrets after kill -9', async () => {
    const first = candidate();
    const before = await healthy();
    first.kill('SIGKILL');
    await once(first, 'exit');
    candidate();
    const after = await healthy(before.pid);
    assert.deepEqual([after.port, after.ingestToken, after.controlToken], [before.port, before.ingestToken, before.controlToken]);
  });

  it('keeps everything to its owner', async () => {
    candidate();
    await healthy();
    assert.equal(statSync(state()).mode & 0o777, 0o700);
    for (const name of readdirSync(state())) assert.equal(statSync(join(state(), name)).mode & 0o077, 0, name);
  });

  it('ends cleanly when it is told to, and when its discovery file is taken away', async () => {
    for (const end of [(child: ChildProcess) => child.kill('SIGTERM'), () => rmSync(join(state(), 'discovery.json'))]) {
      const child = candidate();
      await healthy();
      end(child);
      const [code] = (await once(child, 'exit')) as [number];
      assert.equal(code, exitCodes.clean);
      assert.equal(discovery(), undefined);
    }
  });

  it('ends with its window while it watches, and stays while Guard is on', async () => {
    const watching = candidate(['--attached']);
    await healthy();
    watching.stdin?.end();
    assert.equal((await once(watching, 'exit'))[0], exitCodes.clean);

    const guarding = candidate(['--attached']);
    await healthy(watching.pid);
    assert.equal((await call('/guard', 'PUT', { on: true })).status, 200);
    guarding.stdin?.end();
    // Its answer after the end of its stdin shows that it was not ended by it.
    await wait(300);
    assert.equal((await call('/health')).status, 200);
    assert.equal((await call('/quit', 'POST', {})).status, 200);
    assert.equal((await once(guarding, 'exit'))[0], exitCodes.clean);
  });

  it('ends with the process it is bound to', async () => {
    const bound = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    started.push(bound);
    const child = candidate([], { SPEND_METER_EXIT_WITH_PID: String(bound.pid) });
    await healthy();
    assert.equal(child.exitCode, null);
    bound.kill('SIGKILL');
    assert.equal((await once(child, 'exit'))[0], exitCodes.clean);
  });

  it('stays for an agent that was started with its address, also without Guard', async function () {
    if (process.platform !== 'linux') this.skip();
    const child = candidate(['--attached']);
    const { port, ingestToken } = await healthy();
    const agent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'ignore',
      env: { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}/${ingestToken}/anthropic` },
    });
    started.push(agent);
    await once(agent, 'spawn');
    child.stdin?.end();
    // Its answer after the end of its stdin shows that it was not ended by it.
    await wait(300);
    assert.equal((await call('/health')).status, 200);
  });

  it('goes away by itself when nobody uses it', async () => {
    const child = candidate([], { SPEND_METER_IDLE_MS: '200' });
    assert.equal((await once(child, 'exit'))[0], exitCodes.clean);
  });

  it('turns away whoever has not the control token, comes under another name, or from a page', async () => {
    candidate();
    const { port, ingestToken } = await healthy();
    const url = `http://127.0.0.1:${port}/api/state`;
    const status = async (headers: Record<string, string>): Promise<number> => (await fetch(url, { headers })).status;
    assert.equal(await status({}), 401);
    assert.equal(await status({ authorization: 'Bearer wrong' }), 401);
    assert.equal(await status({ authorization: `Bearer ${ingestToken}` }), 401);
    const { controlToken } = discovery() ?? assert.fail();
    assert.equal(await status({ authorization: `Bearer ${controlToken}`, origin: 'http://127.0.0.1:8080' }), 403);
    assert.equal((await fetch(`http://127.0.0.1:${port}/${controlToken}/anthropic/v1/models`)).status, 403);
    assert.equal((await call('/nothing')).status, 404);
    assert.equal((await call('/state', 'PUT', {})).status, 405);
    const bad = await call('/settings', 'PUT', { upstreams: { anthropic: 'http://example.com' } });
    assert.equal(bad.status, 400);
    assert.match(((await bad.json()) as { error: string }).error, /only https/);
  });

  /** A provider whose one answer is written by the test. */
  async function provider(): Promise<{ url: string; answering: Promise<ServerResponse> }> {
    let took: ((res: ServerResponse) => void) | undefined;
    const answering = new Promise<ServerResponse>((resolve) => {
      took = resolve;
    });
    const server = createServer((req, res) => {
      req.resume();
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      const message = {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [],
        usage: { input_tokens: 1_000, output_tokens: 1 },
      };
      res.write(`event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`);
      took?.(res);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, answering };
  }

  function ask({ port, ingestToken }: Discovery): Promise<Response> {
    const body = { model: 'claude-sonnet-4-5', max_tokens: 100, stream: true, messages: [{ role: 'user', content: 'hello' }] };
    return fetch(`http://127.0.0.1:${port}/${ingestToken}/anthropic/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'x-api-key': 'sk-dummy', 'user-agent': 'claude-cli/2.1.330 (external, cli)', 'x-claude-code-session-id': 's1' },
    });
  }

  it('does not cut an agent’s stream when its window goes, while Guard is on', async () => {
    const upstream = await provider();
    const child = candidate(['--attached']);
    const found = await healthy();
    await call('/settings', 'PUT', { upstreams: { anthropic: upstream.url } });
    await call('/guard', 'PUT', { on: true });
    const asked = ask(found);
    const res = await upstream.answering;
    child.stdin?.end();
    await wait(300);
    res.end('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    assert.match(await (await asked).text(), /message_start[\s\S]*message_stop/);
    assert.equal((await healthy()).pid, child.pid);
  });

  it('holds stops and budgets over kill -9', async () => {
    const upstream = await provider();
    const child = candidate();
    const found = await healthy();
    await call('/settings', 'PUT', { upstreams: { anthropic: upstream.url } });
    await call('/budgets', 'PUT', { scope: 'task', usd: '2', action: 'warn' });
    const asked = ask(found);
    (await upstream.answering).end('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    await (await asked).text();
    const path = `/tasks/${encodeURIComponent('claude-code:s1')}`;
    const ended = async (): Promise<boolean> => /"outcome":"ok"/.test(await (await call('/requests')).text());
    for (const end = Date.now() + 5_000; !(await ended()) && Date.now() < end; ) await wait(10);
    assert.equal((await call(`${path}/stop`, 'POST')).status, 200);
    child.kill('SIGKILL');
    await once(child, 'exit');
    candidate();
    const next = await healthy(found.pid);
    assert.equal((await ask(next)).status, 402);
    assert.deepEqual(await (await call('/budgets')).json(), [{ scope: 'task', usd: '2', action: 'warn' }]);
    assert.equal((await call(`${path}/resume`, 'POST')).status, 200);
    // Also where requests go was kept.
    assert.equal((await ask(next)).status, 200);
  });

  it('knows after kill -9 in mid-answer of the request that was on its way, once', async () => {
    const upstream = await provider();
    const child = candidate();
    const found = await healthy();
    await call('/settings', 'PUT', { upstreams: { anthropic: upstream.url } });
    const asked = ask(found)
      .then((answer) => answer.text())
      .catch(() => '');
    await upstream.answering;
    const rows = async (): Promise<{ outcome: string; basis: string }[]> =>
      (await (await call('/requests')).json()) as { outcome: string; basis: string }[];
    for (const end = Date.now() + 5_000; (await rows()).length === 0 && Date.now() < end; ) await wait(10);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await asked;
    candidate();
    await healthy(found.pid);
    assert.deepEqual(
      (await rows()).map(({ outcome, basis }) => [outcome, basis]),
      [['error', 'estimated']],
    );
  });
});
