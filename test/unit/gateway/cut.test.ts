import assert from 'node:assert/strict';
import { once } from 'node:events';
import type http from 'node:http';
import { request } from 'node:http';
import zlib from 'node:zlib';
import { cutStreams, geminiCall, note } from './cutStreams.ts';
import { ask, type MeterRules, type Rig, startRig } from './rig.ts';

/** A provider that writes the beginning of a stream and then thinks on; `closed` when its connection is. */
async function hanging(
  begin: string,
  rules: MeterRules = {},
): Promise<{ readonly rig: Rig; readonly closed: () => Promise<unknown> }> {
  let closed: Promise<unknown> = Promise.resolve();
  const rig = await startRig((_req, res) => {
    closed = once(res, 'close');
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(begin);
  }, rules);
  return { rig, closed: () => closed };
}

function stopWhen(test: (soFar: Buffer) => boolean, rig: () => Rig): (soFar: Buffer) => void {
  return (soFar) => {
    const exchange = rig().exchanges[0];
    if (exchange && !exchange.cut.aborted && test(soFar)) exchange.stop(note);
  };
}

describe('a cut in mid-stream', () => {
  for (const { what, path, before, tail = '', ending, tokens, whole = false } of cutStreams) {
    it(`ends ${what}`, async () => {
      const { rig, closed } = await hanging(before + tail);
      const reply = await ask(`${rig.base}/${path}`, {
        body: '{}',
        onData: stopWhen(
          (soFar) => soFar.toString() === before,
          () => rig,
        ),
      });
      assert.equal(reply.body.toString().slice(before.length), ending);
      assert.equal(reply.torn, false);
      await closed();
      const settled = await rig.exchanges[0]?.settled;
      assert.deepEqual([settled?.outcome, settled?.outputTokens], [whole ? 'ok' : 'cut', tokens]);
      assert.equal(settled?.usage !== undefined, whole);
      assert.equal(rig.exchanges[0]?.settlements.length, 1);
      assert.deepEqual(rig.problems, []);
      await rig[Symbol.asyncDispose]();
    });
  }

  const text = cutStreams[0];
  assert.ok(text);

  it('ends a stream in its own line ends', async () => {
    const before = text.before.replaceAll('\n', '\r');
    const { rig } = await hanging(before);
    const reply = await ask(`${rig.base}/${text.path}`, {
      body: '{}',
      onData: stopWhen(
        (soFar) => soFar.length === before.length,
        () => rig,
      ),
    });
    assert.equal(reply.body.toString(), before + text.ending.replaceAll('\n', '\r'));
    await rig[Symbol.asyncDispose]();
  });

  for (const { what, path, before, acting, ending } of cutStreams) {
    if (!acting) continue;
    it(`holds back what an agent would act on, come in the same piece: ${what}`, async () => {
      // The meter hears of the output before the closing event goes on, and stops the task then.
      const { rig, closed } = await hanging(before + acting, { progress: (exchange) => exchange.stop(note) });
      const reply = await ask(`${rig.base}/${path}`, { body: '{}' });
      assert.equal(reply.body.toString(), before + ending);
      await closed();
      await rig[Symbol.asyncDispose]();
    });

    it(`lets it pass where the task may go on: ${what}`, async () => {
      let finish = (): void => {};
      const rig = await startRig((_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(before + acting);
        finish = () => res.end();
      });
      const whole = before + acting;
      const reply = await ask(`${rig.base}/${path}`, {
        body: '{}',
        onData: (soFar) => soFar.length === Buffer.byteLength(whole) && finish(),
      });
      assert.equal(reply.body.toString(), whole);
      await rig[Symbol.asyncDispose]();
    });
  }

  it('holds a Gemini call back, with its tokens in the count', async () => {
    const { path, before, acting, ending } = geminiCall;
    const { rig, closed } = await hanging(before + acting, {
      progress: (exchange, { outputTokens = 0 }) => outputTokens > 2 && exchange.stop(note),
    });
    const reply = await ask(`${rig.base}/${path}`, { body: '{}' });
    assert.equal(reply.body.toString(), before + ending);
    await closed();
    await rig[Symbol.asyncDispose]();
  });

  it('answers the refusal where the provider has not begun to answer', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using rig: Rig = await startRig((_req, res) => {
      closed = once(res, 'close');
      rig.exchanges[0]?.stop(note);
    });
    const reply = await ask(`${rig.base}/anthropic/v1/messages`, { body: '{}' });
    assert.equal(reply.status, 402);
    assert.deepEqual(JSON.parse(reply.body.toString()), { type: 'error', error: { type: 'billing_error', message: note } });
    await closed;
    const settled = await rig.exchanges[0]?.settled;
    assert.deepEqual([settled?.outcome, settled?.status], ['cut', 402]);
  });

  it("answers the refusal in the agent's own style", async () => {
    await using rig: Rig = await startRig(
      () => rig.exchanges[0]?.stop(note),
      {},
      {
        identify: () => ({ agent: 'codex', task: 'codex:1' }),
        refusalStyle: (agent) => (agent === 'codex' ? 'plain-400' : 'json-402'),
      },
    );
    const reply = await ask(`${rig.base}/openai/v1/responses`, { body: '{}' });
    assert.deepEqual(
      [reply.status, reply.headers['content-type'], reply.body.toString()],
      [400, 'text/plain; charset=utf-8', note],
    );
  });

  it('puts the refusal into a document of which only blank lines have come', async () => {
    await using rig = await startRig((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.write('\n\n');
    });
    const reply = await ask(`${rig.base}/openai/v1/chat/completions`, {
      body: '{}',
      onData: stopWhen(
        () => true,
        () => rig,
      ),
    });
    assert.equal(JSON.parse(reply.body.toString()).error.message, note);
    assert.equal((await rig.exchanges[0]?.settled)?.outcome, 'cut');
  });

  it('lets a document end that has begun to come: it is paid and complete at the provider', async () => {
    let finish = (): void => {};
    await using rig = await startRig((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.write('{"id":"c","choices":[],');
      finish = () => res.end('"usage":{"prompt_tokens":5,"completion_tokens":6}}');
    });
    const reply = await ask(`${rig.base}/openai/v1/chat/completions`, {
      body: '{}',
      onData: () => {
        rig.exchanges[0]?.stop(note);
        finish();
      },
    });
    assert.equal(JSON.parse(reply.body.toString()).usage.completion_tokens, 6);
    const settled = await rig.exchanges[0]?.settled;
    assert.deepEqual([settled?.outcome, settled?.usage?.output], ['ok', 6]);
  });

  it('breaks a compressed stream off', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using rig = await startRig(
      (_req, res) => {
        closed = once(res, 'close');
        res.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
        const gzip = zlib.createGzip();
        gzip.pipe(res);
        gzip.write(text.before);
        gzip.flush();
      },
      { progress: (exchange, { outputTokens }) => outputTokens === text.tokens && exchange.stop(note) },
    );
    const reply = await ask(`${rig.base}/${text.path}`, { body: '{}' });
    assert.equal(reply.torn, true);
    await closed;
    const settled = await rig.exchanges[0]?.settled;
    assert.deepEqual([settled?.outcome, settled?.outputTokens], ['cut', text.tokens]);
  });

  it('asks for plain answers where a budget may end them, and for what the agent asks for otherwise', async () => {
    const encodings: unknown[] = [];
    const answer = (req: http.IncomingMessage, res: http.ServerResponse): void => {
      encodings.push(req.headers['accept-encoding']);
      res.end('{}');
    };
    for (const rules of [{}, { admission: () => Promise.resolve(undefined) }]) {
      await using rig = await startRig(answer, rules);
      await ask(`${rig.base}/${text.path}`, { body: '{}', headers: { 'accept-encoding': 'gzip, br' } });
    }
    assert.deepEqual(encodings, ['gzip, br', 'identity']);
  });

  for (const how of ['ends', 'breaks off'] as const) {
    it(`is heeded in a last event that has no blank line behind it, and harms nobody: the provider ${how}`, async () => {
      const last = text.before.slice(0, text.before.lastIndexOf('event: '));
      const rest = text.before.slice(last.length).trimEnd();
      await using rig = await startRig(
        (_req, res) => {
          res.writeHead(200, { 'content-type': 'text/event-stream' });
          res.write(last + rest);
          if (how === 'ends') res.end('\n');
          else setImmediate(() => res.destroy());
        },
        { progress: (exchange, { outputTokens }) => outputTokens === text.tokens && exchange.stop(note) },
      );
      const reply = await ask(`${rig.base}/${text.path}`, { body: '{}' });
      assert.deepEqual(reply.body.toString().split(/\n{2,}/), `${last + rest}\n\n${text.ending}`.split(/\n{2,}/));
      const settled = await rig.exchanges[0]?.settled;
      assert.deepEqual([settled?.outcome, settled?.outputTokens], ['cut', text.tokens]);
      assert.equal((await ask(`${rig.base}/${text.path}`, { body: '{}' })).status, 200);
    });
  }

  it('takes hold within a piece that carries many events', async () => {
    const events = text.before.split(/(?<=\n\n)/);
    const word = events.at(-1) ?? '';
    const each = text.tokens / events.filter((event) => event.includes('_delta')).length;
    const { rig, closed } = await hanging(text.before + word.repeat(2_000), {
      progress: (exchange, { outputTokens = 0 }) => outputTokens >= 100 && exchange.stop(note),
    });
    const reply = await ask(`${rig.base}/${text.path}`, { body: '{}' });
    await closed();
    const settled = await rig.exchanges[0]?.settled;
    assert.ok(Number(settled?.outputTokens) <= 100 + 50, `${settled?.outputTokens} of ${2_000 * each}`);
    assert.match(reply.body.toString(), /"type":"message_stop"/);
    await rig[Symbol.asyncDispose]();
  });

  it('comes too late for an answer that is over', async () => {
    await using rig = await startRig((_req, res) => res.end('{}'));
    await ask(`${rig.base}/anthropic/v1/messages`, { body: '{}' });
    await rig.exchanges[0]?.settled;
    rig.exchanges[0]?.stop(note);
    assert.equal(rig.exchanges[0]?.settlements.length, 1);
  });
});

