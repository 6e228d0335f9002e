import assert from 'node:assert/strict';
import { day, hour, minute, noon, openLedger, second, sighting } from './fixtures.ts';

/** One request of 1000 input tokens on `dear` is $0.01, on `cheap` $0.001. */
const spend = (given: Parameters<typeof sighting>[0] = {}) => sighting({ usage: { uncachedInput: 1000 }, ...given });

describe('ledger: totals', () => {
  it('tell real dollars, plan value, what nobody has told, and what has no price', () => {
    const ledger = openLedger();
    ledger.observe([
      spend({ billing: 'metered' }),
      spend({ billing: 'plan', counted: 'estimated' }),
      spend({ billing: 'unknown', model: 'cheap' }),
      spend({ model: 'nameless', usage: { uncachedInput: 5, cacheRead: 6, output: 7 } }),
      spend({ outcome: 'refused', usage: {} }),
    ]);
    const total = ledger.total('today');
    assert.equal(total.requests, 4, 'what was refused was not sent');
    assert.equal(total.meteredUsd, '0.01');
    assert.equal(total.planUsd, '0.01');
    assert.equal(total.unknownUsd, '0.001');
    assert.equal(total.estimatedUsd, '0.01');
    const sure = { reportedUsd: '0', estimatedUsd: '0', plusMinusUsd: '0' };
    // Nobody told how exact the count of the plan's request is: half of it may be wrong.
    assert.deepEqual(total.byBasis, {
      metered: sure,
      plan: { reportedUsd: '0', estimatedUsd: '0.01', plusMinusUsd: '0.005' },
      unknown: sure,
    });
    assert.equal(total.unpricedTokens, 18);
    assert.equal(total.usage.uncachedInput, 3005);
  });

  it('follow the user’s answer about an agent, for what is past too, and back', () => {
    const ledger = openLedger();
    ledger.observe([spend({ billing: 'unknown' }), spend({ billing: 'unknown', agent: 'claude-code', task: 'claude-code:t' })]);
    assert.deepEqual(ledger.agentsToAsk(), ['claude-code', 'codex']);
    ledger.setBilling('codex', 'plan');
    assert.deepEqual(ledger.agentsToAsk(), ['claude-code']);
    const total = ledger.total('today');
    assert.deepEqual([total.planUsd, total.unknownUsd], ['0.01', '0.01']);
    assert.equal(ledger.task('codex:t')?.billing, 'plan');
    assert.equal(ledger.requests({ task: 'codex:t' })[0]?.billing, 'plan');
    assert.equal(ledger.spent({ kind: 'day', key: '2026-11-25' }, 'plan'), 10_000_000_000n);
    assert.equal(ledger.spent({ kind: 'task', task: 'codex:t' }, 'plan'), 10_000_000_000n);
    assert.equal(ledger.spending('today').filter((sum) => sum.billing === 'plan').length, 1);
    ledger.setBilling('codex', 'unknown');
    assert.equal(ledger.total('today').unknownUsd, '0.02');
  });

  it('leave samples out, but not out of their own task', () => {
    const ledger = openLedger();
    ledger.observe([spend({ agent: 'sample', task: 'sample:1', run: 'r', sample: true, billing: 'metered' })]);
    assert.equal(ledger.total('all').requests, 0);
    assert.deepEqual(ledger.byAgent('all'), []);
    assert.equal(ledger.week().dearestTask, null);
    assert.equal(ledger.spent({ kind: 'month', key: '2026-11' }, 'metered'), 0n);
    assert.equal(ledger.spent({ kind: 'task', task: 'sample:1' }, 'metered'), 10_000_000_000n);
    assert.equal(ledger.spent({ kind: 'run', task: 'sample:1', run: 'r' }, 'metered'), 10_000_000_000n);
    assert.equal(ledger.task('sample:1')?.sample, true);
    assert.deepEqual(ledger.spending('all'), []);
  });

  it('go by the days of the user’s zone', () => {
    const at = Date.UTC(2026, 10, 1, 2); // 31 October in Los Angeles
    const requests = [spend({ keys: ['a'], at }), spend({ keys: ['b'], at: noon })];
    const month = (zone: string) => {
      const ledger = openLedger({ zone });
      ledger.observe(requests);
      assert.deepEqual(ledger.verify(), []);
      return ledger.total('month').requests;
    };
    assert.equal(month('America/Los_Angeles'), 1);
    assert.equal(month('UTC'), 2);
    assert.equal(month('Asia/Tokyo'), 2);
  });

  it('answer every range and filter, before and after new requests', () => {
    let now = noon;
    const ledger = openLedger({ now: () => now });
    ledger.observe(
      [0, 1, 6, 7, 29, 30, 200].map((ago) => spend({ at: noon - ago * day, workspace: ago % 2 ? '/a' : '/b', branch: 'main' })),
    );
    const counts = () => (['today', '7d', '30d', 'month', 'all'] as const).map((range) => ledger.total(range).requests);
    assert.deepEqual(counts(), [1, 3, 5, 4, 7]);
    assert.equal(ledger.total('all', { workspace: '/a' }).requests, 3);
    assert.equal(ledger.total({ from: '2026-11-18', to: '2026-11-19' }).requests, 2);
    ledger.observe([spend({ at: noon - 3 * day }), spend()]);
    assert.deepEqual(counts(), [2, 5, 7, 6, 9]);
    now = noon + day;
    assert.deepEqual(counts(), [0, 4, 6, 6, 9]);
    assert.equal(ledger.total('all', { branch: 'main', model: 'dear', billing: 'metered' }).requests, 7);
    assert.equal(ledger.total('all', { branch: 'other' }).requests, 0);
  });

  it('are grouped by mode, model and agent, dearest first', () => {
    const ledger = openLedger();
    ledger.observe([
      spend({ mode: 'build', model: 'cheap' }),
      spend({ mode: 'plan' }),
      spend({ mode: 'plan', agent: 'kilo', task: 'kilo:1' }),
      spend({ model: 'cheap', mode: 'code' }),
      spend({ model: 'cheap', kind: 'title' }),
    ]);
    assert.deepEqual(
      ledger.byMode('today').map(({ key, label, total }) => [key, label, total.requests, total.meteredUsd]),
      [
        ['architect/plan', 'plan', 2, '0.02'],
        ['', '', 1, '0.001'],
        ['code/build', 'build', 1, '0.001'],
        ['code/code', 'code', 1, '0.001'],
      ],
    );
    assert.deepEqual(
      ledger.byModel('today').map(({ key, total }) => [key, total.meteredUsd]),
      [
        ['dear', '0.02'],
        ['cheap', '0.003'],
      ],
    );
    assert.deepEqual(
      ledger.byAgent('today', { model: 'dear' }).map(({ key }) => key),
      ['codex', 'kilo'],
    );
    assert.deepEqual(
      ledger.by('kind', 'today').map(({ key, total }) => [key, total.requests]),
      [
        ['work', 4],
        ['title', 1],
      ],
    );
  });
});

