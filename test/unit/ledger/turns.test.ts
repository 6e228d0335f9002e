import assert from 'node:assert/strict';
import { guessedTask } from '../../../src/core/guessedTask.ts';
import { picoToUsd } from '../../../src/core/money.ts';
import type { Observation } from '../../../src/core/request.ts';
import { RequestSet } from '../../../src/core/requestSet.ts';
import { hour, noon, openLedger, price, second, sighting } from './fixtures.ts';
import { ordersOf } from './orders.ts';

type Given = NonNullable<Parameters<typeof sighting>[0]>;

describe('ledger: records of whole turns', () => {
  const place: Given = { agent: 'copilot', task: 'copilot:c1' };
  const turn = (more: Given = {}) =>
    sighting({
      ...place,
      source: 'sessions',
      keys: ['turn:r1'],
      run: 'copilot:r1',
      began: noon - 60 * second,
      at: noon,
      usage: { uncachedInput: 900, output: 300 },
      counted: 'estimated',
      reportedUsd: '0.5',
      ...more,
    });
  const call = (id: string, ago: number, more: Given = {}) =>
    sighting({
      ...place,
      source: 'otlp',
      keys: [`span:${id}`],
      at: noon - ago * second,
      usage: { uncachedInput: 400, output: 100 },
      reportedUsd: '0.2',
      ...more,
    });

  it('counts a turn that nobody has seen request by request', () => {
    const ledger = openLedger();
    ledger.observe([turn()]);
    assert.equal(ledger.total('today').requests, 1);
    assert.equal(ledger.requests()[0]?.usd, '0.5');
  });

  const orders: readonly (readonly [string, readonly number[]])[] = [
    ['the turn first', [0, 1, 2]],
    ['the turn last', [1, 2, 0]],
    ['the turn in between', [1, 0, 2]],
  ];
  for (const [name, order] of orders) {
    it(`counts its requests instead, once each, with ${name}`, () => {
      const ledger = openLedger();
      const seen = [turn(), call('a', 40), call('b', 10)];
      for (const at of order) ledger.observe([seen[at] ?? turn()]);
      assert.deepEqual(
        ledger.requests().map(({ usd }) => usd),
        ['0.2', '0.2'],
      );
      assert.deepEqual(ledger.verify(), []);
    });
  }

  it('finds them too when the turn was first written down while it had just begun', () => {
    const ledger = openLedger();
    ledger.observe([turn({ at: noon - 60 * second, usage: { uncachedInput: 900, output: 10 }, reportedUsd: '0.1' })]);
    ledger.observe([call('a', 20)]);
    ledger.observe([turn()]);
    assert.deepEqual(
      ledger.requests().map(({ usd }) => usd),
      ['0.2'],
    );
    assert.deepEqual(ledger.verify(), []);
  });

  it('knows requests that the gateway saw in a task it had to name itself, by the model', () => {
    const ledger = openLedger();
    const task = guessedTask('copilot', 'abc');
    ledger.observe([call('g', 30, { task, source: 'gateway', keys: ['rq:rq_g'] })]);
    ledger.observe([turn({ reportedUsd: undefined })]);
    assert.equal(ledger.requests().length, 1);
    assert.equal(ledger.requests()[0]?.task, 'copilot:c1');
  });

  it('leaves requests of other tasks and other times alone', () => {
    const ledger = openLedger();
    ledger.observe([turn(), call('a', 40, { task: 'copilot:c2' }), call('b', 600)]);
    assert.equal(ledger.requests().length, 3);
  });

  /** All that is told of a request of a turn whose model is not the turn's own, or that ended between two turns. */
  const outcomes = (seen: readonly Observation[]) =>
    ordersOf(seen).map((order) => {
      const ledger = openLedger();
      for (const one of order) ledger.observe([one]);
      assert.deepEqual(ledger.verify(), []);
      const set = new RequestSet();
      for (const one of order) set.add(one);
      const ofLedger = ledger.requests({ limit: 20 }).map(({ usd, model }) => `${model} ${usd}`);
      ledger.close();
      return {
        ledger: ofLedger.sort(),
        report: [...set.rows()].map((row) => `${row.model} ${picoToUsd(price(row).cost ?? 0n)}`).sort(),
      };
    });

  const cases: readonly (readonly [string, readonly Observation[], readonly string[]])[] = [
    [
      'a sum of another model stays',
      [
        turn({ keys: ['turn:sum:dear'], model: 'dear', reportedUsd: '5' }),
        turn({ keys: ['turn:sum:cheap'], model: 'cheap', reportedUsd: '0.3' }),
        call('a', 40, { model: 'cheap', reportedUsd: '0.3' }),
      ],
      ['cheap 0.3', 'dear 5'],
    ],
    [
      'a turn right beside a request stays',
      [
        turn({ keys: ['turn:1'], began: noon - 30 * second, at: noon - 20 * second, reportedUsd: '0.5' }),
        turn({ keys: ['turn:2'], began: noon - 18 * second, at: noon - 10 * second, reportedUsd: '0.7' }),
        call('a', 17),
        call('b', 12),
      ],
      ['dear 0.2', 'dear 0.2', 'dear 0.5'],
    ],
    [
      'records that overlap both stand back',
      [
        turn({ keys: ['turn:1'], began: noon - 30 * second, at: noon, reportedUsd: '0.5' }),
        turn({ keys: ['turn:2'], began: noon - 20 * second, at: noon, reportedUsd: '0.7' }),
        call('a', 15),
      ],
      ['dear 0.2'],
    ],
    [
      'a session that goes on for hours after its requests',
      [turn({ keys: ['turn:sum'], began: noon - 3 * hour, at: noon, reportedUsd: '0.5' }), call('a', 2 * 3600)],
      ['dear 0.2'],
    ],
  ];
  for (const [name, seen, rows] of cases) {
    it(`come to the same in every order, in the ledger and in a report: ${name}`, () => {
      for (const outcome of outcomes(seen)) assert.deepEqual(outcome, { ledger: rows, report: rows });
    });
  }
});
