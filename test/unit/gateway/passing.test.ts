import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { noUsage } from '../../../src/core/usage.ts';
import { cutAt } from './cutAt.ts';
import { type Answer, ask, prompt, rawAsk, secret, startRig } from './rig.ts';

const messages = 'anthropic/v1/messages';

/** Writes pieces one after the other, each in a write of its own. */
async function writeAll(target: NodeJS.WritableStream, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) await new Promise<void>((resolve) => target.write(piece, () => resolve()));
  target.end();
}

const stream = [
  'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","model":"claude-sonnet-4-5","usage":{"input_tokens":7,"cache_read_input_tokens":100,"output_tokens":1}}}\n\n',
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n',
  'event: ping\ndata: {"type":"ping"}\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße 🌍 one two"}}\n\n',
  'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":42}}\n\n',
  'event: message_stop\ndata: {"type":"message_stop"}\n\n',
].join('');
const half = stream.slice(0, stream.indexOf('event: content_block_stop') + 30);
const streamUsage = { ...noUsage, uncachedInput: 7, cacheRead: 100, output: 42 };

describe('passing on', () => {
  it('sends every body byte for byte, whole or chunked, in pieces of any size', async () => {
    await using rig = await startRig((_req, res) => res.end(), {}, { limits: { wholeBody: 300, keptBody: 900 } });
    const url = new URL(`${rig.base}/${messages}`);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 1500 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.boolean(),
        async (body, places, told) => {
          const bytes = Buffer.from(body);
          const req = http.request(url, {
            method: 'POST',
            agent: false,
            headers: told ? { 'content-length': bytes.length } : {},
          });
          const answered = once(req, 'response');
          await writeAll(req, cutAt(bytes, places));
          const [res] = (await answered) as [http.IncomingMessage];
          res.resume();
          assert.deepEqual(rig.received.at(-1)?.body, bytes);
          const kept = bytes.length <= 900;
          const seen = await rig.exchanges.at(-1)?.prompt;
          assert.equal(seen?.problem === undefined, kept);
          if (kept) assert.deepEqual(Buffer.from(rig.jobs.at(-1)?.body ?? []), bytes);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('passes every answer byte for byte, wherever its pieces are cut, and reads the same from it', async () => {
    let pieces: readonly Buffer[] = [];
    await using rig = await startRig((_req, res) => {
      res.setHeader('content-type', 'text/event-stream');
      void writeAll(res, pieces);
    });
    for (const end of ['\n', '\r\n']) {
      const bytes = Buffer.from(stream.replaceAll('\n', end));
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(), { maxLength: 12 }), async (places) => {
          pieces = cutAt(bytes, places);
          const reply = await ask(`${rig.base}/${messages}`, { body: '{}' });
          assert.deepEqual(reply.body, bytes);
          const settled = await rig.exchanges.at(-1)?.settled;
          assert.deepEqual(settled?.usage, streamUsage);
          assert.equal(settled?.outputTokens, 4);
          assert.equal(settled?.answerId, 'msg_1');
          assert.equal(settled?.outcome, 'ok');
        }),
        { numRuns: 40 },
      );
    }
    assert.deepEqual(rig.problems, []);
  });

  it('passes torn, odd and binary event streams as they are', async () => {
    const odd: readonly [answer: string, outcome: string][] = [
      ['data: {"type":\n\n', 'error'],
      ['data: torn at the end', 'error'],
      ['\n\n\n\n', 'error'],
      ['data: {}\r\rdata: x', 'error'],
      ['\u0000\u0001\n\n', 'error'],
      ['data: "text"\n\ndata: 7\n\ndata: null\n\ndata: []\n\n', 'error'],
      ['', 'error'],
      // Passed unread, so nobody can say that it was torn.
      ['x'.repeat(3000), 'ok'],
    ];
    for (const path of [
      messages,
      'openai/v1/responses',
      'openai/v1/chat/completions',
      'gemini/v1beta/models/g:streamGenerateContent',
    ]) {
      let answer = '';
      await using rig = await startRig(
        (_req, res) => {
          res.setHeader('content-type', 'text/event-stream').flushHeaders();
          res.end(answer);
        },
        {},
        { limits: { heldEvent: 1000 } },
      );
      for (const [text, outcome] of odd) {
        answer = text;
        const reply = await ask(`${rig.base}/${path}`, { body: '{}' });
        assert.equal(reply.body.toString(), answer);
        assert.equal((await rig.exchanges.at(-1)?.settled)?.outcome, outcome, answer);
      }
    }
  });

  it('keeps names, order, values and duplicates of headers, both ways, but not those of the connection', async () => {
    await using rig = await startRig((_req, res) => {
      res.sendDate = false;
      res.writeHead(207, 'Multi-Odd', [
        'X-B',
        '1',
        'x-a',
        'é\u00ff',
        'X-B',
        '2',
        'Set-Cookie',
        'a=1',
        'Connection',
        'x-hop',
        'X-Hop',
        'h',
        'Content-Length',
        '2',
      ]);
      res.end('{}');
    });
    const answer = await rawAsk(
      rig.port,
      Buffer.from(
        [
          `POST /${secret}/${messages}?beta=true&x=%2F HTTP/1.1`,
          `Host: 127.0.0.1:${rig.port}`,
          'X-Zeta: 1',
          'Authorization: Bearer sk-ant-oat01-x',
          'anthropic-beta: a,b',
          'x-zeta: 2',
          'X-Latin: \u00e9',
          'Proxy-Connection: keep-alive',
          'Connection: close, X-Mine',
          'X-Mine: hop',
          'Content-Length: 2',
          '',
          '{}',
        ].join('\r\n'),
        'latin1',
      ),
    );
    assert.equal(rig.received[0]?.req.url, '/v1/messages?beta=true&x=%2F');
    assert.deepEqual(rig.received[0]?.req.rawHeaders.slice(4, -2), [
      'X-Zeta',
      '1',
      'Authorization',
      'Bearer sk-ant-oat01-x',
      'anthropic-beta',
      'a,b',
      'x-zeta',
      '2',
      'X-Latin',
      '\u00e9',
    ]);
    assert.equal(rig.received[0]?.req.headers.host, `127.0.0.1:${rig.upstreamPort}`);
    assert.match(
      answer,
      /^HTTP\/1\.1 207 Multi-Odd\r\nX-B: 1\r\nx-a: .+\r\nX-B: 2\r\nSet-Cookie: a=1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n\{\}$/,
    );
    assert.doesNotMatch(JSON.stringify(rig.exchanges[0]?.incoming), /sk-ant/);
    assert.doesNotMatch(JSON.stringify(rig.jobs), /sk-ant/);
  });

  it('passes a zstd body as it came and says so to the reader', async () => {
    await using rig = await startRig((_req, res) => res.end('{}'));
    const body = zlib.zstdCompressSync('{"model":"gpt-5.5","stream":true}');
    await ask(`${rig.base}/openai/responses`, { headers: { 'content-encoding': 'zstd' }, body });
    assert.deepEqual(rig.received[0]?.body, body);
    assert.equal(rig.received[0]?.req.headers['content-encoding'], 'zstd');
    assert.equal(rig.jobs[0]?.contentEncoding, 'zstd');
    assert.deepEqual(Buffer.from(rig.jobs[0]?.body ?? []), body);
  });

  it('passes a body of 33 MB that is too long to be counted, and meters its answer', async () => {
    await using rig = await startRig((_req, res) => res.setHeader('content-type', 'text/event-stream').end(stream));
    const body = Buffer.alloc(33 * 1024 * 1024, 'long ');
    await ask(`${rig.base}/${messages}`, { body });
    assert.ok(rig.received[0]?.body.equals(body));
    assert.equal(rig.jobs.length, 0);
    const told = await rig.exchanges[0]?.prompt;
    assert.equal(told?.problem, 'the body is too long to be read');
    assert.equal(told?.tokens, 1_000_000);
    assert.deepEqual((await rig.exchanges[0]?.settled)?.usage, streamUsage);
  });

  for (const [encoding, compress] of [
    ['gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['br', zlib.brotliCompressSync],
    ['zstd', zlib.zstdCompressSync],
  ] as const) {
    it(`passes ${encoding} answers as they came and reads a copy`, async () => {
      const compressed = compress(Buffer.from(stream));
      await using rig = await startRig((req, res) => {
        assert.equal(req.headers['accept-encoding'], encoding);
        res.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding });
        void writeAll(res, cutAt(compressed, [5, 40, 41, 100]));
      });
      const reply = await ask(`${rig.base}/${messages}`, { headers: { 'accept-encoding': encoding }, body: '{}' });
      assert.deepEqual(reply.body, compressed);
      assert.equal(reply.headers['content-encoding'], encoding);
      const settled = await rig.exchanges[0]?.settled;
      assert.deepEqual(settled?.usage, streamUsage);
      assert.equal(settled?.outcome, 'ok');
    });
  }

  it('reads a compressed stream while it comes', async () => {
    const gzip = zlib.createGzip();
    let finish = (): void => {};
    await using rig = await startRig(
      (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
        gzip.pipe(res);
        gzip.write(half);
        gzip.flush();
        finish = () => gzip.end(stream.slice(half.length));
      },
      {
        progress(exchange, { outputTokens }) {
          if (outputTokens === 4 && exchange.settlements.length === 0) finish();
        },
      },
    );
    await ask(`${rig.base}/${messages}`, { body: '{}' });
    assert.deepEqual((await rig.exchanges[0]?.settled)?.usage, streamUsage);
  });

  it('reads JSON answers, with ids, tier and status', async () => {
    await using rig = await startRig((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'request-id': 'req_9' });
      res.end(
        '{"type":"message","id":"msg_9","model":"m","usage":{"input_tokens":3,"output_tokens":5,"service_tier":"priority"}}',
      );
    });
    await ask(`${rig.base}/${messages}`, { body: '{}' });
    const settled = await rig.exchanges[0]?.settled;
    assert.deepEqual(settled, {
      outcome: 'ok',
      status: 200,
      requestId: 'req_9',
      outputTokens: 0,
      usage: { ...noUsage, uncachedInput: 3, output: 5 },
      asides: [],
      answerId: 'msg_9',
      model: 'm',
      serviceTier: 'priority',
      region: undefined,
      reportedUsd: undefined,
    });
  });

  it('knows which answers it could follow and end, if they stream', async () => {
    await using rig = await startRig((_req, res) => res.end('{}'));
    for (const path of [
      'anthropic/v1/messages',
      'gemini/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse',
      'gemini/v1beta/models/gemini-3-pro:streamGenerateContent',
      'openai/v1/completions',
    ])
      await ask(`${rig.base}/${path}`, { body: '{}' });
    assert.deepEqual(
      rig.exchanges.map(({ incoming }) => incoming.isReadable),
      [true, true, false, false],
    );
  });

  it('opens an exchange for what may be billed and is not understood, and for nothing free', async () => {
    await using rig = await startRig((req, res) => {
      res.setHeader('content-type', 'application/json');
      res.end(req.url?.endsWith('/embeddings') ? '{"object":"list","usage":{"prompt_tokens":9,"total_tokens":9}}' : '{}');
    });
    for (const [method, path] of [
      ['HEAD', ''],
      ['HEAD', '/api/hello'],
      ['GET', '/v1/models'],
      ['POST', '/v1/messages/count_tokens'],
    ] as const) {
      const reply = await ask(`${rig.base}/anthropic${path}`, { method, body: method === 'POST' ? '{"a":1}' : undefined });
      assert.equal(reply.status, 200);
    }
    assert.deepEqual(
      rig.received.map(({ req }) => `${req.method} ${req.url}`),
      ['HEAD /', 'HEAD /api/hello', 'GET /v1/models', 'POST /v1/messages/count_tokens'],
    );
    assert.equal(rig.received[3]?.body.toString(), '{"a":1}');
    assert.equal(rig.exchanges.length, 0);
    await ask(`${rig.base}/openai/v1/embeddings`, { body: '{}' });
    await ask(`${rig.base}/openai/v1/who/knows`, { body: '{}' });
    assert.equal((await rig.exchanges[0]?.settled)?.usage?.uncachedInput, 9);
    assert.equal((await rig.exchanges[1]?.settled)?.usage, undefined);
    assert.deepEqual(
      rig.exchanges.map(({ incoming }) => incoming.protocol),
      ['other', 'other'],
    );
  });

  it('names the terminal to whoever identifies the agent', async () => {
    const terminals: (string | undefined)[] = [];
    await using rig = await startRig(
      (_req, res) => res.end('{}'),
      {},
      {
        identify: ({ terminal, headers }) => {
          terminals.push(terminal);
          return { agent: 'codex', task: `codex:${headers['session-id']}` };
        },
      },
    );
    await ask(`${rig.base}/t/term-1/openai/v1/responses`, { headers: { 'session-id': 's' }, body: '{}' });
    assert.deepEqual(terminals, ['term-1']);
    assert.equal(rig.jobs[0]?.facts.terminal, 'term-1');
    assert.deepEqual(rig.exchanges[0]?.incoming.identity, { agent: 'codex', task: 'codex:s' });
    assert.equal(rig.received[0]?.req.url, '/v1/responses');
  });

  it('never follows a redirect', async () => {
    await using elsewhere = await startRig((_req, res) => res.end());
    const location = `http://127.0.0.1:${elsewhere.upstreamPort}/v1/messages`;
    await using rig = await startRig((_req, res) => res.writeHead(307, { location }).end());
    const reply = await ask(`${rig.base}/${messages}`, { headers: { 'x-api-key': 'sk-x' }, body: '{}' });
    assert.equal(reply.status, 307);
    assert.equal(reply.headers.location, location);
    assert.equal(elsewhere.received.length, 0);
    assert.equal((await rig.exchanges[0]?.settled)?.outcome, 'error');
  });

  it('passes errors of the provider as they are', async () => {
    await using rig = await startRig((_req, res) =>
      res.writeHead(529, { 'content-type': 'application/json', 'retry-after': '7' }).end('{"x":1}'),
    );
    const reply = await ask(`${rig.base}/${messages}`, { body: '{}' });
    assert.deepEqual([reply.status, reply.headers['retry-after'], reply.body.toString()], [529, '7', '{"x":1}']);
    const settled = await rig.exchanges[0]?.settled;
    assert.deepEqual([settled?.outcome, settled?.status, settled?.usage], ['error', 529, undefined]);
  });

  it('passes trailers', async () => {
    await using rig = await startRig((_req, res) => {
      res.writeHead(200, { trailer: 'X-Sum' });
      res.write('a');
      res.addTrailers({ 'X-Sum': '1' });
      res.end();
    });
    assert.deepEqual({ ...(await ask(`${rig.base}/${messages}`, { body: '{}' })).trailers }, { 'x-sum': '1' });
  });

  it('passes the head at once where the model still thinks', async () => {
    let finish = (): void => {};
    await using rig = await startRig((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.flushHeaders();
      finish = () => res.end(stream);
    });
    const req = http.request(`${rig.base}/${messages}`, { method: 'POST', agent: false });
    req.end('{}');
    const [res] = (await once(req, 'response')) as [http.IncomingMessage];
    finish();
    res.resume();
    await once(res, 'end');
  });

  it("passes a slow reader's answer without piling it up", async () => {
    const size = 64 * 1024 * 1024;
    let written = 0;
    await using rig = await startRig((_req, res) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const more = (): void => {
        while (written < size) {
          written += chunk.length;
          if (!res.write(chunk)) return void res.once('drain', more);
        }
        res.end();
      };
      more();
    });
    const req = http.request(`${rig.base}/${messages}`, { method: 'POST', agent: false });
    req.end('{}');
    const [res] = (await once(req, 'response')) as [http.IncomingMessage];
    res.pause();
    // The provider stops writing once the buffers on the way are full, which is when a write of its own stays stuck.
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(written < size / 2, `${written} bytes were taken from the provider`);
    let received = 0;
    res.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    res.resume();
    await once(res, 'end');
    assert.equal(received, size);
  });
});

