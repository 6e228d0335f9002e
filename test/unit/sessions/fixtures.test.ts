import assert from 'node:assert/strict';
import { codexRollouts } from '../../../src/agents/codex/rollouts.ts';
import { usageClasses } from '../../../src/core/usage.ts';
import { fixtureHome, scanned } from './support.ts';

/** Key, task, run, mode, model and the counts that are not 0, in short. */
async function told(home: string): Promise<readonly string[]> {
  const taken = await scanned(fixtureHome(home));
  return taken.rows().map((row) => {
    const counts = usageClasses.filter((name) => row.usage[name] > 0).map((name) => `${name} ${row.usage[name]}`);
    const parent = row.parent ? ` < ${short(row.parent)}` : '';
    const rest = [
      row.run && short(row.run),
      row.mode && `${row.mode.name}/${row.mode.kind}`,
      row.model,
      row.serviceTier,
      row.region,
      row.outcome === 'ok' ? undefined : row.outcome,
    ];
    return `${short(row.keys[0] ?? '')} | ${short(row.task)}${parent} | ${rest.filter(Boolean).join(', ')} | ${counts.join(', ')}`;
  });
}

const short = (id: string) =>
  id
    .replaceAll('11111111-1111-4111-8111-111111111111', 'S')
    .replaceAll('22222222-2222-4222-8222-222222222222', 'F')
    .replace(/01a10000-0000-7000-8000-00000000000(\d)/g, 'T$1');

const sonnet = 'claude-sonnet-4-5-20250929';