describe('ledger: tasks', () => {
  it('show mode, model, run, state and sums, newest first', () => {
    const ledger = openLedger();
    ledger.observe([
      spend({ mode: 'plan', run: 'r1', at: noon - hour, workspace: '/w' }),
      spend({ mode: 'build', run: 'r2', at: noon - minute, model: 'cheap' }),
      spend({ kind: 'title', model: 'nameless', at: noon - second, usage: { uncachedInput: 5 } }),
      spend({ task: 'codex:old', at: noon - 10 * day, billing: 'plan' }),
      spend({ task: 'codex:none', model: 'nameless' }),
    ]);
    const [newest, task, old] = ledger.tasks();
    assert.deepEqual([newest?.id, newest?.usd, newest?.basis, newest?.unpricedTokens], ['codex:none', null, 'unpriced', 1000]);
    assert.ok(task);
    const { usage, transitions, ...shown } = task;
    assert.deepEqual(shown, {
      id: 'codex:t',
      agent: 'codex',
      parent: undefined,
      mode: 'build',
      modeKind: 'code',
      model: 'cheap',
      state: 'idle',
      budget: 'none',
      requests: 3,
      usd: '0.011',
      basis: 'priced',
      billing: 'metered',
      unpricedTokens: 5,
      run: { id: 'r2', usd: '0.001', requests: 1 },
      workspace: '/w',
      sample: false,
      firstAt: noon - hour,
      lastAt: noon - second,
    });
    assert.equal(usage.uncachedInput, 2005);
    assert.deepEqual(transitions, [{ at: noon - minute, from: 'plan', to: 'build', usd: '0.001', resentTokens: 1000 }]);
    assert.deepEqual([old?.id, old?.billing], ['codex:old', 'plan']);
    assert.deepEqual(
      ledger.tasks({ since: noon - day, limit: 1 }).map(({ id }) => id),
      ['codex:none'],
    );
    assert.deepEqual(
      ledger.tasks({ ids: ['codex:old', 'nobody', 'codex:t'] }).map(({ id }) => id),
      ['codex:t', 'codex:old'],
    );
  });

  it('answer only the running ones when asked', () => {
    const ledger = openLedger();
    ledger.observe([spend(), spend({ task: 'codex:u', outcome: 'running' })]);
    assert.deepEqual(
      ledger.tasks({ running: true }).map(({ id, state }) => [id, state]),
      [['codex:u', 'running']],
    );
  });

  it('form trees: children are counted once, and together below their root, however late the parent is known', () => {
    const ledger = openLedger();
    ledger.observe([spend({ task: 'codex:leaf', parent: 'codex:child', mode: 'debug', at: noon + minute })]);
    ledger.observe([spend({ task: 'codex:child', mode: 'code' })]);
    ledger.observe([spend({ task: 'codex:root', mode: 'orchestrator', at: noon - minute })]);
    ledger.observe([spend({ task: 'codex:child', parent: 'codex:root', mode: 'code', at: noon + second })]);
    const cent = 10_000_000_000n;
    assert.equal(ledger.task('codex:root')?.usd, '0.01');
    assert.equal(ledger.task('codex:root', { tree: true })?.usd, '0.04');
    assert.equal(ledger.spent({ kind: 'task', task: 'codex:root' }, 'metered'), 4n * cent);
    assert.equal(ledger.spent({ kind: 'task', task: 'codex:child' }, 'metered'), 3n * cent);
    assert.equal(ledger.spent({ kind: 'task', task: 'codex:root' }, ['plan', 'unknown']), 0n);
    assert.equal(ledger.total('today').meteredUsd, '0.04');
    const dearest = ledger.week().dearestTask;
    assert.deepEqual([dearest?.id, dearest?.usd, dearest?.requests], ['codex:root', '0.04', 4]);
    assert.deepEqual(ledger.transitions('codex:child'), [
      { at: noon, from: 'orchestrator', to: 'code', usd: '0.01', resentTokens: 1000 },
    ]);
    assert.deepEqual(ledger.transitions('codex:leaf'), [
      { at: noon + minute, from: 'code', to: 'debug', usd: '0.01', resentTokens: 1000 },
    ]);
    assert.deepEqual(ledger.verify(), []);
  });

  it('stand for what goes on below them where only their name is known', () => {
    const ledger = openLedger();
    ledger.observe([spend({ task: 'codex:child', parent: 'codex:root', mode: 'code', at: noon - minute })]);
    const dearest = ledger.week().dearestTask;
    assert.deepEqual(
      [dearest?.id, dearest?.model, dearest?.mode, dearest?.firstAt, dearest?.lastAt, dearest?.usd],
      ['codex:root', 'dear', 'code', noon - minute, noon - minute, '0.01'],
    );
    assert.deepEqual(
      ledger.tasks().map(({ id }) => id),
      ['codex:child'],
    );
    assert.equal(ledger.tasks({ ids: ['codex:root'] }).length, 1);
  });

  it('do not go round in circles', () => {
    const ledger = openLedger();
    ledger.observe([
      spend({ task: 'codex:a', parent: 'codex:b' }),
      spend({ task: 'codex:b', parent: 'codex:c' }),
      spend({ task: 'codex:c', parent: 'codex:a' }),
      spend({ task: 'codex:d', parent: 'codex:d' }),
    ]);
    assert.equal(ledger.task('codex:c', { tree: true })?.requests, 3);
    assert.equal(ledger.task('codex:d', { tree: true })?.requests, 1);
    assert.deepEqual(ledger.verify(), []);
  });

  it('are stopped with the whole tree below them, until let go', () => {
    const ledger = openLedger();
    ledger.observe([spend({ task: 'codex:child', parent: 'codex:root' }), spend({ task: 'codex:other' })]);
    const stop = { root: 'codex:root', at: noon, by: 'budget', spent: 5n, limit: 4n, unit: 'usd' } as const;
    ledger.setStop(stop);
    assert.deepEqual(ledger.stops(), [stop]);
    assert.deepEqual(
      ledger.tasks().map(({ id, state }) => [id, state]),
      [
        ['codex:child', 'stopped'],
        ['codex:other', 'idle'],
      ],
    );
    ledger.clearStop('codex:root');
    assert.equal(ledger.task('codex:child')?.state, 'idle');
    assert.deepEqual(ledger.stops(), []);
  });

  it('say what was sent again in the last seven days', () => {
    const ledger = openLedger();
    ledger.observe([
      sighting({ usage: { cacheWrite5m: 1000 }, at: noon - 3 * second }),
      sighting({ usage: { cacheRead: 1000, cacheWrite5m: 500 }, at: noon - 2 * second }),
      sighting({ usage: { uncachedInput: 2000 }, at: noon - second }),
    ]);
    const week = ledger.week();
    assert.equal(week.resentTokens, 1000 + 1500);
    // 1000 read at $1, 1500 of 2000 at $10 per million.
    assert.equal(week.resentUsd, '0.016');
  });
});

