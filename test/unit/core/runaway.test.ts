import assert from 'node:assert/strict';
import { burnRate } from '../../../src/core/burnRate.ts';
import { loopFacts, type Made, runawayIn } from '../../../src/core/runaway.ts';

const call = (what: string, result = what): Made => ({ tool: 'Bash', call: what, result });
const edit = (from: string, to: string): Made => ({
  tool: 'Edit',
  call: `${from}${to}`,
  result: 'ok',
  edit: { file: 'f', from, to },
});
const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
const minute = 60_000;
const dollar = 1_000_000_000_000n;

describe('an agent that runs away', () => {
  it('makes the same call with the same result again and again', () => {
    const facts = loopFacts([
      ...times(5, (i) => call(`step ${i}`)),
      ...times(8, () => call('npm test', 'failed')),
      call('other'),
    ]);
    assert.deepEqual(runawayIn(facts, 10_000, 10_000), { what: 'same call', tool: 'Bash', times: 8 });
    // Another result is progress.
    assert.equal(runawayIn(loopFacts(times(30, (i) => call('npm test', `failed ${i}`))), 10_000, 10_000), undefined);
  });

  it('makes an edit and undoes it', () => {
    const facts = loopFacts([
      edit('a', 'b'),
      call('test'),
      edit('b', 'a'),
      edit('a', 'b'),
      call('test', '2'),
      edit('b', 'a'),
      edit('a', 'b'),
    ]);
    assert.deepEqual(runawayIn(facts, 10_000, 10_000), { what: 'edit and undo', times: 4 });
    const once = loopFacts([edit('a', 'b'), edit('b', 'a'), edit('a', 'c'), edit('c', 'd')]);
    assert.equal(runawayIn(once, 10_000, 10_000), undefined);
  });

  it('grows without a word from its user', () => {
    const facts = loopFacts(times(120, (i) => call(`step ${i}`)));
    assert.deepEqual(runawayIn(facts, 190_000, 20_000), { what: 'context', tokens: 190_000, before: 20_000, calls: 120 });
    assert.equal(runawayIn(facts, 190_000, 60_000), undefined, 'three times as long is what work looks like');
    assert.equal(runawayIn(loopFacts(times(40, (i) => call(`step ${i}`))), 190_000, 20_000), undefined);
    assert.equal(runawayIn(facts, 190_000, undefined), undefined);
  });

  it('is not one that works long and looks at the same state a few times', () => {
    const healthy = times(90, (i) => (i % 6 === 5 ? call('git status', 'clean') : call(`step ${i}`)));
    for (let upTo = 1; upTo <= healthy.length; upTo++) {
      assert.equal(runawayIn(loopFacts(healthy.slice(0, upTo)), 15_000 + upTo * 1_000, 15_000), undefined, String(upTo));
    }
  });
});

describe('a burn rate', () => {
  const now = 120 * minute;
  const steady = (perMinute: bigint) => times(60, (i) => ({ at: now - (6 + i) * minute, cost: perMinute }));

  it('is far above the task’s own when five minutes cost five times as much', () => {
    const lately = times(5, (i) => ({ at: now - i * minute, cost: dollar / 2n }));
    assert.deepEqual(burnRate([...steady(dollar / 20n), ...lately], now), { what: 'burn rate', perHourUsd: '30', usualUsd: '3' });
    assert.equal(burnRate([...steady(dollar / 9n), ...lately], now), undefined);
  });

  it('is nothing to tell of a task that has just begun, of cents, or after a pause', () => {
    const lately = times(5, (i) => ({ at: now - i * minute, cost: dollar / 2n }));
    assert.equal(burnRate(lately, now), undefined);
    assert.equal(burnRate([...steady(1n), ...times(5, (i) => ({ at: now - i * minute, cost: dollar / 100n }))], now), undefined);
    // An hour of rest between then and now lowers no rate.
    const beforeLunch = times(20, (i) => ({ at: now - (65 + i) * minute, cost: dollar / 5n }));
    assert.equal(burnRate([...beforeLunch, ...lately], now), undefined);
  });
});
