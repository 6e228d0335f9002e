import assert from 'node:assert/strict';
import { join } from 'node:path';
import { usage } from '../../../src/core/usage.ts';
import { fixtureHome, readerOf, removeHomes, scanned, Taken, tempHome, write } from './support.ts';
import { request, say, taskPath, writeTask } from './taskFolders.ts';

const extension = 'saoudrizwan.claude-dev';
const id = '1795600000000';
const t0 = 1_795_600_000_000;
const info = (providerId: string, modelId: string, mode = 'act') => ({ modelInfo: { providerId, modelId, mode } });
const counts = (tokensIn: number, tokensOut: number, cacheReads = 0, cacheWrites = 0, cost = 0.01) => ({
  request: 'secret',
  tokensIn,
  tokensOut,
  cacheWrites,
  cacheReads,
  cost,
});

describe('Cline tasks of the first generation', () => {
  afterEach(removeHomes);

  it('have provider, model and mode on each request; who counts the cache into the input depends on the provider', async () => {
    const home = tempHome();
    writeTask(taskPath(home, extension, id), [
      say(t0, 'text', 'secret'),
      request(t0 + 1, counts(550, 80, 20_000, 1200), info('anthropic', 'claude-sonnet-4-5', 'plan')),
      request(t0 + 2, counts(21_000, 81, 20_000), info('openai', 'gpt-5.1')),
      request(t0 + 3, counts(21_000, 82, 20_000), info('litellm', 'claude-sonnet-4-5')),
      request(t0 + 4, counts(900, 83, 20_000), info('openrouter', 'anthropic/claude-sonnet-4.5')),
      request(t0 + 5, counts(900, 84), info('cline', 'x-ai/grok-code-fast-1', 'yolo')),
    ]);
    const rows = (await scanned(home)).rows();
    assert.deepEqual(
      rows.map(({ provider, mode, usage: { uncachedInput, cacheRead, cacheWrite5m }, reportedUsd }) => [
        provider,
        mode?.name,
        mode?.kind,
        uncachedInput,
        cacheRead,
        cacheWrite5m,
        reportedUsd,
      ]),
      [
        ['anthropic', 'plan', 'architect', 550, 20_000, 1200, undefined],
        ['openai-compatible', 'act', 'code', 1000, 20_000, 0, undefined],
        ['litellm', 'act', 'code', 1000, 20_000, 0, undefined],
        ['openrouter', 'act', 'code', 900, 20_000, 0, '0.01'],
        ['cline', 'yolo', 'code', 900, 0, 0, '0.01'],
      ],
    );
    assert.ok(rows.every(({ task, run }) => task === `cline:${id}` && run === `cline:${id}/${t0}`));
    assert.doesNotMatch(JSON.stringify(rows), /secret/);
  });

  it('of before November 2025 have model and mode in their metadata', async () => {
    const home = tempHome();
    const entry = (ts: number, model_id: string, mode: string) => ({ ts, model_id, model_provider_id: 'anthropic', mode });
    writeTask(
      taskPath(home, extension, id),
      [say(t0, 'text', 'x'), request(t0 + 1, counts(1, 1)), request(t0 + 50, counts(1, 2))],
      {
        'task_metadata.json': {
          files_in_context: [],
          model_usage: [entry(t0 + 3, 'claude-opus-4-5', 'plan'), entry(t0 + 40, 'claude-haiku-4-5', 'act')],
        },
      },
    );
    const rows = (await scanned(home)).rows();
    assert.deepEqual(
      rows.map(({ model, mode }) => [model, mode?.name]),
      [
        ['claude-opus-4-5', 'plan'],
        ['claude-haiku-4-5', 'act'],
      ],
    );
  });

  it('tell sub-agents as a sum; of deleted requests only when nobody could have seen them', async () => {
    const home = tempHome();
    const path = taskPath(home, extension, id);
    const start = [say(t0, 'text', 'x'), request(t0 + 1, counts(10, 1), info('anthropic', 'm'))];
    const subagents = say(
      t0 + 2,
      'subagent_usage',
      JSON.stringify({ source: 'subagents', ...counts(300, 20) }),
      info('anthropic', 'm'),
    );
    const deleted = say(t0 + 3, 'deleted_api_reqs', JSON.stringify(counts(5000, 400)), info('anthropic', 'm'));
    writeTask(path, [...start, subagents, deleted]);
    const old = await scanned(home);
    assert.deepEqual(
      old
        .rows()
        .map(({ kind, usage: { output } }) => `${output} ${kind}`)
        .sort(),
      ['1 work', '20 search', '400 work'],
    );

    const taken = new Taken();
    writeTask(path, [...start, request(t0 + 9, counts(5000, 400), info('anthropic', 'm'))]);
    const reader = readerOf(home, taken);
    await reader.scan();
    writeTask(path, [...start, deleted]);
    await reader.scan();
    assert.equal(taken.output(), 401, 'what was told one by one is not told again as a sum');
  });
});