describe('ledger: requests', () => {
  it('come newest first, a page at a time, each once, also where many share a moment', () => {
    const ledger = openLedger();
    ledger.observe(
      Array.from({ length: 25 }, (_, i) => spend({ at: noon - Math.floor(i / 5) * second, task: `codex:${i % 2}` })),
    );
    for (const where of [{}, { task: 'codex:0' }, { filter: { model: 'dear' } }]) {
      const all = ledger.requests({ ...where, limit: 100 });
      const paged = [];
      for (let before: { at: number; id: string } | undefined; ; ) {
        const page = ledger.requests({ ...where, limit: 4, before });
        paged.push(...page);
        before = page.at(-1);
        if (page.length < 4) break;
      }
      assert.deepEqual(paged, all);
      assert.equal(new Set(paged.map(({ id }) => id)).size, 'task' in where ? 13 : 25);
    }
  });

  it('are found by range and filter', () => {
    const ledger = openLedger();
    ledger.observe([
      spend(),
      spend({ at: noon - day, model: 'cheap' }),
      spend({ at: noon - 40 * day, model: 'cheap', workspace: '/w' }),
    ]);
    assert.equal(ledger.requests({ range: 'today' }).length, 1);
    assert.equal(ledger.requests({ range: '7d' }).length, 2);
    assert.equal(ledger.requests({ filter: { model: 'cheap' } }).length, 2);
    assert.equal(ledger.requests({ filter: { model: 'cheap' }, range: '30d' }).length, 1);
    assert.equal(ledger.requests({ filter: { workspace: '/w' }, limit: 5 })[0]?.at, noon - 40 * day);
    assert.deepEqual(ledger.requests({ task: 'nobody' }), []);
  });
});

