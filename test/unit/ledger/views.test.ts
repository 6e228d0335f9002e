import assert from 'node:assert/strict';
import { day, hour, minute, noon, openLedger, second, sighting } from './fixtures.ts';

type Given = Parameters<typeof sighting>[0];

/** Prompts of `dear` cost $10 per million fresh, $1 read, $12 written; answers $50. */
const step = (at: number, usage: NonNullable<Given>['usage'], more: Given = {}) => sighting({ at, usage, ...more });

/** Ask (2 requests) → plan → code, and a subtask in `debug`; cache writes of `dear`. */
function workedTask() {
  const ledger = openLedger();
  const workspace = '/home/me/shop';
  const at = (n: number) => noon - hour + n * minute;
  ledger.observe([
    step(at(0), { cacheWrite5m: 10_000, output: 100 }, { mode: 'ask', workspace, branch: 'main', run: 'r1' }),
    step(at(1), { cacheRead: 10_000, cacheWrite5m: 1_000, output: 100 }, { mode: 'ask', workspace, branch: 'main', run: 'r1' }),
    // The mode changes: the whole prompt is written anew. 12,000 fresh, 1,000 of it new: 11,000 again.
    step(at(2), { cacheWrite5m: 12_000, output: 200 }, { mode: 'plan', workspace, branch: 'main', run: 'r2' }),
    // And once more; 12,000 of 14,000 again.
    step(at(3), { cacheWrite5m: 14_000, output: 100 }, { mode: 'code', workspace, branch: 'main', run: 'r2' }),
    // Handed over to a subtask: all of its 5,000 fresh tokens.
    step(
      at(4),
      { cacheWrite5m: 5_000, output: 50 },
      { mode: 'debug', workspace, branch: 'fix', task: 'codex:sub', parent: 'codex:t' },
    ),
    step(
      noon - 2 * day,
      { uncachedInput: 1_000 },
      { task: 'codex:old', mode: 'ask', model: 'cheap', workspace: '/home/me/blog' },
    ),
    step(at(1) + second, { uncachedInput: 100 }, { kind: 'title', workspace, branch: 'main' }),
    step(at(1), { uncachedInput: 1_000_000 }, { agent: 'sample', task: 'sample:1', sample: true, mode: 'ask' }),
  ]);
  assert.deepEqual(ledger.verify(), []);
  return ledger;
}

