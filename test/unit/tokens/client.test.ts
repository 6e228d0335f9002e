import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { writeTokenTables } from '../../../scripts/tokenTables.mjs';
import type { ReadPrompt as GatewayReadPrompt } from '../../../src/gateway/promptJob.ts';
import { PromptReader, type PromptReaderOptions } from '../../../src/tokens/client.ts';
import type { PromptJob } from '../../../src/tokens/promptJob.ts';
import { oracle } from './tables.ts';

const realWorker = new URL('../../../src/service/promptWorker.ts', import.meta.url);
const dyingWorker = new URL('./dyingWorker.ts', import.meta.url);

const body = {
  model: 'gpt-4o',
  stream: true,
  max_tokens: 4096,
  messages: [
    { role: 'system', content: 'You are terse.' },
    { role: 'user', content: 'Why is the sky blue? '.repeat(200) },
  ],
};

function jobOf(of: Partial<PromptJob> & { readonly json?: unknown } = {}): PromptJob {
  const { json = body, ...rest } = of;
  const facts = { headers: {}, protocol: 'openai-chat', path: '/chat/completions' } as const;
  return { facts, upstream: 'openai', body: Buffer.from(JSON.stringify(json)), ...rest };
}

describe('reading prompts in the worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spend-meter-tokens-'));
  const readers: PromptReader[] = [];
  const start = (options: Partial<PromptReaderOptions> = {}): PromptReader => {
    const reader = new PromptReader({ workerUrl: realWorker, folder, key: 'k', ...options });
    readers.push(reader);
    return reader;
  };
  before(() => writeTokenTables(folder));
  after(async () => {
    await Promise.all(readers.map((reader) => reader.dispose()));
    rmSync(folder, { recursive: true });
  });

  const o200k = oracle('o200k_base');
  const text = body.messages.reduce((sum, { role, content }) => sum + 3 + o200k(role) + o200k(content), 3);

  it('counts, and tells what the body says', async () => {
    const reader = start();
    const job = jobOf();
    const before = Buffer.from(job.body);
    const prompt = await reader.read(job);
    assert.deepEqual([prompt.tokens, prompt.counted, prompt.plusMinus], [text, 'exact', 0]);
    assert.deepEqual([prompt.model, prompt.stream, prompt.maxOutput, prompt.problem], ['gpt-4o', true, 4096, undefined]);
    assert.deepEqual([prompt.kind, prompt.identity.agent], ['work', 'other']);
    assert.deepEqual(prompt.body, { stream: true, maxOutput: 4096, hiddenOutput: false, messages: 2, tools: 0, images: 0 });
    // The bytes are on their way to the provider at the same time.
    assert.deepEqual(job.body, before);
  });

  it('fits the gateway', async () => {
    const reader = start();
    const read: GatewayReadPrompt = (job, signal) => reader.read(job, signal);
    assert.equal((await read(jobOf(), new AbortController().signal)).tokens, text);
  });

  const packed: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
    gzip: gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    Deflate: deflateRawSync,
    zstd: zstdCompressSync,
    'gzip, br': (bytes) => brotliCompressSync(gzipSync(bytes)),
    identity: (bytes) => bytes,
  };
  for (const [encoding, pack] of Object.entries(packed)) {
    it(`unpacks ${encoding}`, async () => {
      const packedBody = pack(Buffer.from(JSON.stringify(body)));
      const prompt = await start().read(jobOf({ body: packedBody, contentEncoding: encoding }));
      assert.deepEqual([prompt.tokens, prompt.problem], [text, undefined]);
    });
  }

  it('names the agent, and tells conversations apart by how they begin', async () => {
    const reader = start();
    const more = {
      ...body,
      messages: [...body.messages, { role: 'assistant', content: 'Rayleigh.' }, { role: 'user', content: 'More.' }],
    };
    const other = { ...body, messages: [{ role: 'user', content: 'Something else' }] };
    const [first, second, third] = await Promise.all([body, more, other].map((json) => reader.read(jobOf({ json }))));
    for (const told of ['opening', 'identity'] as const) {
      assert.ok(first?.[told]);
      assert.deepEqual(first[told], second?.[told]);
      assert.notDeepEqual(first[told], third?.[told]);
    }
    assert.match(String(first?.identity.task), /^other:[0-9a-f]{16}$/);
    const facts = { ...jobOf().facts, terminal: 't7' };
    assert.equal((await reader.read(jobOf({ facts }))).identity.task, 'other:t7');
  });

  it('finds the model in the path where the body has none', async () => {
    const facts = { headers: {}, protocol: 'gemini', path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent' } as const;
    const prompt = await start().read(jobOf({ facts, upstream: 'gemini', json: { contents: [{ parts: [{ text: 'hi' }] }] } }));
    assert.deepEqual([prompt.model, prompt.stream, prompt.counted], ['gemini-2.5-flash', true, 'estimated']);
  });

  it('corrects an estimate by what was learned, and keeps what it is to learn from', async () => {
    const asked: string[] = [];
    const correctionFor = (upstream: string, model: string) => {
      asked.push(`${upstream} ${model}`);
      return { ratio: 2, plusMinus: 0.02 };
    };
    const reader = start({ correctionFor });
    const json = { ...body, model: 'claude-sonnet-4-5' };
    const facts = { headers: {}, protocol: 'anthropic', path: '/v1/messages' } as const;
    const prompt = await reader.read(jobOf({ json, facts, upstream: 'anthropic' }));
    assert.deepEqual([prompt.counted, prompt.plusMinus, prompt.tokens], ['calibrated', 0.02, prompt.estimated * 2]);
    assert.deepEqual(asked, ['anthropic claude-sonnet-4-5']);
    assert.equal((await reader.read(jobOf())).tokens, text);
  });

  it('bounds by its length what is no JSON, not unpackable, or too much', async () => {
    const reader = start();
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    const secret = Buffer.from('{"messages": "correct horse battery staple" oops');
    const [noJson, unknown, broken, tooMuch] = await Promise.all([
      reader.read(jobOf({ body: secret })),
      reader.read(jobOf({ contentEncoding: 'lzma' })),
      reader.read(jobOf({ contentEncoding: 'gzip' })),
      reader.read(jobOf({ body: bomb, contentEncoding: 'gzip' })),
    ]);
    assert.equal(noJson.problem, 'the body is no JSON');
    assert.equal(noJson.tokens, Math.ceil(secret.length / 3));
    for (const each of [unknown, broken, tooMuch]) {
      assert.equal(each.problem, 'the body could not be unpacked');
      assert.deepEqual([each.counted, each.plusMinus], ['estimated', 1]);
    }
    assert.equal((await reader.read(jobOf())).tokens, text);
  }).timeout(10_000);

  it('counts a text for a model', async () => {
    const reader = start();
    assert.deepEqual(await reader.countText('hello world', 'gpt-5'), {
      tokens: 2,
      encoding: 'o200k_base',
      counted: 'exact',
      plusMinus: 0,
    });
  });

  it('says so when the token tables are not there', async () => {
    const problems: string[] = [];
    const reader = start({ folder: join(folder, 'nowhere'), problem: (what) => problems.push(what) });
    const prompt = await reader.read(jobOf());
    assert.ok(prompt.problem);
    assert.equal(prompt.counted, 'estimated');
    assert.equal((await reader.read(jobOf())).counted, 'estimated');
    assert.ok(problems.length > 0);
  });

  describe('when the worker dies', () => {
    const dying = jobOf({ facts: { headers: {}, protocol: 'openai-chat', path: '/throw', terminal: 't1' } });
    const leaving = jobOf({ facts: { ...dying.facts, path: '/exit' } });
    const waiting = jobOf({ facts: { ...dying.facts, path: '/wait' } });

    it('every job it had is answered, and the next one gets a new worker', async () => {
      const problems: string[] = [];
      const reader = start({ workerUrl: dyingWorker, problem: (what) => problems.push(what) });
      const answers = await Promise.all([reader.read(waiting), reader.read(waiting), reader.read(dying)]);
      for (const { problem, tokens, counted, identity } of answers) {
        assert.match(problem ?? '', /worker died/);
        assert.deepEqual([tokens, counted], [Math.ceil(dying.body.length / 3), 'estimated']);
        assert.equal(identity.task, 'other:t1');
      }
      assert.equal(problems.length, 1);
      assert.equal((await reader.countText('x', 'gpt-5')).counted, 'exact');
      assert.match((await reader.read(leaving)).problem ?? '', /worker ended/);
      assert.equal((await reader.countText('x', 'gpt-5')).counted, 'exact');
    });

    it('again and again, it is left alone, and jobs are still answered', async () => {
      const reader = start({ workerUrl: dyingWorker });
      await reader.read(dying);
      await reader.read(leaving);
      assert.match((await reader.read(waiting)).problem ?? '', /does not run/);
      assert.equal((await reader.countText('four char', 'gpt-5')).counted, 'estimated');
    });

    it('or takes too long, its jobs are answered', async () => {
      const reader = start({ workerUrl: dyingWorker, deadline: 300 });
      assert.match((await reader.read(waiting)).problem ?? '', /too long/);
    });
  });

  it('answers at once when nobody waits any more', async () => {
    const reader = start({ workerUrl: dyingWorker });
    const stop = new AbortController();
    const prompt = reader.read(jobOf(), stop.signal);
    stop.abort();
    assert.equal((await prompt).problem, 'given up');
    assert.equal((await reader.read(jobOf(), stop.signal)).problem, 'given up');
  });

  it('answers what is under way when it is closed, and everything after', async () => {
    const reader = start({ workerUrl: dyingWorker });
    const prompt = reader.read(jobOf());
    await reader.dispose();
    assert.match((await prompt).problem ?? '', /closed/);
    assert.ok((await reader.read(jobOf())).problem);
  });
});