describe('ledger: reprice', () => {
  it('prices only when asked, only what is asked, and says what that changed', () => {
    let rate = 0n;
    const ledger = openLedger({
      price: ({ usage, model }) =>
        rate === 0n || model !== 'new'
          ? { cost: null, basis: 'unpriced' }
          : { cost: rate * BigInt(usage.uncachedInput), basis: 'priced' },
    });
    ledger.observe([spend({ model: 'new', at: noon - second }), spend({ model: 'new' }), spend({ model: 'nameless' })]);
    rate = 1_000_000n;
    assert.equal(ledger.total('today').unpricedTokens, 3000);
    assert.deepEqual([...ledger.repricing({ model: 'new', unpricedOnly: true })][0], {
      requests: 2,
      changed: 2,
      beforeUsd: '0',
      afterUsd: '0.002',
    });
    assert.deepEqual([ledger.total('today').unpricedTokens, ledger.total('today').meteredUsd], [1000, '0.002']);
    assert.equal(ledger.week().resentUsd, '0.001');
    assert.deepEqual(ledger.verify(), []);
    assert.deepEqual([...ledger.repricing({ unpricedOnly: true })][0], {
      requests: 1,
      changed: 0,
      beforeUsd: '0',
      afterUsd: '0',
    });
    rate = 2_000_000n;
    assert.deepEqual([...ledger.repricing({ range: 'today' })][0], {
      requests: 3,
      changed: 2,
      beforeUsd: '0.002',
      afterUsd: '0.004',
    });
    assert.deepEqual(ledger.verify(), []);
  });
});