describe('ledger: where it went', () => {
  it('is told by kind, folder, branch, day and sub-agent', () => {
    const { views } = workedTask();
    const where = views.where({ range: '7d' });
    const rows = (groups: typeof where.byKind) => groups.map(({ key, total }) => [key, total.requests, total.meteredUsd]);
    // Written 10,000 + 1,000 + 12,000 + 14,000 + 5,000 = 42,000 × $12; read 10,000 × $1; answers 550 × $50; the old one 1,000 × $1.
    assert.deepEqual(rows(where.byKind), [
      ['work', 6, '0.5425'],
      ['title', 1, '0.001'],
    ]);
    assert.deepEqual(rows(where.byWorkspace), [
      ['/home/me/shop', 6, '0.5425'],
      ['/home/me/blog', 1, '0.001'],
    ]);
    assert.deepEqual(rows(where.byBranch), [
      ['main', 5, '0.48'],
      ['fix', 1, '0.0625'],
      ['', 1, '0.001'],
    ]);
    assert.deepEqual(rows(where.byDay), [
      ['2026-11-23', 1, '0.001'],
      ['2026-11-25', 6, '0.5425'],
    ]);
    assert.deepEqual(rows(where.bySubagent), [['codex/debug', 1, '0.0625']]);
    // A filter does not take away what else could be chosen.
    const { choices } = views.breakdown({ range: '7d', filter: { branch: 'fix' } }, { tasks: 1 });
    assert.deepEqual(choices, {
      agents: ['codex'],
      workspaces: ['/home/me/shop', '/home/me/blog'],
      branches: ['main', 'fix', ''],
    });
  });

  it('has a matrix of what changes of mode and hand-overs sent again', () => {
    const { transitions } = workedTask().views.where({ range: '7d' });
    assert.deepEqual(transitions, [
      // 11,000 × $12.
      {
        from: 'ask',
        to: 'plan',
        count: 1,
        handOvers: 0,
        resentTokens: 11_000,
        unpriced: 0,
        meteredUsd: '0.132',
        planUsd: '0',
        unknownUsd: '0',
      },
      {
        from: 'code',
        to: 'debug',
        count: 1,
        handOvers: 1,
        resentTokens: 5_000,
        unpriced: 0,
        meteredUsd: '0.06',
        planUsd: '0',
        unknownUsd: '0',
      },
      {
        from: 'plan',
        to: 'code',
        count: 1,
        handOvers: 0,
        resentTokens: 12_000,
        unpriced: 0,
        meteredUsd: '0.144',
        planUsd: '0',
        unknownUsd: '0',
      },
    ]);
  });

  it('is narrowed by time, agent, folder and branch, and to one task with what it started', () => {
    const { views } = workedTask();
    const requests = (selection: Parameters<typeof views.breakdown>[0]) => {
      const { total, tasks } = views.breakdown(selection, { tasks: 10 });
      const rows = views.list(selection, { by: 'all', key: '' }, { limit: 100 });
      return [total.requests, tasks.map(({ id }) => id), rows.length];
    };
    // The sample is a task on the page, and in no sum and no list but its own.
    assert.deepEqual(requests({ range: 'today' }), [6, ['codex:sub', 'codex:t', 'sample:1'], 6]);
    assert.deepEqual(requests({ range: { from: '2026-11-22', to: '2026-11-24' } }), [1, ['codex:old'], 1]);
    assert.deepEqual(requests({ range: '7d', filter: { branch: 'fix' } }), [1, ['codex:sub'], 1]);
    assert.deepEqual(requests({ range: '7d', filter: { workspace: '/home/me/blog' } }), [1, ['codex:old'], 1]);
    assert.deepEqual(requests({ range: '7d', filter: { agent: 'kilo' } }), [0, [], 0]);
    assert.deepEqual(requests({ range: 'all', task: 'codex:t' }), [6, ['codex:sub', 'codex:t'], 6]);
    assert.deepEqual(requests({ range: 'all', task: 'codex:sub' }), [1, ['codex:sub'], 1]);
    assert.deepEqual(requests({ range: 'all', task: 'sample:1' }), [1, ['sample:1'], 1]);
    assert.deepEqual(requests({ range: 'all', task: 'nobody' }), [0, [], 0]);
    assert.equal(views.where({ range: '7d', filter: { branch: 'fix' } }).transitions.length, 1);
    assert.equal(views.where({ range: 'all', task: 'codex:t' }).transitions.length, 3);
    assert.equal(views.where({ range: { from: '2026-11-22', to: '2026-11-24' } }).transitions.length, 0);
    assert.deepEqual(
      views.where({ range: 'all', task: 'codex:t' }).byDay.map(({ key, total }) => [key, total.requests]),
      [['2026-11-25', 6]],
    );
  });

  it('knows no task and no subtask that rested all through the range', () => {
    const ledger = openLedger();
    const [before, after] = [noon - 3 * day, noon - day];
    const cost = { uncachedInput: 1_000 };
    ledger.observe(
      [before, after].flatMap((at) => [
        step(at, cost, { task: 'codex:t' }),
        step(at, cost, { task: 'codex:sub', parent: 'codex:t', mode: 'debug' }),
      ]),
    );
    const { views } = ledger;
    const seen = (from: string, to = from) => {
      const range = { from, to };
      const { tasks, taskCount } = views.breakdown({ range }, { tasks: 10 });
      assert.equal(tasks.length, taskCount);
      return [taskCount, views.where({ range }).bySubagent.length, views.why({ range }).amplified.length];
    };
    assert.deepEqual(seen('2026-11-22'), [2, 1, 1]);
    assert.deepEqual(seen('2026-11-23'), [0, 0, 0]);
    assert.deepEqual(seen('2026-11-24'), [2, 1, 1]);
    assert.deepEqual(seen('2026-11-21', '2026-11-23'), [2, 1, 1]);
  });

  it('lists what runs, then the dearest tasks, and says how many there are', () => {
    const ledger = openLedger();
    const task = (n: number, at: number, tokens: number, more: Given = {}) =>
      step(at, { uncachedInput: tokens }, { task: `codex:${n}`, ...more });
    ledger.observe([
      task(1, noon - 3 * hour, 4_000),
      task(2, noon - hour, 1_000),
      task(3, noon - 2 * hour, 3_000),
      task(4, noon - hour, 10, { outcome: 'running' }),
      task(5, noon - hour, 2_000, { parent: 'codex:2' }),
    ]);
    const listed = (limit: number, selection: Parameters<typeof ledger.views.breakdown>[0] = { range: 'today' }) => {
      const { tasks, taskCount } = ledger.views.breakdown(selection, { tasks: limit });
      return [tasks.map(({ id }) => id).sort(), taskCount];
    };
    assert.deepEqual(listed(3), [['codex:1', 'codex:3', 'codex:4'], 5]);
    assert.deepEqual(listed(1), [['codex:4'], 5]);
    assert.deepEqual(listed(1, { range: 'all', task: 'codex:2' }), [['codex:2'], 2], 'the task that is looked at');
  });

  it('leads from a row to its requests, a page at a time', () => {
    const { views } = workedTask();
    const list = (by: Parameters<typeof views.list>[1]['by'], key: string, task?: string) =>
      views.list({ range: '7d', task }, { by, key }, { limit: 10 }).map(({ mode, kind }) => (kind === 'work' ? mode : kind));
    assert.deepEqual(list('mode', 'ask/ask'), ['ask', 'ask', 'ask']);
    assert.deepEqual(list('mode', ''), ['title'], 'a mode that was not told has a row of its own');
    assert.deepEqual(list('kind', 'work'), ['debug', 'code', 'plan', 'ask', 'ask', 'ask']);
    assert.deepEqual(list('day', '2026-11-23'), ['ask']);
    assert.equal(list('day', '2026-11-25').length, 6, 'as the row says, which knows no sample');
    assert.deepEqual(list('branch', 'fix'), ['debug']);
    assert.deepEqual(list('agent', 'sample'), [], 'what is in no sum is behind no row');
    assert.deepEqual(list('all', '', 'sample:1'), ['ask']);
    assert.deepEqual(list('task', 'codex:sub', 'codex:sub'), ['debug']);
    assert.equal(list('task', 'codex:t', 'codex:t').includes('debug'), false, 'without its subtasks');
    assert.deepEqual(list('task', 'sample:1', 'sample:1'), ['ask']);
    const [first] = views.list({ range: '7d' }, { by: 'all', key: '' }, { limit: 1 });
    assert.ok(first);
    const rest = views.list({ range: '7d' }, { by: 'all', key: '' }, { limit: 10, before: first });
    assert.deepEqual([first.mode, rest.length], ['debug', 6]);
  });
});

