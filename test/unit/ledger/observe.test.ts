import assert from 'node:assert/strict';
import { outcomeOf } from '../../../src/ledger/record.ts';
import { hour, minute, noon, openLedger, second, sighting } from './fixtures.ts';
import { ordersOf } from './orders.ts';

describe('ledger: observe', () => {
  it('prices, stores and answers one row', () => {
    const ledger = openLedger();
    const [row] = ledger.observe([sighting({ keys: ['msg:1'], usage: { uncachedInput: 3, cacheRead: 10, output: 2 } })]);
    assert.equal(row?.cost, 3n * 10_000_000n + 10n * 1_000_000n + 2n * 50_000_000n);
    assert.equal(row?.basis, 'priced');
    assert.match(row?.id ?? '', /^rq_/);
    const [shown] = ledger.requests();
    assert.equal(shown?.usd, '0.00014');
    assert.equal(shown?.promptTokens, 13);
    assert.equal(shown?.promptCounted, 'reported');
    assert.deepEqual(ledger.verify(), []);
  });

  it('counts a request once, however often and by whomever it is seen', () => {
    const ledger = openLedger();
    const seen = sighting({ keys: ['rq:rq_a', 'msg:1'], mode: 'code' });
    ledger.observe([seen]);
    assert.deepEqual(ledger.observe([seen]), [], 'nothing new');
    const bySession = sighting({ ...seen, mode: 'plan', source: 'sessions', keys: ['msg:1'], branch: 'main' });
    const changed = ledger.observe([bySession, bySession]);
    assert.equal(changed.length, 1);
    assert.equal(changed[0]?.id, 'rq_a');
    assert.equal(changed[0]?.seen.branch, 'main');
    assert.equal(ledger.total('today').requests, 1);
    assert.deepEqual(ledger.verify(), []);
  });

  it('joins two rows when a later sighting shows they are one, and says which id is gone', () => {
    const ledger = openLedger();
    const [first] = ledger.observe([sighting({ source: 'sessions', keys: ['msg:1'], run: 'r1' })]);
    ledger.observe([sighting({ keys: ['rq:rq_a'], outcome: 'running', counted: 'estimated', usage: { uncachedInput: 90 } })]);
    assert.equal(ledger.total('today').requests, 2);
    const [row] = ledger.observe([sighting({ keys: ['rq:rq_a', 'msg:1'] })]);
    assert.equal(row?.id, 'rq_a');
    assert.deepEqual(row?.replaced, [first?.id]);
    assert.equal(ledger.total('today').requests, 1);
    assert.equal(ledger.task('codex:t')?.run?.requests, 1);
    assert.deepEqual(ledger.verify(), []);
  });

  it('gives a running request a row with its counted prompt, and replaces the estimate by the provider’s number', () => {
    const ledger = openLedger();
    const prediction = { promptTokens: 95, counted: 'calibrated', plusMinus: 0.02, expected: 5n, worst: 7n } as const;
    const open = sighting({
      keys: ['rq:rq_a'],
      outcome: 'running',
      counted: 'estimated',
      usage: { uncachedInput: 95 },
      prediction,
      at: noon - second,
    });
    ledger.observe([open]);
    const [running] = ledger.requests();
    assert.equal(running?.outcome, 'running');
    assert.equal(running?.promptTokens, 95);
    assert.equal(running?.promptCounted, 'calibrated');
    assert.equal(running?.expectedUsd, '0.000000000005');
    assert.equal(running?.basis, 'estimated');
    assert.equal(ledger.task('codex:t')?.state, 'running');
    assert.equal(ledger.total('today').estimatedUsd, '0.00095');
    assert.deepEqual(
      [running?.plusMinusUsd, ledger.task('codex:t')?.plusMinusUsd, ledger.total('today').byBasis.metered.plusMinusUsd],
      ['0.000019', '0.000019', '0.000019'],
    );
    assert.deepEqual(ledger.verify(), []);
    ledger.observe([sighting({ keys: ['rq:rq_a', 'resp:1'], usage: { uncachedInput: 97, output: 1 } })]);
    const [done] = ledger.requests();
    assert.equal(done?.promptTokens, 97);
    assert.equal(done?.promptCounted, 'reported');
    assert.equal(done?.at, noon - second);
    assert.equal(ledger.task('codex:t')?.state, 'idle');
    assert.equal(ledger.total('today').estimatedUsd, '0');
    assert.deepEqual([done?.plusMinusUsd, ledger.total('today').byBasis.metered.plusMinusUsd], [undefined, '0']);
    assert.equal(ledger.total('today').meteredUsd, '0.00102');
    assert.deepEqual(ledger.verify(), []);
  });

  it('matches sources that share no id by task, end and output', () => {
    const gateway = sighting({ keys: ['rq:rq_a', 'resp:1'], at: noon });
    const session = sighting({ source: 'sessions', keys: ['rollout:1'], at: noon + 4 * second, mode: 'code' });
    for (const order of [
      [gateway, session],
      [session, gateway],
    ]) {
      const ledger = openLedger();
      for (const one of order) ledger.observe([one]);
      assert.equal(ledger.total('today').requests, 1);
      assert.equal(ledger.requests()[0]?.id, 'rq_a');
      assert.equal(ledger.requests()[0]?.mode, 'code');
      assert.deepEqual(ledger.verify(), []);
    }
  });

  it('does so too when the session file is ahead of a gateway row that still runs', () => {
    const ledger = openLedger();
    ledger.observe([sighting({ keys: ['rq:rq_a'], outcome: 'running', counted: 'estimated', at: noon - 3 * minute })]);
    ledger.observe([sighting({ source: 'sessions', keys: ['rollout:1'] })]);
    assert.equal(ledger.total('today').requests, 2, 'what runs is matched with nothing');
    ledger.observe([sighting({ keys: ['rq:rq_a'], at: noon + second })]);
    assert.equal(ledger.total('today').requests, 1);
    assert.deepEqual(ledger.verify(), []);
  });

  it('finds an answer whose record was written only after its tools had run', () => {
    const gateway = sighting({ keys: ['rq:rq_a', 'chat:1'], at: noon });
    const session = sighting({ source: 'sessions', keys: ['part:1'], began: noon - minute, at: noon + 4 * minute });
    for (const order of [
      [gateway, session],
      [session, gateway],
    ]) {
      const ledger = openLedger();
      for (const one of order) ledger.observe([one]);
      assert.equal(ledger.total('today').requests, 1);
      assert.deepEqual(ledger.verify(), []);
    }
  });

  const apart = {
    'another output': { usage: { uncachedInput: 100, output: 11 } },
    'another task': { task: 'codex:u' },
    'an end 6 s away': { at: noon + 6 * second },
    'another id of the same kind': { keys: ['resp:2'] },
    'the same source': { source: 'gateway' },
    'a refusal': { outcome: 'refused' },
  } as const;
  for (const [name, difference] of Object.entries(apart)) {
    it(`keeps two requests apart: ${name}`, () => {
      const ledger = openLedger();
      ledger.observe([sighting({ keys: ['rq:rq_a', 'resp:1'] })]);
      ledger.observe([sighting({ source: 'sessions', keys: ['rollout:1'], ...difference })]);
      assert.equal(ledger.requests().length, 2);
      assert.deepEqual(ledger.verify(), []);
    });
  }

  it('lets one source claim a row once: two equal records near each other stay two', () => {
    const ledger = openLedger();
    ledger.observe([sighting({ keys: ['rq:rq_a'] }), sighting({ keys: ['rq:rq_b'], at: noon + second })]);
    ledger.observe([
      sighting({ source: 'sessions', keys: ['rollout:1'] }),
      sighting({ source: 'sessions', keys: ['rollout:2'], at: noon + second }),
      sighting({ source: 'sessions', keys: ['rollout:3'], at: noon + 2 * second }),
    ]);
    assert.equal(ledger.total('today').requests, 3);
  });

  it('mends broken figures of one record instead of losing the batch', () => {
    const ledger = openLedger();
    ledger.observe([
      sighting({ at: Number.NaN, usage: { uncachedInput: 1.6, output: -3, cacheRead: Number.NaN } }),
      sighting({ reportedUsd: '1e30' }),
      sighting({ reportedUsd: '999999999' }),
      sighting({ keys: [] }),
      sighting({ keys: ['a\nb'] }),
      sighting(),
    ]);
    const rows = ledger.requests();
    assert.equal(rows.length, 6);
    assert.ok(rows.some((row) => row.usage.uncachedInput === 2 && row.usage.output === 0));
    assert.equal(rows.filter((row) => row.basis === 'unpriced').length, 1);
    assert.deepEqual(ledger.verify(), []);
  });

  it('keeps nothing of a batch in which pricing throws, and goes on well', () => {
    let broken = true;
    const ledger = openLedger({
      price: (p) => {
        if (broken && p.model === 'boom') throw new Error('boom');
        return { cost: 1n, basis: 'priced' };
      },
    });
    assert.throws(() => ledger.observe([sighting({ task: 'codex:a' }), sighting({ model: 'boom', task: 'codex:b' })]), /boom/);
    assert.equal(ledger.requests().length, 0);
    broken = false;
    ledger.observe([sighting({ task: 'codex:a' }), sighting({ model: 'boom', task: 'codex:b' })]);
    assert.equal(ledger.requests().length, 2);
    assert.deepEqual(ledger.verify(), []);
  });
});

