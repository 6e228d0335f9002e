import assert from 'node:assert/strict';
import type { Priceable, Priced } from '../../../src/core/request.ts';
import { cheaperModels, type Spending } from '../../../src/core/suggestion.ts';
import { promptTokens, usage } from '../../../src/core/usage.ts';

const cent = 10_000_000_000n;

/** Pico-dollars per token of everything; haiku-4-5 is ten times as dear above 100 prompt tokens. */
function price({ model, usage: u }: Priceable): Priced {
  const each: Record<string, bigint> = {
    'claude-opus-5-5': 20_000_000n,
    'claude-haiku-4-5': promptTokens(u) > 100 ? 10_000_000n : 1_000_000n,
    'gpt-6-sol': 10_000_000n,
    'gpt-6-luna': 9_000_000n,
    'glm-5.3-flash': 500_000n,
  };
  const rate = each[model];
  return rate === undefined
    ? { cost: null, basis: 'unpriced' }
    : { cost: rate * BigInt(promptTokens(u) + u.output), basis: 'priced' };
}

function spending(given: Partial<Spending>): Spending {
  return {
    mode: 'build',
    modeKind: 'code',
    kind: 'title',
    provider: 'anthropic',
    model: 'claude-opus-5-5',
    billing: 'metered',
    requests: 100,
    usage: usage({ uncachedInput: 9_050, output: 950 }),
    cost: 20n * cent,
    ...given,
  };
}

const suggest = (sums: Partial<Spending>[], cheaper: Record<string, string> = {}) =>
  cheaperModels(sums.map(spending), cheaper, price, 0);

describe('core: a cheaper model', () => {
  it('is offered for a simple kind: what it cost, what the same tokens would have cost', () => {
    assert.deepEqual(suggest([{}]), [
      {
        id: 'title:claude-opus-5-5:claude-haiku-4-5:metered',
        what: 'title',
        requests: 100,
        from: 'claude-opus-5-5',
        to: 'claude-haiku-4-5',
        spent: 20n * cent,
        // 9,999 tokens in average requests of 90 + 9, one with 140 + 59: that one is above 100 and costs tenfold.
        would: 99n * 99n * 1_000_000n + 199n * 10_000_000n,
        billing: 'metered',
      },
    ]);
  });

  it('is the one the user named, for a kind or a mode by either name', () => {
    assert.equal(suggest([{}], { title: 'glm-5.3-flash' })[0]?.to, 'glm-5.3-flash');
    const byName = suggest([{ kind: '' }], { build: 'glm-5.3-flash', code: 'claude-haiku-4-5' });
    assert.deepEqual([byName[0]?.what, byName[0]?.to], ['build', 'glm-5.3-flash']);
    assert.equal(suggest([{ kind: 'work' }], { code: 'glm-5.3-flash' })[0]?.what, 'code');
  });

  it('is not offered for an agent’s own steps unless the user named one, nor for what is not recognised', () => {
    assert.deepEqual(suggest([{ kind: '' }, { kind: 'work' }, { kind: 'other' }]), []);
    assert.deepEqual(suggest([{ kind: 'other' }], { code: 'glm-5.3-flash' }), []);
  });

  it('needs a price, another model, and a real saving', () => {
    assert.deepEqual(suggest([{}], { title: 'nameless' }), []);
    assert.deepEqual(suggest([{ model: 'claude-haiku-4-5' }]), []);
    assert.deepEqual(suggest([{ model: 'anthropic/claude-haiku-4-5' }], { title: 'claude-haiku-4-5' }), []);
    // $0.10 against $0.09: not a fifth.
    assert.deepEqual(suggest([{ provider: 'openai', model: 'gpt-6-sol', cost: 10n * cent }]), []);
    // Less than a cent.
    assert.deepEqual(suggest([{ requests: 1, usage: usage({ output: 40 }), cost: 8n * 100_000_000n }]), []);
    assert.deepEqual(suggest([{ model: 'grok-4.7' }]), []);
    assert.deepEqual(suggest([{ requests: 0 }, { cost: 0n }]), []);
  });

  it('keeps real dollars and plan value apart, sums over providers, dearest saving first', () => {
    const found = suggest([{}, { mode: 'plan', modeKind: 'architect' }, { billing: 'plan', cost: 90n * cent }]);
    assert.deepEqual(
      found.map(({ billing, requests, spent }) => [billing, requests, spent]),
      [
        ['plan', 100, 90n * cent],
        ['metered', 200, 40n * cent],
      ],
    );
  });

  it('does not take a word of the policy for a property of objects', () => {
    assert.deepEqual(suggest([{ kind: '', mode: 'constructor', modeKind: 'toString' }]), []);
  });
});
