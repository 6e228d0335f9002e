import assert from 'node:assert/strict';
import { guessedTask } from '../../../src/core/guessedTask.ts';
import { noon, openLedger, second, sighting } from './fixtures.ts';

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
});