describe('session files of each version', () => {
  it('Claude Code 1.0: only the opening output count was written', async () => {
    assert.deepEqual(await told('claude-1.0.100'), [
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8old1 | claude-code:S | ${sonnet}, standard | uncachedInput 4, cacheRead 12000, cacheWrite5m 500, output 1`,
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8old2 | claude-code:S | ${sonnet}, standard | uncachedInput 6, cacheRead 12500, cacheWrite5m 80, output 1`,
    ]);
  });

  it('Claude Code 2.0: growing lines, modes, quoted usage, synthetic lines', async () => {
    assert.deepEqual(await told('claude-2.0.50'), [
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8p1 | claude-code:S | claude-code:u-1, plan/architect, ${sonnet}, standard | uncachedInput 3, cacheWrite5m 900, output 240`,
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8p2 | claude-code:S | claude-code:u-4, acceptEdits/code, ${sonnet}, standard | uncachedInput 5, cacheRead 900, cacheWrite1h 400, output 61`,
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8p3 | claude-code:S | claude-code:u-4, acceptEdits/code, ${sonnet}, standard | uncachedInput 7, cacheRead 1300, cacheWrite1h 20, output 33`,
    ]);
  });

  it('Claude Code 2.1: sub-agent, side question, fork, cut answer, fast and regional', async () => {
    assert.deepEqual(await told('claude-2.1.330'), [
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8n1 | claude-code:S | claude-code:prompt-1, default/code, ${sonnet}, standard | uncachedInput 1201, cacheWrite5m 3000, cacheWrite1h 1003, output 97, reasoning 31, webSearches 2`,
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8s1 | claude-code:S/a1b2c3 < claude-code:S | claude-code:prompt-1, Explore/ask, ${sonnet}, standard | uncachedInput 40, output 9`,
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8n2 | claude-code:S | claude-code:prompt-1, default/code, ${sonnet}, fast, us | uncachedInput 307, cacheRead 5003, cacheWrite5m 211, output 89`,
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8q1 | claude-code:S | ${sonnet}, standard | uncachedInput 9, cacheRead 5300, output 12`,
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8n3 | claude-code:S | claude-code:prompt-2, bypassPermissions/code, ${sonnet}, standard, cut | uncachedInput 20, cacheRead 5200, output 2`,
      `msg:msg_01aZ9kQ4mT7xW2vR5bN8f1 | claude-code:F | claude-code:prompt-1, default/code, ${sonnet}, standard | uncachedInput 11, cacheRead 5400, output 14`,
    ]);
  });

  it('Claude Code at the endpoint of others: no request ids, other models, nonsense is counted', async () => {
    assert.deepEqual(await told('claude-third-party'), [
      'claude-code:S/chat-77/100 | claude-code:S | claude-code:u-1, default/code, deepseek-chat | uncachedInput 100, output 30',
      `msg:msg_bdrk_01aZ9kQ4mT7xW2vR5bN801A | claude-code:S | claude-code:u-1, default/code, ${sonnet}, standard | uncachedInput 50, cacheRead 10, output 7`,
    ]);
    const taken = await scanned(fixtureHome('claude-third-party'));
    assert.deepEqual(taken.reasons(), { '11111111-1111-4111-8111-111111111111.jsonl: not understood': 2 });
    assert.deepEqual(
      taken.rows().map(({ provider }) => provider),
      ['', 'bedrock'],
    );
  });

  it('Codex 0.63: running totals, repeated and empty events, a spawned thread that replays its parent', async () => {
    assert.deepEqual(await told('codex-0.63'), [
      'codex-total:T1:10000/0/400/128 | codex:T1 | codex:T1/turn-1, default/code, gpt-5-codex | uncachedInput 10000, output 400, reasoning 128',
      'codex-total:T1:22000/9984/1000/384 | codex:T1 | codex:T1/turn-2, default/code, gpt-5 | uncachedInput 2016, cacheRead 9984, output 600, reasoning 256',
      'codex-total:T2:25000/12000/1100/400 | codex:T2 < codex:T1 | codex:T2/turn-2, default/code, gpt-5-mini | uncachedInput 984, cacheRead 2016, output 100, reasoning 16',
    ]);
    const taken = await scanned(fixtureHome('codex-0.63'));
    assert.ok(taken.rows().every(({ billing }) => billing === 'plan'));
  });

  it("Codex 0.169: records with the answer's id, a sub-agent, a fork with a copied history", async () => {
    assert.deepEqual(await told('codex-0.169'), [
      'resp:resp_01aZ9kQ4mT7xW2vR5bN81 | codex:T1 | codex:01a1-turn-1, plan/architect, gpt-5.6 | uncachedInput 1201, cacheWrite30m 4003, output 97, reasoning 31',
      'resp:resp_01aZ9kQ4mT7xW2vR5bN83 | codex:T2 < codex:T1 | codex:01a1-turn-1, default/code, gpt-5.6-mini | uncachedInput 900, output 20',
      'resp:resp_01aZ9kQ4mT7xW2vR5bN82 | codex:T1 | codex:01a1-turn-1, plan/architect, gpt-5.6 | uncachedInput 307, cacheRead 5003, cacheWrite30m 211, output 89, reasoning 23',
      'resp:resp_01aZ9kQ4mT7xW2vR5bN89 | codex:T3 | codex:01a1-turn-9, default/code, gpt-5.6 | uncachedInput 1000, cacheRead 5000, output 70, reasoning 10',
    ]);
  });

  it('Codex: limits that name a subscription say who pays, also for the record before them', () => {
    const reader = codexRollouts.open('/x/rollout-x-01a10000-0000-7000-8000-000000000001.jsonl');
    const read = (type: string, payload: object) =>
      reader.line(Buffer.from(JSON.stringify({ timestamp: '2026-11-20T10:00:00Z', type, payload })));
    const one = { input_tokens: 5, output_tokens: 1 };
    const record = (id: string) => read('token_usage_record', { response_id: id, usage: one, thread_token_usage: one });
    const limits = (plan: string | null) =>
      read('event_msg', { type: 'token_count', info: null, rate_limits: { plan_type: plan } });
    const [a, b, c] = ['a', 'b', 'c'].map((nth) => `resp_01aZ9kQ4mT7xW2vR5bN8${nth}`) as [string, string, string];
    const told = [record(a), limits('pro'), record(b), limits('pro'), limits(null), record(c), limits(null)];
    assert.deepEqual(
      told.map((seen) => seen.map(({ keys, billing }) => `${keys[0]} ${billing}`).join()),
      [`resp:${a} unknown`, `resp:${a} plan`, `resp:${b} plan`, '', '', `resp:${c} unknown`, ''],
    );
  });
});
