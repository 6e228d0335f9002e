import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { protobufOf } from '../otlp/encode.ts';
import { logExport } from '../otlp/exports.ts';
import { model, Rig, secrets } from './rig.ts';

const session = '9cf058cd-6a5f-4a0c-bf32-9f1527f7d76d';
const requestId = 'req_011CVabcdefghijklmnopqrs';

describe('telemetry that agents push to the service', () => {
  let rig: Rig;

  beforeEach(async () => {
    rig = await Rig.start();
  });

  afterEach(() => rig.dispose());

  const url = (path = 'logs', secret = secrets.ingest) => `http://127.0.0.1:${rig.service.port}/${secret}/otlp/v1/${path}`;

  function answered(given: { readonly input: number; readonly output: number; readonly at?: number }): object {
    const at = given.at ?? Date.now();
    return logExport('claude-code', at, {
      'event.name': 'api_request',
      'session.id': session,
      model,
      request_id: requestId,
      input_tokens: given.input,
      output_tokens: given.output,
      duration_ms: 30,
    });
  }

  async function push(body: object, type: 'json' | 'protobuf'): Promise<void> {
    const answer = await fetch(url(), {
      method: 'POST',
      headers: { 'content-type': type === 'json' ? 'application/json' : 'application/x-protobuf' },
      body: type === 'json' ? JSON.stringify(body) : new Uint8Array(protobufOf('logs', body)),
    });
    assert.equal(answer.status, 200, await answer.text());
  }

  for (const type of ['json', 'protobuf'] as const) {
    it(`is a row, priced and live, with nothing else on: ${type}`, async () => {
      await push(answered({ input: 1_000, output: 100 }), type);
      const [row] = await rig.requests();
      assert.deepEqual(
        [row?.task, row?.source, row?.usd, row?.basis, row?.usage.output],
        [`claude-code:${session}`, 'otlp', '0.0045', 'priced', 100],
      );
      assert.equal((await rig.tasks())[0]?.usd, '0.0045');
    });
  }

  it('is the same row as what passed the gateway and what the session file says', async () => {
    const answer = rig.ask(session);
    const provider = await rig.provider();
    provider.res.setHeader('request-id', requestId);
    provider.start({ input_tokens: 1_000 }, 'msg_01XFDUDYJgAACzvnptvVoYEL');
    provider.text('done');
    provider.end(100);
    await (await answer).text();
    await push(answered({ input: 1_000, output: 100 }), 'protobuf');
    const folder = join(rig.home, '.claude', 'projects', 'work');
    mkdirSync(folder, { recursive: true });
    const usage = { input_tokens: 1_000, output_tokens: 100 };
    const message = { id: 'msg_01XFDUDYJgAACzvnptvVoYEL', model, stop_reason: 'end_turn', usage };
    const line = { type: 'assistant', sessionId: session, timestamp: new Date().toISOString(), requestId, message };
    writeFileSync(join(folder, `${session}.jsonl`), `${JSON.stringify(line)}\n`);
    await rig.until('the session file was read', async () => (await rig.state()).scan.agents.includes('claude-code'));
    await push(answered({ input: 1_000, output: 100 }), 'json');
    const rows = await rig.until('the gateway settled it', async () => {
      const all = await rig.requests();
      return all.some(({ source, outcome }) => source === 'gateway' && outcome === 'ok') && all;
    });
    assert.equal(rows.length, 1);
    assert.deepEqual([rows[0]?.source, rows[0]?.usage.output, rows[0]?.basis], ['gateway', 100, 'priced']);
  });

  it('shows what it could not use, and counts on', async () => {
    for (const count of [1, 2]) {
      const answer = await fetch(url('traces'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: 'nonsense',
      });
      assert.equal(answer.status, 400);
      assert.deepEqual((await rig.state()).scan.skipped, [{ path: 'otlp/v1/traces', reason: 'not understood', count }]);
    }
  });

  it('is taken only with the secret, from this machine, and never from a page', async () => {
    const body = JSON.stringify(answered({ input: 1, output: 1 }));
    const status = (to: string, headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const req = request(to, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }, (res) => {
          res.resume();
          resolve(res.statusCode);
        });
        req.on('error', reject);
        req.end(body);
      });
    assert.equal(await status(url('logs', 'x'.repeat(32)), {}), 403);
    assert.equal(await status(url(), { host: 'evil.example' }), 403);
    assert.equal(await status(url(), { origin: 'http://evil.example' }), 403);
    assert.equal(await status(url('nothing'), {}), 404);
    assert.deepEqual(await rig.requests(), []);
    assert.equal(await status(url(), {}), 200);
    assert.equal((await rig.requests()).length, 1);
  });
});