describe('ledger: why it cost what it did', () => {
  it('is turns × context × price, beside as many days before', () => {
    const ledger = openLedger();
    ledger.observe([
      step(noon, { uncachedInput: 3_000, output: 100 }),
      step(noon - minute, { uncachedInput: 1_000, output: 100 }),
      step(noon - day, { uncachedInput: 500, output: 10 }, { billing: 'plan' }),
      step(noon - 2 * day, { uncachedInput: 9_000 }),
    ]);
    const { now, before } = ledger.views.why({ range: 'today' });
    assert.deepEqual(now, {
      requests: 2,
      promptTokens: 4_000,
      outputTokens: 200,
      meteredUsd: '0.05',
      planUsd: '0',
      unknownUsd: '0',
    });
    assert.deepEqual(before, {
      requests: 1,
      promptTokens: 500,
      outputTokens: 10,
      meteredUsd: '0',
      planUsd: '0.0055',
      unknownUsd: '0',
    });
    assert.equal(ledger.views.why({ range: { from: '2026-11-24', to: '2026-11-25' } }).before?.requests, 1);
    // The 1st to the 25th of October hold nothing.
    assert.equal(ledger.views.why({ range: 'month' }).before, null);
    assert.equal(ledger.views.why({ range: 'all', task: 'codex:t' }).before, null);
  });

  it('is split by class of token, to the last pico-dollar where the prices are plain', () => {
    const ledger = openLedger();
    ledger.observe([
      step(noon, { uncachedInput: 1_000, cacheRead: 10_000, cacheWrite5m: 2_000, output: 400 }),
      step(noon, { uncachedInput: 1_000, cacheRead: 10_000, cacheWrite5m: 2_000, output: 400 }, { task: 'codex:u' }),
    ]);
    assert.deepEqual(
      ledger.views.why({ range: 'today' }).classes.map(({ kind, tokens, meteredUsd }) => [kind, tokens, meteredUsd]),
      [
        ['uncached', 2_000, '0.02'],
        ['cacheRead', 20_000, '0.02'],
        ['cacheWrite', 4_000, '0.048'],
        ['output', 800, '0.04'],
      ],
    );
  });

  it('knows what is the same in each request, of those whose prompt was read', () => {
    const ledger = openLedger();
    const facts = { system: 1_000, tools: 3_000, messages: 4_000, unusedTools: 1_500 };
    ledger.observe([
      // Half of 8,000 is fixed and was read: 4,000 × $1.
      step(noon, { cacheRead: 8_000 }, { facts }),
      // Half of 8,000 at $10.
      step(noon - minute, { uncachedInput: 8_000 }, { facts }),
      step(noon - 2 * minute, { uncachedInput: 8_000 }),
    ]);
    assert.deepEqual(ledger.verify(), []);
    assert.deepEqual(ledger.views.why({ range: 'today' }).fixed, {
      requests: 2,
      systemTokens: 2_000,
      toolTokens: 6_000,
      promptTokens: 16_000,
      meteredUsd: '0.044',
      planUsd: '0',
      unknownUsd: '0',
    });
  });

  it('names what broke the cache, and what that cost', () => {
    const { breaks, cache } = workedTask().views.why({ range: 'today' });
    // Two changes of mode: 11,000 kept tokens lost in 12,000 written, and 12,000 in 14,000. Each at $12 less $1 for reading.
    assert.deepEqual(breaks, [
      { cause: 'mode', count: 2, tokens: 23_000, unpriced: 0, meteredUsd: '0.253', planUsd: '0', unknownUsd: '0' },
    ]);
    assert.deepEqual(cache, { read: 10_000, prompt: 52_100 });
  });

  it('follows the order of requests however they come', () => {
    const all = [
      step(noon, { cacheWrite5m: 10_000 }, { keys: ['a'] }),
      step(noon + minute, { cacheRead: 10_000, cacheWrite5m: 100 }, { keys: ['b'] }),
      step(noon + 20 * minute, { cacheWrite5m: 10_200 }, { keys: ['c'] }),
    ];
    const told = (order: readonly number[]) => {
      const ledger = openLedger({ now: () => noon + hour });
      for (const n of order) ledger.observe([all[n] as (typeof all)[number]]);
      assert.deepEqual(ledger.verify(), []);
      return ledger.views.why({ range: 'today' }).breaks;
    };
    const [lapsed] = told([0, 1, 2]);
    // 10,100 × ($12 − $1).
    assert.deepEqual([lapsed?.cause, lapsed?.tokens, lapsed?.meteredUsd], ['lapsed', 10_100, '0.1111']);
    assert.deepEqual(told([2, 0, 1]), [lapsed]);
    assert.deepEqual(told([1, 2, 0]), [lapsed]);
  });

  it('counts what was paid for and brought no whole answer', () => {
    const ledger = openLedger();
    ledger.observe([
      step(noon, { uncachedInput: 1_000 }, { outcome: 'error' }),
      step(noon, { uncachedInput: 2_000 }, { outcome: 'cut' }),
      step(noon, { uncachedInput: 500 }, { outcome: 'running' }),
      step(noon, { uncachedInput: 4_000 }),
    ]);
    ledger.recoverOpen();
    assert.deepEqual(
      ledger.views.why({ range: 'today' }).failed.map(({ outcome, count, meteredUsd }) => [outcome, count, meteredUsd]),
      [
        ['error', 2, '0.015'],
        ['cut', 1, '0.02'],
      ],
    );
  });

  it('divides a task’s whole cost by its first prompt and last answer', () => {
    const { amplified } = workedTask().views.why({ range: 'today' });
    const [task] = amplified;
    assert.equal(amplified.length, 1, 'the subtask belongs to its task, the sample to nothing');
    // 10,000 × $10 and 100 × $50; the tree cost $0.5425.
    assert.deepEqual(
      [task?.task, task?.usd, task?.onceUsd, task?.requests, task?.workspace],
      ['codex:t', '0.5425', '0.105', 6, '/home/me/shop'],
    );
  });
});

