import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { budgetSchema } from '../../../src/protocol/budget.ts';
import { type RequestRow, requestSchema, taskSchema } from '../../../src/protocol/rows.ts';
import { firstLine, outcome, Processes } from './processes.ts';

const readySchema = z.strictObject({
  ready: z.literal(true),
  port: z.number(),
  baseUrls: z.looseObject({ anthropic: z.string(), openai: z.string(), gemini: z.string(), openrouter: z.string() }),
  otlp: z.string(),
  api: z.string(),
  controlToken: z.string(),
});
type Ready = z.infer<typeof readySchema>;

const model = 'claude-sonnet-4-5';

describe('spend-meter serve', function () {
  this.timeout(60_000);
  let processes: Processes;
  let provider: Server;
  let taken: Server;
  let upstream = '';
  let answering: (res: ServerResponse) => void = () => {};

  before(async () => {
    processes = await Processes.build();
    provider = createServer((req, res) => {
      req.resume();
      req.on('end', () => answering(res));
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    upstream = `http://127.0.0.1:${portOf(provider)}`;
  });

  after(async () => {
    provider.closeAllConnections();
    provider.close();
    taken.close();
    await processes.dispose();
  });

  afterEach(() => processes.clear());

  async function serve(args: readonly string[] = []): Promise<{ child: ChildProcess; ready: Ready }> {
    const child = processes.start(['serve', '--upstream', `anthropic=${upstream}`, ...args]);
    return { child, ready: readySchema.parse(JSON.parse(await firstLine(child))) };
  }

  const api = (ready: Ready, path: string, method = 'GET'): Promise<Response> =>
    fetch(`${ready.api}${path}`, { method, headers: { authorization: `Bearer ${ready.controlToken}` } });

  async function requests(ready: Ready): Promise<RequestRow[]> {
    return z.array(requestSchema).parse(await (await api(ready, '/requests')).json());
  }

  function ask(ready: Ready): Promise<Response> {
    return fetch(`${ready.baseUrls.anthropic}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'sk-dummy', 'user-agent': 'claude-cli/2.1.330 (external, cli)', 'x-claude-code-session-id': 's1' },
      body: JSON.stringify({ model, max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] }),
    });
  }

  const message = {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: 'hi' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1_000, output_tokens: 100 },
  };

  it('says where it is in one line, and meters what passes there', async () => {
    const { child, ready } = await serve();
    const at = `http://127.0.0.1:${ready.port}`;
    const ingest = /^http:\/\/127\.0\.0\.1:\d+\/([\w-]+)\/anthropic$/.exec(ready.baseUrls.anthropic)?.[1] ?? assert.fail();
    assert.deepEqual(
      [ready.baseUrls.openai, ready.baseUrls.gemini, ready.api, ready.otlp],
      [`${at}/${ingest}/openai/v1`, `${at}/${ingest}/gemini`, `${at}/api`, `${at}/${ingest}/otlp`],
    );
    assert.notEqual(ready.controlToken, ingest);
    answering = (res) => res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
    assert.deepEqual(await (await ask(ready)).json(), message);
    await until(async () => (await requests(ready)).some(({ outcome }) => outcome === 'ok'));
    const [row] = await requests(ready);
    assert.deepEqual([row?.task, row?.usd, row?.outcome], ['claude-code:s1', '0.0045', 'ok']);
    const [task] = z.array(taskSchema).parse(await (await api(ready, '/tasks')).json());
    assert.deepEqual([task?.id, task?.requests, task?.usd], ['claude-code:s1', 1, '0.0045']);
    const stopped = api(ready, '/tasks/claude-code%3As1/stop', 'POST');
    assert.equal((await stopped).status, 200);
    assert.equal((await ask(ready)).status, 402);
    child.kill('SIGTERM');
    assert.equal((await once(child, 'exit'))[0], 0);
  });

  it('gives the same addresses after a restart', async () => {
    const first = await serve();
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    assert.deepEqual((await serve()).ready, first.ready);
  });

  it('ends within seconds when it is told to, with a stream on its way; its row is kept', async () => {
    const { child, ready } = await serve();
    answering = (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(`event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`);
    };
    const answer = await ask(ready);
    await until(async () => (await requests(ready)).some(({ outcome }) => outcome === 'running'));
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await Promise.race([ended, wait(8_000, ['it did not end'], { ref: false })]);
    assert.equal(code, 0);
    await answer.text().catch(() => '');
    const again = await serve();
    const rows = await requests(again.ready);
    assert.equal(rows.length, 1);
    assert.equal(rows[0]?.basis, 'estimated');
    assert.ok(rows[0]?.outcome === 'cut' || rows[0]?.outcome === 'error', rows[0]?.outcome);
  });

  it('takes a port, a folder, other addresses and a budget', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const port = portOf(free);
    await new Promise((resolve) => free.close(resolve));
    const data = join(processes.temp, 'elsewhere');
    const { ready } = await serve([
      '--port',
      String(port),
      '--data',
      data,
      '--upstream',
      `mine=${upstream}`,
      '--budget-task',
      '0.004',
    ]);
    assert.equal(ready.port, port);
    assert.ok(existsSync(join(data, 'ledger.db')) && !existsSync(processes.state));
    assert.match(String(ready.baseUrls.mine), /\/mine$/);
    const budgets = z.array(budgetSchema).parse(await (await api(ready, '/budgets')).json());
    assert.deepEqual(budgets, [{ scope: 'task', usd: '0.004', action: 'stop' }]);
    answering = (res) => res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
    assert.equal((await ask(ready)).status, 200);
    await until(async () => (await requests(ready)).some(({ outcome }) => outcome === 'ok'));
    assert.equal((await ask(ready)).status, 402);
  });

  it('reads the agents’ files of the home it is given', async () => {
    const home = join(processes.temp, 'another-home');
    mkdirSync(join(home, '.claude', 'projects', '-w'), { recursive: true });
    const line = { type: 'assistant', isSidechain: false, sessionId: 's7', cwd: '/w', requestId: 'req_7', message };
    writeFileSync(
      join(home, '.claude', 'projects', '-w', 's7.jsonl'),
      `${JSON.stringify({ ...line, timestamp: new Date().toISOString() })}\n`,
    );
    const child = processes.start(['serve', '--home', home], { CLAUDE_CONFIG_DIR: join(processes.temp, 'nowhere') });
    const ready = readySchema.parse(JSON.parse(await firstLine(child)));
    await until(async () =>
      (await requests(ready)).some(({ task, source }) => task === 'claude-code:s7' && source === 'sessions'),
    );
  });

  it('is one on a folder, and says so', async () => {
    await serve();
    const { code, stdout, stderr } = await processes.run(['serve']);
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(stderr, /already runs on .*; give another --data folder\n$/);
  });

  it('says what is wrong with its options, without a stack', async () => {
    const cases: readonly (readonly [args: readonly string[], words: RegExp])[] = [
      [['--port', 'x'], /--port takes a port number/],
      [['--port', '70000'], /--port takes a port number/],
      [['--port', String(portOf(taken))], /is in use/],
      [['--upstream', 'anthropic'], /--upstream takes NAME=URL/],
      [['--upstream', 'anthropic=http://example.com'], /off the loopback only https/],
      [['--upstream', 'a b=http://127.0.0.1:1'], /not a name for an upstream/],
      [['--budget-task', 'much'], /--budget-task takes an amount/],
      [['--budget-task=-1'], /--budget-task takes an amount/],
      [['--nonsense'], /nonsense/],
      [['and', 'more'], /and/],
    ];
    for (const [args, words] of cases) {
      const { code, stdout, stderr } = await processes.run(['serve', ...args]);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /^\s+at /m, args.join(' '));
    }
    // Nothing of it stands in the way of the next start.
    await serve();
  });

  it('ends when the terminal interrupts it', async () => {
    const { child } = await serve();
    const ended = outcome(child);
    child.kill('SIGINT');
    assert.deepEqual(await ended, { code: 0, stdout: '', stderr: '' });
  });
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function until(look: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await wait(10)) if (await look()) return;
  throw new Error('never');
}