describe('Cline sessions of the second generation', () => {
  afterEach(removeHomes);

  it('as its CLI 3.0.65 wrote them: a sub-agent under its parent, the plan mode, a run per prompt', async () => {
    const rows = (await scanned(fixtureHome('cline-3.0.65'))).rows();
    const [root, plan] = ['cline:1795640798169_fc3it', 'cline:1795640808383_330bf'];
    const sub = `${root}__agent_1795640798380_jals4e`;
    assert.deepEqual(
      rows.map(({ task, parent, run, mode, usage: { uncachedInput, cacheRead, output } }) => [
        task,
        parent,
        run?.slice(0, 14),
        mode?.name,
        uncachedInput,
        cacheRead,
        output,
      ]),
      [
        [root, undefined, 'cline:bf93170c', 'act', 1202, 4003, 98],
        [sub, root, 'cline:ca52901d', undefined, 1203, 4003, 99],
        [sub, root, 'cline:ca52901d', undefined, 1204, 4003, 100],
        [root, undefined, 'cline:bf93170c', 'act', 1205, 4003, 101],
        [plan, undefined, 'cline:07d99c96', 'plan', 1206, 4003, 102],
        [plan, undefined, 'cline:07d99c96', 'plan', 1207, 4003, 103],
      ],
    );
    assert.ok(
      rows.every((row) => row.workspace === '/w' && row.provider === 'openai-compatible' && row.model === 'gpt-5.3-codex'),
    );
    assert.equal(rows[0]?.at, 1_795_640_798_366);
  });

  const session = (home: string, name: string, sub = name) => join(home, '.cline/data/sessions', name, `${sub}.messages.json`);
  const message = (n: number, more: object = {}) => ({
    id: `msg_${n}`,
    role: 'assistant',
    ts: t0 + n,
    content: [],
    modelInfo: { id: 'claude-sonnet-4-5', provider: 'anthropic' },
    metrics: { inputTokens: 1000, outputTokens: n, cacheReadTokens: 600, cacheWriteTokens: 100, cost: 9 },
    ...more,
  });
  const prompt = (mode: string) => ({
    id: `u_${mode}`,
    role: 'user',
    ts: t0,
    content: [{ type: 'text', text: `<user_input mode="${mode}">x</user_input>` }],
  });
  const text = (name: string, messages: readonly object[]) =>
    JSON.stringify({ version: 1, agent: 'lead', sessionId: name, messages }, null, 2);

  it('count what a session built anew took along from the one before it once, in the older one', async () => {
    const home = tempHome();
    write(session(home, '1795600000000_a'), text('1795600000000_a', [prompt('plan'), message(1)]));
    write(session(home, '1795600009000_b'), text('1795600009000_b', [prompt('plan'), message(1), prompt('act'), message(2)]));
    const rows = (await scanned(home)).rows();
    assert.deepEqual(
      rows.map(({ task, mode, usage }) => [task, mode?.name, usage]),
      [
        ['cline:1795600000000_a', 'plan', usage({ uncachedInput: 300, cacheRead: 600, cacheWrite5m: 100, output: 1 })],
        ['cline:1795600009000_b', 'act', usage({ uncachedInput: 300, cacheRead: 600, cacheWrite5m: 100, output: 2 })],
      ],
    );
    assert.ok(
      rows.every(({ reportedUsd }) => reportedUsd === undefined),
      'its own estimate is no report',
    );
  });

  it('lie where its variables say', async () => {
    const home = tempHome();
    const env = { CLINE_DATA_DIR: join(home, 'elsewhere') };
    write(join(home, 'elsewhere/sessions/s/s.messages.json'), text('s', [message(5)]));
    const taken = new Taken();
    const reader = readerOf(home, taken, { places: { home, env, platform: 'linux' } });
    await reader.scan();
    assert.equal(taken.output(), 5);
  });

  it('that are foreign are skipped with a reason, and nonsense in one is counted', async () => {
    const home = tempHome();
    write(
      session(home, 'a'),
      text('a', [
        message(1, { id: undefined }),
        message(2, { metrics: { inputTokens: 'x', outputTokens: 3 } }),
        message(4),
        message(8, { metrics: {} }),
      ]),
    );
    write(session(home, 'b'), '{"messages":7}');
    const taken = await scanned(home);
    assert.equal(taken.output(), 4);
    assert.deepEqual(taken.reasons(), { 'a.messages.json: not understood': 2, 'b.messages.json: foreign file': 1 });
  });
});