describe('ledger: what was wasted', () => {
  const facts = { system: 1_000, tools: 3_000, messages: 6_000, unusedTools: 3_000 };
  const findings = (given: readonly ReturnType<typeof step>[]) => {
    const ledger = openLedger();
    ledger.observe(given);
    return ledger.views.why({ range: 'today' }).waste;
  };

  it('are schemas of tools that a task never called, from five requests on', () => {
    const requests = (count: number, unused: readonly number[]) =>
      Array.from({ length: count }, (_, n) =>
        step(noon - n * second, { uncachedInput: 10_000 }, { facts: { ...facts, unusedTools: unused[n] ?? 2_000 } }),
      );
    assert.deepEqual(findings(requests(4, [])), []);
    // The newest first: by then one more tool had been called.
    const [found] = findings(requests(5, [2_000, 3_000, 3_000, 3_000, 3_000]));
    // 2,000 of 4,000 fixed tokens in each of five requests: 5 × 2,000 × $10 per million.
    assert.deepEqual(
      [found?.kind, found?.usd, found?.requests, found?.tokens, found?.detail],
      ['unusedTools', '0.1', 5, 10_000, '2000'],
    );
    assert.deepEqual(findings(requests(5, [0])), [], 'the last request had called every tool');
  });

  it('is history beyond a hundred thousand tokens', () => {
    const requests = Array.from({ length: 6 }, (_, n) =>
      step(noon - hour + n * minute, { cacheRead: n === 0 ? 0 : 200_000, uncachedInput: n === 0 ? 200_000 : 0 }),
    );
    const found = findings(requests).find(({ kind }) => kind === 'longHistory');
    // Five requests sent 200,000 again as reads: half of each is beyond. 5 × 100,000 × $1.
    assert.deepEqual(
      [found?.usd, found?.requests, found?.tokens, found?.detail, found?.task],
      ['0.5', 5, 500_000, '200000', 'codex:t'],
    );
  });

  it('is that of the range, also where a task began before it', () => {
    const ledger = openLedger();
    const work = (at: number, count: number) =>
      Array.from({ length: count }, (_, n) => step(at + n * minute, { uncachedInput: 200_000 }, { facts }));
    ledger.observe([...work(noon - 5 * day, 10), ...work(noon - hour, 5)]);
    const found = (range: 'today' | '7d') =>
      ledger.views.why({ range }).waste.map(({ kind, requests, usd }) => [kind, requests, usd]);
    // 100,000 of 200,000 at $10, and 3,000 of 4,000 fixed tokens, which are four of ten.
    assert.deepEqual(found('today'), [
      ['longHistory', 5, '5'],
      ['unusedTools', 5, '3'],
    ]);
    assert.deepEqual(found('7d'), [
      ['longHistory', 14, '14'],
      ['unusedTools', 15, '9'],
    ]);
  });

  it('are results of tools of ten thousand tokens and more', () => {
    const found = findings([
      step(noon - 3 * minute, { uncachedInput: 5_000, output: 100 }, { run: 'r' }),
      step(noon - 2 * minute, { uncachedInput: 35_100, output: 100 }, { run: 'r' }),
      step(noon - minute, { uncachedInput: 40_000 }, { run: 'r' }),
    ]).find(({ kind }) => kind === 'toolResults');
    // 35,100 − 5,000 − 100 at $10.
    assert.deepEqual([found?.usd, found?.requests, found?.tokens], ['0.3', 1, 30_000]);
  });

  it('are caps far above every answer of short kinds, which cost nothing by themselves', () => {
    const titles = (cap: number, count = 5) =>
      Array.from({ length: count }, () =>
        step(noon, { uncachedInput: 10, output: 20 }, { kind: 'title', facts: { ...facts, tools: 0, maxOutput: cap } }),
      );
    const [found] = findings(titles(32_000));
    assert.deepEqual(
      [found?.kind, found?.subject, found?.usd, found?.tokens, found?.detail],
      ['maxTokens', 'title', null, 20, '32000'],
    );
    assert.deepEqual(findings(titles(1_000)), []);
    assert.deepEqual(findings(titles(32_000, 4)), []);
  });
});