describe('ledger: recoverOpen', () => {
  const open = sighting({ keys: ['rq:rq_a'], outcome: 'running', counted: 'estimated', usage: { uncachedInput: 1000 } });

  it('turns what a killed process left running into an error with its counted prompt', () => {
    const ledger = openLedger();
    ledger.observe([open, sighting()]);
    const recovered = ledger.recoverOpen();
    assert.deepEqual(recovered.map(outcomeOf), ['error']);
    const row = ledger.requests().find((request) => request.id === 'rq_a');
    assert.equal(row?.outcome, 'error');
    assert.equal(row?.basis, 'estimated');
    assert.equal(row?.usd, '0.01');
    assert.equal(ledger.task('codex:t')?.state, 'idle');
    assert.deepEqual(ledger.recoverOpen(), []);
    assert.deepEqual(ledger.verify(), []);
  });

  it('calls even the provider’s opening count an estimate then', () => {
    const ledger = openLedger();
    ledger.observe([{ ...open, counted: 'reported' }]);
    ledger.recoverOpen();
    assert.equal(ledger.requests()[0]?.basis, 'estimated');
  });

  const real = sighting({
    source: 'sessions',
    keys: ['rollout:1'],
    at: noon + 2 * minute,
    usage: { uncachedInput: 1100, output: 50 },
  });

  it('is replaced by the real usage that a session file brings later, once', () => {
    const ledger = openLedger();
    ledger.observe([open]);
    ledger.recoverOpen();
    ledger.observe([real]);
    const rows = ledger.requests();
    assert.equal(rows.length, 1);
    assert.equal(rows[0]?.basis, 'priced');
    assert.equal(rows[0]?.outcome, 'ok');
    assert.equal(rows[0]?.usage.output, 50);
    assert.deepEqual(ledger.verify(), []);
  });

  it('and by one that was there before', () => {
    const ledger = openLedger();
    ledger.observe([open]);
    ledger.observe([real]);
    ledger.recoverOpen();
    assert.equal(ledger.requests().length, 1);
    assert.equal(ledger.total('today').meteredUsd, '0.0135');
    assert.deepEqual(ledger.verify(), []);
  });

  it('but not by a request of another size, or while a retry runs', () => {
    const ledger = openLedger();
    ledger.observe([open]);
    ledger.recoverOpen();
    ledger.observe([{ ...real, keys: ['rollout:2'], usage: { ...real.usage, uncachedInput: 5000 } }]);
    assert.equal(ledger.requests().length, 2);
    ledger.observe([{ ...open, keys: ['rq:rq_retry'], at: noon + minute }]);
    ledger.observe([real]);
    assert.equal(ledger.requests().length, 4);
  });
});

describe('ledger: sources without a common id', () => {
  it('make the same rows of short answers close together in every order', () => {
    const pair = (nth: number) => {
      const at = noon + nth * 3 * second;
      const shared = { agent: 'opencode', task: 'opencode:x', usage: { uncachedInput: nth * 1000, output: 50 } } as const;
      return [
        sighting({ ...shared, keys: [`rq:rq_${nth}`], at }),
        sighting({ ...shared, source: 'sessions', keys: [`part:${nth}`], at: at + 30, began: at - 3 * second }),
      ];
    };
    for (const order of ordersOf([1, 2, 3].flatMap(pair))) {
      const ledger = openLedger({ now: () => noon + hour });
      for (const one of order) ledger.observe([one]);
      assert.deepEqual(
        ledger
          .requests()
          .map((row) => row.usage.uncachedInput)
          .sort(),
        [1000, 2000, 3000],
      );
      ledger.close();
    }
  });
});
