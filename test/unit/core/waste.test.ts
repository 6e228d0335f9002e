import assert from 'node:assert/strict';
import { usage } from '../../../src/core/usage.ts';
import { type AgentSpending, wasteOfSums } from '../../../src/core/waste.ts';
import { noon, price } from '../ledger/fixtures.ts';

function sum(part: Partial<AgentSpending>): AgentSpending {
  return {
    agent: 'kilo',
    mode: 'code',
    modeKind: 'code',
    kind: '',
    provider: 'anthropic',
    model: 'dear',
    billing: 'metered',
    requests: 10,
    usage: usage({}),
    cost: 0n,
    resentTokens: 0,
    resent: 0n,
    ...part,
  };
}

/** `claude-dear` costs what `dear` does: only such models mark what is cached. */
const priced: typeof price = (p) => price({ ...p, model: p.model.replace('claude-', '') });
const found = (...sums: AgentSpending[]) => wasteOfSums(sums, priced, noon);

describe('waste that sums tell', () => {
  it('is thinking over trivial requests, at the price of output', () => {
    // 1,000 tokens of reasoning at $50 a million.
    const [one] = found(sum({ kind: 'title', usage: usage({ output: 1_500, reasoning: 1_000 }) }));
    assert.deepEqual([one?.kind, one?.cost, one?.tokens, one?.subject], ['thinking', 50_000_000_000n, 1_000, 'title']);
    assert.deepEqual(found(sum({ usage: usage({ output: 1_500, reasoning: 1_000 }) })), [], 'work is not trivial');
    assert.deepEqual(found(sum({ kind: 'title', usage: usage({ output: 300, reasoning: 199 }) })), [], 'less than a cent');
  });

  it('is history paid in full where the model caches only what is marked', () => {
    // 90,000 tokens again at $10 a million, which would have been read at $1.
    const plain = {
      model: 'claude-dear',
      usage: usage({ uncachedInput: 100_000 }),
      resentTokens: 90_000,
      resent: 900_000_000_000n,
    };
    const [one] = found(sum(plain));
    assert.deepEqual([one?.kind, one?.cost, one?.tokens], ['noCache', 810_000_000_000n, 90_000]);
    assert.deepEqual(found(sum({ ...plain, model: 'dear' })), [], 'other models cache by themselves');
    assert.deepEqual(found(sum({ ...plain, usage: usage({ uncachedInput: 99_000, cacheRead: 1_000 }) })), []);
    assert.deepEqual(found(sum({ ...plain, usage: usage({ uncachedInput: 10_000 }) })), [], 'too short to be cached');
    assert.deepEqual(found(sum({ ...plain, requests: 1 })), []);
  });
});