describe('admission', () => {
  const refusal = { reason: 'stopped', message: note } as const;

  it('refuses without a word to the provider, and reads the body all the same', async () => {
    await using rig = await startRig((_req, res) => res.end(), { admission: async () => refusal });
    for (const body of ['{}', 'x'.repeat(3_000_000)]) {
      const reply = await ask(`${rig.base}/anthropic/v1/messages`, { body });
      assert.equal(reply.status, 402);
      assert.equal(reply.headers['retry-after'], undefined);
    }
    assert.equal(rig.received.length, 0);
    const settled = await rig.exchanges[1]?.settled;
    assert.deepEqual([settled?.outcome, settled?.status, settled?.outputTokens], ['refused', 402, 0]);
  });

  it('can wait for the prompt and for its own time, then sends what came', async () => {
    await using rig = await startRig(
      (_req, res) => res.end('{}'),
      {
        admission: (exchange) =>
          exchange.prompt.then((told) => {
            assert.equal(rig.received.length, 0);
            return told.tokens > 0 ? undefined : refusal;
          }),
      },
      { limits: { wholeBody: 1000, keptBody: 100_000 } },
    );
    for (const body of ['', '{}', 'x'.repeat(50_000)]) {
      rig.received.length = 0;
      assert.equal((await ask(`${rig.base}/anthropic/v1/messages`, { body })).status, 200);
      assert.equal(rig.received[0]?.body.toString(), body);
    }
  });

  it("holds a body too long to keep in the client's own buffers", async () => {
    let admit = (): void => {};
    const admitted = new Promise<undefined>((resolve) => {
      admit = () => resolve(undefined);
    });
    await using rig = await startRig(
      (_req, res) => res.end('{}'),
      { admission: () => admitted },
      { limits: { wholeBody: 1000, keptBody: 10_000 } },
    );
    const pieces = 160;
    const req = request(`${rig.base}/anthropic/v1/messages`, { method: 'POST', agent: false });
    const answered = once(req, 'response') as Promise<[http.IncomingMessage]>;
    let taken = 0;
    const sent = (async () => {
      for (; taken < pieces; taken++) await new Promise((resolve) => req.write(Buffer.alloc(256 * 1024, 'x'), resolve));
      req.end();
    })();
    // What the gateway does not take stays with the client, once the buffers on the way are full.
    for (let before = -1; before !== taken || taken === 0; ) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(taken < pieces, 'all of it was taken');
    admit();
    const [res] = await answered;
    res.resume();
    await sent;
    assert.equal(rig.received[0]?.body.length, pieces * 256 * 1024);
    assert.match((await rig.exchanges[0]?.prompt)?.problem ?? '', /too long/);
  });

  it('is stopped while it waits', async () => {
    await using rig = await startRig((_req, res) => res.end(), { admission: () => new Promise(() => {}) });
    const reply = ask(`${rig.base}/anthropic/v1/messages`, { body: '{}' });
    while (!rig.exchanges[0]) await new Promise((resolve) => setImmediate(resolve));
    rig.exchanges[0].stop(note);
    assert.equal((await reply).status, 402);
    assert.equal((await rig.exchanges[0].settled).outcome, 'refused');
    assert.equal(rig.received.length, 0);
  });

  it('sends nothing where the stop comes before the connection to the provider stands', async () => {
    await using rig = await startRig((_req, res) => res.end('{}'), {
      admission(exchange) {
        if (rig.exchanges.length === 1) queueMicrotask(() => exchange.stop(note));
        return undefined;
      },
    });
    assert.equal((await ask(`${rig.base}/anthropic/v1/messages`, { headers: { 'x-turn': '1' } })).status, 402);
    assert.equal((await ask(`${rig.base}/anthropic/v1/messages`, { headers: { 'x-turn': '2' } })).status, 200);
    assert.deepEqual(
      rig.received.map(({ req }) => req.headers['x-turn']),
      ['2'],
    );
  });

  it('lets the client leave while it waits, for nothing, and stops the counting', async () => {
    const waits: AbortSignal[] = [];
    let asked: http.ClientRequest | undefined;
    await using rig = await startRig(
      (_req, res) => res.end(),
      { admission: () => new Promise(() => {}) },
      {
        readPrompt: (_job, signal) => {
          waits.push(signal);
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
            asked?.destroy();
          });
        },
      },
    );
    asked = request(`${rig.base}/anthropic/v1/messages`, { method: 'POST', agent: false });
    asked.on('error', () => {});
    asked.end('{}');
    while (!rig.exchanges[0]) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await rig.exchanges[0].settled).outcome, 'refused');
    assert.equal(waits[0]?.aborted, true);
    assert.deepEqual(rig.problems, []);
  });
});
