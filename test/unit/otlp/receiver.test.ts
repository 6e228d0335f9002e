import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { PbfReader } from 'pbf';
import { agents } from '../../../src/agents/registry.ts';
import type { Observation } from '../../../src/core/request.ts';
import { largestBody } from '../../../src/otlp/body.ts';
import { readJsonExport } from '../../../src/otlp/json.ts';
import { readProtobuf } from '../../../src/otlp/protobuf.ts';
import { TelemetryReaders } from '../../../src/otlp/readers.ts';
import { OtlpReceiver } from '../../../src/otlp/receiver.ts';
import { NotOtlp } from '../../../src/otlp/records.ts';
import { protobufOf } from './encode.ts';
import { fixture, logExport, spanExport } from './exports.ts';

describe('the OTLP receiver', () => {
  const seen: Observation[] = [];
  const skipped: [string, string, number][] = [];
  let failing = false;
  let off: readonly string[] = [];
  let server: Server;
  let url = '';

  before(async () => {
    const receiver = new OtlpReceiver({
      agents,
      off: () => off,
      observe: (observations) => {
        if (failing) throw new Error('the disk is full');
        seen.push(...observations);
      },
      skipped: (...one) => skipped.push(one),
      problem: () => {},
    });
    server = createServer((req, res) => receiver.handle(req, res, req.url ?? ''));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    seen.length = 0;
    skipped.length = 0;
    failing = false;
    off = [];
  });

  after(() => {
    server.close();
    server.closeAllConnections();
  });

  function post(path: string, type: string, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
  }
  const json = (path: string, body: object): Promise<Response> => post(path, 'application/json', JSON.stringify(body));

  it('reads what Claude Code sent, as JSON, as protobuf and compressed, and answers in kind', async () => {
    for (const [type, body, headers] of [
      ['application/json', fixture('claudeCode-2.1.330-logs.json'), {}],
      ['application/x-protobuf', fixture('claudeCode-2.1.330-logs.bin'), {}],
      ['application/x-protobuf', gzipSync(fixture('claudeCode-2.1.330-logs.bin')), { 'content-encoding': 'gzip' }],
    ] as const) {
      seen.length = 0;
      const answer = await post('/v1/logs', type, body, headers);
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, type]);
      assert.equal(await answer.text(), type === 'application/json' ? '{}' : '');
      const [one] = seen;
      assert.equal(seen.length, 1);
      assert.match(one?.keys[0] ?? '', /^req:req_\w{24}$/);
      assert.match(one?.task ?? '', /^claude-code:[0-9a-f-]{36}$/);
      assert.match(one?.run ?? '', /^claude-code:[0-9a-f-]{36}$/);
      assert.ok(one && one.usage.output > 0 && one.usage.cacheWrite5m > 0 && one.usage.cacheWrite1h > 0);
      assert.equal(one.reportedUsd, undefined, 'its own estimate is not the provider’s word');
    }
  });

  it('reads the one event of Codex that tells an answer’s tokens', async () => {
    const body = JSON.parse(fixture('codex-0.169-logs.json').toString()) as object;
    assert.equal((await json('/v1/logs', body)).status, 200);
    const asJson = [...seen];
    assert.deepEqual(
      asJson.map(({ usage }) => [usage.uncachedInput, usage.cacheRead, usage.cacheWrite30m, usage.output]),
      [
        [4105, 3150, 4729, 283],
        [5555, 25733, 1298, 339],
      ],
    );
    for (const { task, model } of asJson)
      assert.deepEqual([task, model], ['codex:01a21496-2f63-7ec2-9d6e-c83ba42b73fa', 'gpt-5.3-codex']);
    seen.length = 0;
    assert.equal((await post('/v1/logs', 'application/x-protobuf', protobufOf('logs', body))).status, 200);
    assert.deepEqual(seen, asJson);
  });

  it('keeps no content: attributes that nobody asks for and bodies are gone after decoding', () => {
    const { keeps } = new TelemetryReaders(agents);
    const body = fixture('codex-0.169-logs.json');
    const told = [
      readJsonExport('logs', body, keeps),
      readProtobuf('logs', protobufOf('logs', JSON.parse(body.toString()) as object), keeps),
    ];
    assert.ok(body.includes('CONTENT'));
    for (const { records } of told) assert.equal(JSON.stringify(records).includes('CONTENT'), false);
    assert.deepEqual(told[0], told[1]);
    const prompt = logExport(
      'claude-code',
      1,
      { 'event.name': 'user_prompt', prompt: 'CONTENT', model: 'CONTENT'.repeat(200) },
      'CONTENT',
    );
    assert.equal(JSON.stringify(readJsonExport('logs', Buffer.from(JSON.stringify(prompt)), keeps)).includes('CONTENT'), false);
  });

  it('never adds up the sums of a run: Copilot’s calls count, the run around them only names their conversation', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const call = (id: string, at: number, output: number) => ({
      trace,
      id,
      parent: 'b7ad6b7169203331',
      began: at - 900,
      at,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'github',
        'gen_ai.request.model': 'gpt-5.5',
        'gen_ai.response.id': `resp_${id}`,
        'gen_ai.usage.input_tokens': 1_500,
        'gen_ai.usage.cache_read.input_tokens': 1_200,
        'gen_ai.usage.output_tokens': output,
        'gen_ai.usage.reasoning_tokens': 12,
        'gen_ai.input.messages': 'CONTENT',
      },
    });
    const at = Date.UTC(2026, 10, 25, 12);
    const first = [call('00f067aa0ba902b7', at, 250), call('00f067aa0ba902b8', at + 5_000, 40)];
    const run = {
      trace,
      id: 'b7ad6b7169203331',
      began: at - 1_000,
      at: at + 6_000,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'copilot',
        'gen_ai.conversation.id': 'a1b2c3d4',
        'gen_ai.usage.input_tokens': 3_000,
        'gen_ai.usage.output_tokens': 290,
      },
    };
    assert.equal(
      (await post('/v1/traces', 'application/x-protobuf', protobufOf('traces', spanExport('copilot-chat', first)))).status,
      200,
    );
    assert.deepEqual(
      seen.map(({ task, usage }) => [task, usage.uncachedInput, usage.cacheRead, usage.output, usage.reasoning]),
      [
        [`copilot:~${trace}`, 300, 1_200, 250, 12],
        [`copilot:~${trace}`, 300, 1_200, 40, 12],
      ],
    );
    const keys = seen.map((one) => one.keys);
    seen.length = 0;
    assert.equal((await json('/v1/traces', spanExport('copilot-chat', [run]))).status, 200);
    assert.deepEqual(
      seen.map(({ task, usage }) => [task, usage.output]),
      [
        ['copilot:a1b2c3d4', 250],
        ['copilot:a1b2c3d4', 40],
      ],
    );
    assert.deepEqual(
      seen.map((one) => one.keys),
      keys,
    );
  });

  it('reads Cline’s tokens once, whichever generation tells them', async () => {
    const at = Date.UTC(2026, 10, 25, 12);
    const counts = {
      ulid: '1764072000000_abc',
      tokensIn: 300,
      tokensOut: 50,
      cacheReadTokens: 20,
      cacheWriteTokens: 0,
      model: 'gpt-5.5',
    };
    await json('/v1/logs', logExport('cline', at, { ...counts, provider: 'openai' }, 'task.tokens'));
    await json(
      '/v1/logs',
      logExport('cline', at, { ulid: counts.ulid, source: 'assistant', model: 'gpt-5.5' }, 'task.conversation_turn'),
    );
    assert.deepEqual(
      seen.map(({ task, usage }) => [task, usage.uncachedInput, usage.cacheRead, usage.output]),
      [['cline:1764072000000_abc', 300, 20, 50]],
    );
    seen.length = 0;
    const ulid = '01JD5Z3C4V8Q2W6X9YATBENFGH';
    await json('/v1/logs', logExport('cline', at, { ...counts, ulid, source: 'assistant' }, 'task.conversation_turn'));
    await json('/v1/logs', logExport('cline', at, { ulid, tokensIn: 300, tokensOut: 50, model: 'gpt-5.5' }, 'task.tokens'));
    assert.deepEqual(
      seen.map(({ task }) => task),
      [`cline:~${ulid}`],
    );
  });

  it('takes what belongs to nobody, or to an agent that is off, and shows nothing of it', async () => {
    off = ['claude-code'];
    assert.equal((await post('/v1/logs', 'application/json', fixture('claudeCode-2.1.330-logs.json'))).status, 200);
    assert.equal((await json('/v1/logs', logExport('somebody', 1, { model: 'gpt-5.5' }))).status, 200);
    assert.equal((await json('/v1/metrics', { resourceMetrics: [] })).status, 200);
    assert.deepEqual([seen, skipped], [[], []]);
  });

  it('says how many records made no sense, takes the rest and counts them', async () => {
    const bad = logExport('claude-code', 1, {
      'event.name': 'api_request',
      'session.id': 's',
      model: 'claude-x',
      output_tokens: 'many',
    });
    const answer = await json('/v1/logs', bad);
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), {
      partialSuccess: { rejectedLogRecords: '1', errorMessage: 'records that tell a request and make no sense' },
    });
    const binary = await post('/v1/logs', 'application/x-protobuf', protobufOf('logs', bad));
    const rejected = new PbfReader(await binary.arrayBuffer()).readFields((tag, found: { n?: number }, pbf) => {
      if (tag === 1)
        pbf.readMessage((part, into, inner) => {
          if (part === 1) into.n = inner.readVarint();
        }, found);
    }, {});
    assert.deepEqual(rejected, { n: 1 });
    assert.deepEqual(skipped, [
      ['otlp/v1/logs', 'not understood', 1],
      ['otlp/v1/logs', 'not understood', 1],
    ]);
  });

  it('refuses nonsense, foreign types and bodies that are too large, in words, and counts them', async function () {
    this.timeout(20_000);
    const large = Buffer.alloc(100 * 1024 * 1024);
    const bomb = gzipSync(Buffer.alloc(largestBody + 1));
    const cases: [string, string, Uint8Array, Record<string, string>, number, RegExp][] = [
      ['/v1/logs', 'application/json', Buffer.from('nonsense'), {}, 400, /not JSON/],
      ['/v1/logs', 'application/json', Buffer.from('[]'), {}, 400, /no resourceLogs/],
      ['/v1/traces', 'application/x-protobuf', Buffer.from('nonsense'), {}, 400, /protobuf/],
      ['/v1/traces', 'application/x-protobuf', fixture('claudeCode-2.1.330-logs.bin').subarray(0, 99), {}, 400, /protobuf/],
      ['/v1/traces', 'text/plain', Buffer.from('x'), {}, 415, /content-type/],
      ['/v1/traces', 'application/json', Buffer.from('x'), { 'content-encoding': 'gzip' }, 400, /gzip/],
      ['/v1/traces', 'application/json', Buffer.from('x'), { 'content-encoding': 'zip' }, 415, /content-encoding/],
      ['/v1/metrics', 'application/x-protobuf', large, {}, 413, /larger/],
      ['/v1/metrics', 'application/x-protobuf', bomb, { 'content-encoding': 'gzip' }, 413, /larger/],
    ];
    for (const [path, type, body, headers, status, words] of cases) {
      const answer = await post(path, type, body, headers);
      assert.equal(answer.status, status, type);
      assert.match(await answer.text(), words);
    }
    assert.equal(skipped.length, cases.length);
    assert.deepEqual(new Set(skipped.map(([, reason]) => reason)), new Set(['not understood', 'foreign file', 'file too large']));
    assert.equal((await post('/v1/other', 'application/json', '{}')).status, 404);
    assert.equal((await fetch(`${url}/v1/logs`)).status, 405);
  });

  it('has the exporter send again what could not be stored', async () => {
    failing = true;
    const answer = await post('/v1/logs', 'application/json', fixture('claudeCode-2.1.330-logs.json'));
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1']);
    failing = false;
    assert.equal((await post('/v1/logs', 'application/json', fixture('claudeCode-2.1.330-logs.json'))).status, 200);
    assert.equal(seen.length, 1);
  });

  it('decodes any bytes to records or to an error of its own', () => {
    const { keeps } = new TelemetryReaders(agents);
    const whole = fixture('claudeCode-2.1.330-logs.bin');
    const torn = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), torn),
        fc.constantFrom('traces', 'logs', 'metrics'),
        (bytes, signal) => {
          try {
            readProtobuf(signal, bytes, keeps);
          } catch (error) {
            assert.ok(error instanceof NotOtlp);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
