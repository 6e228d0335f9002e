import assert from 'node:assert/strict';
import type { Priceable, Priced } from '../../../src/core/request.ts';
import {
  type ChainRequest,
  type ChainState,
  chainStep,
  inChain,
  promptCost,
  transitionsOf,
} from '../../../src/core/transition.ts';
import { promptTokens, type Usage, usage } from '../../../src/core/usage.ts';

/** $10 input, $1 cache read, $12.50 cache write, $50 output per million; above 1000 prompt tokens everything is twice that. */
function price({ usage: u, counted, reportedUsd }: Priceable): Priced {
  if (reportedUsd !== undefined) throw new Error('the list price was asked for');
  const tier = promptTokens(u) > 1000 ? 2n : 1n;
  const cost =
    BigInt(u.uncachedInput) * 10_000_000n +
    BigInt(u.cacheRead) * 1_000_000n +
    BigInt(u.cacheWrite5m) * 12_500_000n +
    BigInt(u.output) * 50_000_000n;
  return { cost: cost * tier, basis: counted === 'reported' ? 'priced' : 'estimated' };
}

function request(given: Partial<Usage>, mode = '', at = 0): ChainRequest {
  const tokens = usage(given);
  const paid = { provider: 'p', model: 'm', usage: tokens, counted: 'reported', at: 0 } as const;
  return { at, mode, usage: tokens, prompt: promptCost(paid, price(paid).cost, price) };
}

function steps(requests: readonly ChainRequest[], handedOver = false) {
  let state: ChainState | undefined;
  return requests.map((one) => {
    const step = chainStep(state, one, handedOver);
    state = step.next;
    return step;
  });
}

describe('core: what is sent again', () => {
  it('is the prompt before, read from the cache, in an ordinary turn', () => {
    // 100 written; then the 100 read, 30 new (10 of them the answer); then the 130 read, 20 new.
    const [first, second, third] = steps([
      request({ cacheWrite5m: 100, output: 10 }),
      request({ cacheRead: 100, cacheWrite5m: 30, output: 5 }),
      request({ cacheRead: 130, cacheWrite5m: 20 }),
    ]);
    assert.deepEqual([first?.resentTokens, first?.resentCost], [0, 0n]);
    assert.deepEqual([second?.resentTokens, second?.resentCost], [100, 100n * 1_000_000n]);
    assert.deepEqual([third?.resentTokens, third?.resentCost], [130, 130n * 1_000_000n]);
  });

  it('is paid in full where nothing is cached', () => {
    const [, second] = steps([request({ uncachedInput: 100 }), request({ uncachedInput: 150 })]);
    assert.deepEqual([second?.resentTokens, second?.resentCost], [100, 100n * 10_000_000n]);
  });

  it('takes cache reads first and the rest from what was paid as new', () => {
    // 60 of the 100 read; 40 sent again at the price of writes; 20 new.
    const [, second] = steps([request({ cacheWrite5m: 100 }), request({ cacheRead: 60, cacheWrite5m: 60 })]);
    assert.deepEqual([second?.resentTokens, second?.resentCost], [100, 60n * 1_000_000n + 40n * 12_500_000n]);
  });

  it('after a compaction is only what the cache knew', () => {
    const [, second] = steps([request({ cacheWrite5m: 900 }), request({ cacheRead: 40, cacheWrite5m: 60 })]);
    assert.deepEqual([second?.resentTokens, second?.resentCost], [40, 40n * 1_000_000n]);
  });

  it('costs nothing known where there is no price', () => {
    const [, second] = steps([request({ uncachedInput: 100 }), { ...request({ uncachedInput: 150 }), prompt: null }]);
    assert.deepEqual([second?.resentTokens, second?.resentCost], [100, 0n]);
  });

  it('follows the long-context tier of the request it was sent in', () => {
    const [, second] = steps([request({ uncachedInput: 900 }), request({ cacheRead: 900, uncachedInput: 200 })]);
    assert.equal(second?.resentCost, 900n * 2_000_000n);
  });
});

