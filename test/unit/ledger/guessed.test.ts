import assert from 'node:assert/strict';
import { guessedTask } from '../../../src/core/guessedTask.ts';
import { minute, noon, openLedger, second, sighting } from './fixtures.ts';

const mark = guessedTask('cline', 'abc');
const counts = { uncachedInput: 1200, cacheRead: 4003, output: 97 };

const passed = (given: Parameters<typeof sighting>[0] = {}) =>
  sighting({ agent: 'cline', task: mark, keys: ['rq:rq_a'], usage: counts, ...given });
const recorded = (given: Parameters<typeof sighting>[0] = {}) =>
  sighting({ agent: 'cline', task: 'cline:s1', source: 'sessions', keys: ['cline:s1/m1'], usage: counts, mode: 'act', ...given });

describe('ledger: a task whose agent sends no id', () => {
  for (const order of ['gateway first', 'record first'] as const) {
    it(`is one row in the real task once its own record is seen: ${order}`, () => {
      const ledger = openLedger();
      const both = [passed(), recorded({ at: noon + second })];
      for (const seen of order === 'gateway first' ? both : both.toReversed()) ledger.observe([seen]);
      const rows = ledger.requests();
      assert.deepEqual(
        rows.map(({ task, mode }) => [task, mode]),
        [['cline:s1', 'act']],
      );
      assert.equal(ledger.total('today').requests, 1);
      assert.equal(ledger.task(mark)?.parent, 'cline:s1', 'what comes next under the mark counts in the same tree');
      assert.deepEqual(
        ledger.tasks().map(({ id }) => id),
        ['cline:s1'],
      );
      assert.deepEqual(ledger.verify(), []);
    });
  }

  it('is known too where gateway and record tell the same id of the answer', () => {
    const ledger = openLedger();
    ledger.observe([passed({ keys: ['chat:a', 'rq:rq_a'] })]);
    ledger.observe([recorded({ keys: ['chat:a', 'cline:s1/m1'] })]);
    assert.deepEqual(
      ledger.requests().map(({ task }) => task),
      ['cline:s1'],
    );
    assert.equal(ledger.task(mark)?.parent, 'cline:s1');
    assert.deepEqual(ledger.verify(), []);
  });

  it('follows the newest task that begins with the same words', () => {
    const ledger = openLedger();
    ledger.observe([passed(), recorded()]);
    const later = { at: noon + minute, usage: { ...counts, output: 98 } };
    ledger.observe([passed({ ...later, keys: ['rq:rq_b'] })]);
    ledger.observe([recorded({ ...later, keys: ['cline:s2/m1'], task: 'cline:s2' })]);
    assert.equal(ledger.task(mark)?.parent, 'cline:s2');
    assert.deepEqual(
      ledger
        .requests()
        .map(({ task }) => task)
        .sort(),
      ['cline:s1', 'cline:s2'],
    );
    assert.deepEqual(ledger.verify(), []);
  });

  it('matches nothing of another size, another time, or that the gateway has seen under its own id', () => {
    const ledger = openLedger();
    ledger.observe([passed()]);
    ledger.observe([
      recorded({ keys: ['cline:s1/m1'], usage: { ...counts, uncachedInput: 1201 } }),
      recorded({ keys: ['cline:s1/m2'], at: noon + 10 * second }),
      recorded({ keys: ['cline:s1/m3'], at: noon - 10 * second }),
      recorded({ keys: ['rq:rq_z'], source: 'gateway', task: 'cline:s9' }),
    ]);
    assert.equal(ledger.total('today').requests, 5);
    assert.equal(ledger.task(mark)?.parent, undefined);
  });

  it('is found by a record that only says when the request began', () => {
    const ledger = openLedger();
    ledger.observe([passed({ at: noon + 3 * minute })]);
    ledger.observe([recorded({ at: noon, began: noon })]);
    assert.equal(ledger.total('today').requests, 1);
    assert.deepEqual(ledger.verify(), []);
  });

  it('is one row too where the answer was cut, and the agent wrote down the count that it was given', () => {
    const ledger = openLedger();
    ledger.observe([passed({ outcome: 'cut', counted: 'estimated' })]);
    ledger.observe([recorded()]);
    const [row, ...others] = ledger.requests();
    assert.deepEqual([row?.task, row?.outcome, row?.basis, others.length], ['cline:s1', 'cut', 'estimated', 0]);
    assert.deepEqual(ledger.verify(), []);
  });

  it('keeps a stop that was put on the mark before the task was known', () => {
    const ledger = openLedger();
    ledger.observe([passed()]);
    ledger.setStop({ root: mark, at: noon, by: 'user', spent: 0n, unit: 'usd' } as Parameters<typeof ledger.setStop>[0]);
    ledger.observe([recorded()]);
    assert.equal(ledger.task(mark)?.parent, undefined, 'the mark stays at the top');
    assert.equal(ledger.task('cline:s1')?.parent, mark);
    assert.deepEqual(ledger.verify(), []);
  });
});
