import assert from 'node:assert/strict';
import { breakCost, cacheState, cacheStep } from '../../../src/core/cacheBreak.ts';
import { bestFacts, fixedCost, type PromptFacts } from '../../../src/core/promptFacts.ts';
import type { Observation } from '../../../src/core/request.ts';
import { promptCost } from '../../../src/core/transition.ts';
import { minute, price, sighting } from '../ledger/fixtures.ts';

/** A prompt of 10,000 tokens in the provider's cache: 8,000 read, 2,000 written. */
const first = sighting({ at: 0, usage: { cacheRead: 8_000, cacheWrite5m: 2_000, output: 100 } });
const then = (given: Parameters<typeof sighting>[0]): Observation => sighting({ at: minute, ...given });
const facts = (systemHash: string, toolsHash: string): PromptFacts => ({
  system: 600,
  tools: 1_400,
  messages: 8_000,
  unusedTools: 0,
  systemHash,
  toolsHash,
});

describe('cache breaks', () => {
  const step = (now: Observation, switched = false, before = first) => cacheStep(cacheState(before), now, switched);

  it('are what the request before left and this one did not find, from 1,024 tokens on', () => {
    assert.equal(step(then({ usage: { cacheRead: 10_000, cacheWrite5m: 500 } })).lostTokens, 0);
    assert.equal(step(then({ usage: { cacheRead: 8_977, uncachedInput: 1_600 } })).lostTokens, 0, '1,023 are too few');
    assert.equal(step(then({ usage: { cacheRead: 8_976, uncachedInput: 1_600 } })).lostTokens, 1_024);
    assert.equal(step(then({ usage: { cacheWrite5m: 10_500 } })).lostTokens, 10_000);
    // A prompt that became shorter can have lost no more than it holds; one that is much shorter is another history.
    assert.equal(step(then({ usage: { cacheWrite5m: 8_000 } })).lostTokens, 8_000);
    assert.equal(step(then({ usage: { cacheWrite5m: 7_999 } })).lostTokens, 0);
    assert.equal(step(then({ usage: { uncachedInput: 3_000 }, model: 'cheap' })).lostTokens, 0, 'a side request in between');
    assert.equal(cacheStep(undefined, first, false).lostTokens, 0);
  });

  it('have the first cause that is certain', () => {
    const cold = { cacheWrite5m: 10_500 };
    assert.equal(step(then({ usage: cold, model: 'cheap' }), true).cause, 'model');
    assert.equal(step(then({ usage: cold }), true).cause, 'mode');
    assert.equal(step(then({ usage: { cacheWrite5m: 9_000 } })).cause, 'history');
    assert.equal(step(then({ usage: cold, at: 5 * minute })).cause, 'unknown');
    assert.equal(step(then({ usage: cold, at: 5 * minute + 1 })).cause, 'lapsed');
    assert.equal(step(then({ usage: cold, at: 9 * minute, began: 4 * minute })).cause, 'unknown', 'it was asked in time');
    const hour = sighting({ at: 0, usage: { cacheWrite1h: 10_000 } });
    assert.equal(step(then({ usage: cold, at: 59 * minute }), false, hour).cause, 'unknown');
    assert.equal(step(then({ usage: cold, at: 61 * minute }), false, hour).cause, 'lapsed');
    const known = { ...first, facts: facts('s', 't') };
    assert.equal(step(then({ usage: cold, facts: facts('s2', 't2') }), false, known).cause, 'tools');
    assert.equal(step(then({ usage: cold, facts: facts('s2', 't') }), false, known).cause, 'system');
    assert.equal(step(then({ usage: cold, facts: facts('s', 't') }), false, known).cause, 'unknown');
    assert.equal(step(then({ usage: cold, facts: facts('s2', 't') })).cause, 'unknown', 'nobody knows how it was before');
  });

  it('cost what was paid beyond reading it', () => {
    const now = then({ usage: { uncachedInput: 500, cacheWrite5m: 10_000, output: 10 } });
    const { cost } = price(now);
    // Fresh: 500 × $10 + 10,000 × $12 per million = $0.125 for 10,500 tokens; 10,000 of them $0.119047…; as reads $0.01.
    assert.equal(breakCost(now, cost, promptCost(now, cost, price), 10_000, price), 119_047_619_047n - 10_000_000_000n);
    assert.equal(breakCost(now, null, null, 10_000, price), null);
    // The provider charged twice the list price: both sides of the difference double.
    const dear = { ...now, reportedUsd: '0.251' };
    const paid = price(dear).cost;
    assert.equal(breakCost(dear, paid, promptCost(dear, paid, price), 10_500, price), 250_000_000_000n - 21_000_000_000n);
  });

  it('tell growth inside a run apart from the answer before it', () => {
    const ran = { ...first, run: 'r1' };
    const grown = { usage: { cacheRead: 10_000, cacheWrite5m: 30_100 }, run: 'r1' };
    assert.equal(step(then(grown), false, ran).grewTokens, 30_000, '40,100 − 10,000 − 100');
    const back = { usage: { cacheRead: 50_000, cacheWrite5m: 700 }, run: 'r1' };
    assert.equal(step(then(back), false, ran).grewTokens, 700, 'what the cache held is no news');
    assert.equal(step(then({ ...grown, run: 'r2' }), false, ran).grewTokens, 0, 'a new prompt may be as long as it likes');
    assert.equal(step(then(grown), true, ran).grewTokens, 0);
    assert.equal(step(then({ usage: grown.usage })).grewTokens, 0, 'no run is told');
  });
});

describe('the fixed part of a prompt', () => {
  it('is paid as what the cache held first, then fresh', () => {
    // A fifth of our count is fixed: 2,000 of 10,000 provider tokens. All of it was read: 2,000 × $1 per million.
    const warm = sighting({ usage: { cacheRead: 9_000, uncachedInput: 1_000 } });
    const cost = promptCost(warm, price(warm).cost, price);
    assert.ok(cost);
    assert.equal(fixedCost(facts('s', 't'), warm.usage, cost), 2_000_000_000n);
    // 500 were read at $1, 1,500 were fresh at $10.
    const cold = sighting({ usage: { cacheRead: 500, uncachedInput: 9_500 } });
    const dear = promptCost(cold, price(cold).cost, price);
    assert.ok(dear);
    assert.equal(fixedCost(facts('s', 't'), cold.usage, dear), 500_000_000n + 15_000_000_000n);
  });

  it('is chosen without regard to the order of two readings', () => {
    const [a, b] = [facts('a', 't'), { ...facts('b', 't') }];
    assert.deepEqual(bestFacts(a, b), bestFacts(b, a));
    assert.equal(bestFacts(a, undefined), a);
    const more = { ...facts('a', 't'), messages: 9_000 };
    assert.equal(bestFacts(a, more), more);
  });
});