describe('ledger: plans and slices', () => {
  it('tell each agent’s month, week and last five hours', () => {
    const ledger = openLedger();
    ledger.observe([
      step(noon - minute, { uncachedInput: 1_000 }, { billing: 'plan' }),
      step(noon - 6 * hour, { uncachedInput: 2_000 }, { billing: 'plan' }),
      step(noon - 8 * day, { uncachedInput: 4_000 }, { billing: 'plan' }),
      step(noon - 26 * day, { uncachedInput: 8_000 }, { billing: 'plan' }),
    ]);
    const plan = ledger.views.plan({ range: 'today' });
    const [codex] = plan.agents;
    assert.deepEqual(
      [codex?.agent, codex?.month.planUsd, codex?.week.planUsd, codex?.window.planUsd, plan.last30.planUsd],
      ['codex', '0.07', '0.03', '0.01', '0.15'],
    );
    assert.deepEqual([plan.monthFrom, plan.monthTo], [Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)]);
  });

  it('sum up a folder and what lies below it between moments', () => {
    const ledger = openLedger();
    const spent = (at: number, workspace: string, branch = '') => step(at, { uncachedInput: 1_000 }, { workspace, branch });
    ledger.observe([
      spent(noon - 10, '/w'),
      spent(noon, '/w/sub', 'main'),
      spent(noon + 1, '/w', 'other'),
      spent(noon + 5, '/w2'),
      spent(noon + 5, '/w', 'main'),
      step(noon + 5, {}, { workspace: '/w', branch: 'main', outcome: 'refused' }),
    ]);
    const told = (selection: Parameters<typeof ledger.views.slices>[0], first = noon - 11) =>
      ledger.views
        .slices(selection, '/w', [first, noon, noon + 5])
        .map(({ slice, branch, requests, meteredUsd }) => [slice, branch, requests, meteredUsd]);
    const range = { from: '2020-01-01', to: '2020-01-01' } as const;
    const [untold, sub, other, main] = [
      [0, '', 1, '0.01'],
      [0, 'main', 1, '0.01'],
      [1, 'other', 1, '0.01'],
      [1, 'main', 1, '0.01'],
    ];
    assert.deepEqual(told({ range }), [untold, sub, other, main], 'the time of the selection does not count');
    assert.deepEqual(told({ range }, noon - 10), [sub, other, main], 'the first moment is outside, the last inside');
    assert.deepEqual(told({ range, filter: { branch: 'main' } }), [sub, main]);
    assert.deepEqual(told({ range, filter: { agent: 'kilo' } }), []);
    assert.deepEqual(told({ range, task: 'codex:t' }), [untold, sub, other, main]);
    assert.deepEqual(told({ range, task: 'codex:nobody' }), []);
    assert.deepEqual(ledger.views.slices({ range }, '/nowhere', [0, noon]), []);
  });
});