describe('core: mode transitions', () => {
  it('cost nothing when the cache holds: only new tokens were paid as new', () => {
    const found = transitionsOf([
      request({ cacheWrite5m: 500, output: 20 }, 'plan', 1),
      request({ cacheRead: 500, cacheWrite5m: 60 }, 'code', 2),
    ]);
    assert.deepEqual(found, [{ kind: 'mode', at: 2, from: 'plan', to: 'code', resentTokens: 0, cost: 0n }]);
  });

  it('cost the whole history when the new system prompt breaks the cache', () => {
    // 500 before; 560 now, all written again: 60 are new, 500 are sent again at $12.50 per million.
    const found = transitionsOf([
      request({ cacheWrite5m: 500, output: 20 }, 'plan', 1),
      request({ cacheWrite5m: 560 }, 'code', 2),
    ]);
    assert.deepEqual(found, [{ kind: 'mode', at: 2, from: 'plan', to: 'code', resentTokens: 500, cost: 500n * 12_500_000n }]);
  });

  it('are priced in proportion where input and cache writes are mixed', () => {
    // 100 before; 100 uncached + 60 written now: 160 fresh, 60 new, 100 again = 100/160 of (1.0 + 0.75) thousandths.
    const found = transitionsOf([
      request({ uncachedInput: 100 }, 'plan'),
      request({ uncachedInput: 100, cacheWrite5m: 60 }, 'code'),
    ]);
    assert.equal(found[0]?.resentTokens, 100);
    assert.equal(found[0]?.cost, ((100n * 10_000_000n + 60n * 12_500_000n) * 100n) / 160n);
  });

  it('in a fresh context cost all that was sent as new', () => {
    const found = transitionsOf([request({ cacheWrite5m: 900 }, 'plan'), request({ cacheRead: 30, cacheWrite5m: 70 }, 'code')]);
    assert.deepEqual([found[0]?.resentTokens, found[0]?.cost], [70, 70n * 12_500_000n]);
  });

  it('are told once, and not by requests that do not tell their mode', () => {
    const found = transitionsOf([
      request({ uncachedInput: 10 }, 'plan', 1),
      request({ uncachedInput: 20 }, '', 2),
      request({ uncachedInput: 30 }, 'plan', 3),
      request({ uncachedInput: 40 }, '', 4),
      request({ uncachedInput: 50 }, 'code', 5),
      request({ uncachedInput: 60 }, 'code', 6),
      request({ uncachedInput: 70 }, 'plan', 7),
    ]);
    assert.deepEqual(
      found.map(({ at, from, to }) => [at, from, to]),
      [
        [5, 'plan', 'code'],
        [7, 'code', 'plan'],
      ],
    );
  });

  it('begin with the hand-over where another task started this one: all that its first prompt sent as new', () => {
    const [handOver, ...rest] = transitionsOf(
      [request({ cacheRead: 40, cacheWrite5m: 200 }, 'code', 5), request({ cacheRead: 240 }, 'code', 6)],
      true,
    );
    assert.deepEqual(handOver, { kind: 'hand-over', at: 5, from: '', to: 'code', resentTokens: 200, cost: 200n * 12_500_000n });
    assert.deepEqual(rest, []);
  });

  it('have no cost where the model has no price', () => {
    const found = transitionsOf([
      request({ uncachedInput: 10 }, 'plan'),
      { ...request({ uncachedInput: 20 }, 'code'), prompt: null },
    ]);
    assert.equal(found[0]?.cost, null);
    assert.equal(found[0]?.resentTokens, 10);
  });
});

describe('core: what belongs to the conversation of a task', () => {
  it('is its own work that was sent', () => {
    const some = usage({ uncachedInput: 1 });
    assert.equal(inChain(undefined, 'ok', some), true);
    assert.equal(inChain('work', 'cut', some), true);
    assert.equal(inChain('title', 'ok', some), false);
    assert.equal(inChain('work', 'refused', some), false);
    assert.equal(inChain('work', 'ok', usage({ output: 5 })), false);
  });
});

describe('core: what a prompt cost', () => {
  const base = {
    provider: 'p',
    model: 'm',
    counted: 'reported',
    at: 0,
    usage: usage({ uncachedInput: 10, cacheRead: 100, output: 7 }),
  } as const;

  it('is split into what was new and what was read', () => {
    assert.deepEqual(promptCost(base, price(base).cost, price), { fresh: 100_000_000n, read: 100_000_000n });
  });

  it('is scaled to what the provider says it charged', () => {
    // List: 0.0001 + 0.0001 + 0.00035 = 0.00055; charged half of it.
    assert.deepEqual(promptCost({ ...base, reportedUsd: '0.000275' }, 275_000_000n, price), {
      fresh: 50_000_000n,
      read: 50_000_000n,
    });
  });

  it('is unknown without a price', () => {
    assert.equal(promptCost(base, null, price), null);
    assert.equal(
      promptCost({ ...base, reportedUsd: '1' }, 1n, () => ({ cost: null, basis: 'unpriced' })),
      null,
    );
  });
});