describe('breaks', () => {
  it('stops the provider at once when the client leaves', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using rig = await startRig((_req, res) => {
      closed = once(res, 'close');
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(half);
    });
    await ask(`${rig.base}/${messages}`, { body: '{}', onData: (soFar, req) => soFar.includes('one two') && req.destroy() });
    await closed;
    const settled = await rig.exchanges[0]?.settled;
    assert.deepEqual([settled?.outcome, settled?.outputTokens, settled?.usage], ['error', 4, undefined]);
    assert.equal(rig.exchanges[0]?.settlements.length, 1);
  });

  it('stops the provider when the client leaves before the answer', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    let tellAsked = (): void => {};
    const asked = new Promise<void>((resolve) => {
      tellAsked = resolve;
    });
    await using rig = await startRig((_req, res) => {
      closed = once(res, 'close');
      tellAsked();
    });
    const req = http.request(`${rig.base}/${messages}`, { method: 'POST', agent: false });
    req.on('error', () => {});
    req.end('{}');
    await asked;
    req.destroy();
    await closed;
    assert.equal((await rig.exchanges[0]?.settled)?.outcome, 'error');
  });

  it('sends nothing when the client leaves in the middle of its body', async () => {
    await using rig = await startRig((_req, res) => res.end());
    const socket = net.connect(rig.port, '127.0.0.1');
    socket.write(
      `POST /${secret}/${messages} HTTP/1.1\r\nhost: 127.0.0.1:${rig.port}\r\ncontent-length: 1000\r\n\r\nonly this`,
      () => socket.destroy(),
    );
    await once(socket, 'close');
    while (!rig.exchanges[0]) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await rig.exchanges[0].settled).outcome, 'refused');
    assert.equal(rig.received.length, 0);
    assert.match((await rig.exchanges[0].prompt).problem ?? '', /did not come/);
  });

  it('breaks a long body off at the provider when the client leaves in the middle of it', async () => {
    const server = net.createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as net.AddressInfo;
    await using rig = await startRig((_req, res) => res.end(), {}, { upstreams: { anthropic: `http://127.0.0.1:${port}` } });
    const reached = once(server, 'connection') as Promise<[net.Socket]>;
    const socket = net.connect(rig.port, '127.0.0.1');
    socket.write(
      `POST /${secret}/${messages} HTTP/1.1\r\nhost: 127.0.0.1:${rig.port}\r\ncontent-length: 10000000\r\n\r\n${'x'.repeat(500_000)}`,
    );
    const [atProvider] = await reached;
    atProvider.on('error', () => {});
    await once(atProvider, 'data');
    socket.destroy();
    atProvider.resume();
    await once(atProvider, 'close');
    assert.equal((await rig.exchanges[0]?.settled)?.outcome, 'error');
    server.close();
  });

  const torn: readonly [what: string, answer: Answer][] = [
    [
      'in the middle of a stream',
      (_req, res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).write(half, () => res.destroy()),
    ],
    [
      'short of its length',
      (_req, res) =>
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': 50 }).write('{"a"', () => res.destroy()),
    ],
  ];
  for (const [what, answer] of torn) {
    it(`shows the client an answer that breaks ${what} as broken, with all that came`, async () => {
      await using rig = await startRig(answer);
      const reply = await ask(`${rig.base}/${messages}`, { body: '{}' });
      assert.equal(reply.torn, true);
      assert.equal(reply.body.toString(), what.includes('stream') ? half : '{"a"');
      const settled = await rig.exchanges[0]?.settled;
      assert.deepEqual([settled?.outcome, settled?.status, settled?.usage], ['error', 200, undefined]);
    });
  }

  it('shows the client a provider that hangs up without an answer as just that', async () => {
    await using rig = await startRig((req) => req.socket.destroy());
    await assert.rejects(ask(`${rig.base}/${messages}`, { body: '{}' }), { code: 'ECONNRESET' });
    const settled = await rig.exchanges[0]?.settled;
    assert.deepEqual([settled?.outcome, settled?.status], ['error', 0]);
  });

  it('takes an answer whose final count has come for whole, though the connection breaks then', async () => {
    await using rig = await startRig((_req, res) =>
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write(stream, () => res.destroy()),
    );
    await ask(`${rig.base}/${messages}`, { body: '{}' });
    const settled = await rig.exchanges[0]?.settled;
    assert.deepEqual([settled?.outcome, settled?.usage], ['ok', streamUsage]);
  });

  it('passes on whatever a meter, a counter, an agent or a reader throws', async () => {
    const fail = (): never => {
      throw new Error('a bug of ours');
    };
    const broken: Parameters<typeof startRig>[2][] = [
      { meter: { open: fail } },
      { identify: fail },
      { outputCounter: fail },
      { readPrompt: async () => fail() },
      { readPrompt: fail },
      {
        meter: {
          open: () => ({ admission: fail, called: fail, progress: fail, settle: fail, cut: new AbortController().signal }),
        },
      },
      {
        meter: {
          open: () => ({
            admission: async () => fail(),
            called() {},
            progress() {},
            settle() {},
            cut: new AbortController().signal,
          }),
        },
      },
    ];
    for (const options of broken) {
      await using rig = await startRig(
        (_req, res) => res.setHeader('content-type', 'text/event-stream').end(stream),
        {},
        options,
      );
      const reply = await ask(`${rig.base}/${messages}`, { body: '{}' });
      assert.equal(reply.body.toString(), stream);
      assert.ok(rig.problems.length > 0);
      for (const { prompt: promised } of rig.exchanges) assert.ok((await promised).tokens >= 0);
    }
  });

  it('ends with what is in flight, broken off after its time of grace', async () => {
    const rig = await startRig((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {}\n\n');
    });
    const reply = ask(`${rig.base}/${messages}`, { body: '{}', onData: () => void rig.dispose(1) });
    assert.equal((await reply).torn, true);
    assert.equal((await rig.exchanges[0]?.settled)?.outcome, 'error');
    assert.equal((await ask(`${rig.base}/${messages}`, { body: '{}' })).status, 503);
    await rig[Symbol.asyncDispose]();
  });

  it('lets what is in flight end within its time of grace', async () => {
    let finish = (): void => {};
    const rig = await startRig((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {}\n\n');
      finish = () => res.end(stream);
    });
    let disposed: Promise<void> = Promise.resolve();
    const reply = ask(`${rig.base}/${messages}`, {
      body: '{}',
      onData: (soFar) => {
        if (soFar.length > 10) return;
        disposed = rig.dispose(60_000);
        finish();
      },
    });
    assert.equal((await reply).torn, false);
    await disposed;
    assert.equal((await rig.exchanges[0]?.settled)?.outcome, 'ok');
    await rig[Symbol.asyncDispose]();
  });

  it('tells the prompt as it was read', async () => {
    await using rig = await startRig((_req, res) => res.end('{}'));
    await ask(`${rig.base}/${messages}`, { body: '{}' });
    assert.equal(await rig.exchanges[0]?.prompt, prompt);
  });
});
