import assert from 'node:assert/strict';
import { priceBook } from '../../../pricing/book.ts';
import { PriceBook } from '../../../src/core/priceBook.ts';
import type { BookData, ModelPrices, PriceOverride } from '../../../src/core/priceBookData.ts';
import type { Priceable } from '../../../src/core/request.ts';
import { usage } from '../../../src/core/usage.ts';

const now = Date.parse('2026-11-20T12:00:00Z');

function row(provider: string, model: string, input: string, more: Partial<ModelPrices> = {}): ModelPrices {
  return { provider, model, source: 'page', periods: [{ rates: { input, output: '50' } }], ...more };
}

const data: BookData = {
  schemaVersion: 1,
  asOf: '2026-11-22',
  sources: { page: { url: 'https://example.com/prices', kind: 'vendor', checkedAt: '2026-11-22' } },
  models: [
    row('anthropic', 'claude-opus-5', '5'),
    row('anthropic', 'claude-opus-5-5', '4', {
      periods: [{ rates: { input: '4', output: '20' }, serviceTiers: { fast: { multiplier: '2' } }, regions: { us: '1.1' } }],
    }),
    row('amazon-bedrock', 'claude-opus-5', '5', {
      of: 'anthropic/claude-opus-5',
      periods: [{ rates: { input: '5', output: '25' }, regions: { us: '1.1', regional: '1.1' } }],
    }),
    row('openai', 'gpt-5.1-codex', '1'),
    row('openai', 'gpt-5.1-codex-mini', '2', { aliases: ['codex-tiny'] }),
    row('openai', 'gpt-4o', '3'),
    row('openai', 'gpt-4o-2024-05-13', '6'),
    row('zai', 'glm-5', '7'),
    row('zhipuai', 'glm-5', '8'),
    row('github-copilot', 'gpt-4o', '9'),
    row('deepseek', 'moving', '1', {
      periods: [
        { from: '2026-01-01T00:00:00Z', to: '2026-06-01T00:00:00Z', rates: { input: '1', output: '1' } },
        {
          from: '2026-06-01T00:00:00Z',
          rates: { input: '2', output: '2' },
          timeOfDay: { utcWindows: [['12:00', '13:00']], multiplier: '2' },
        },
      ],
    }),
  ],
};
const aliases = [
  { id: 'opus', model: 'anthropic/claude-opus-5-5' },
  { id: 'opus', provider: 'azure', model: 'openai/gpt-4o' },
];

function input(id: string, provider?: string, overrides: readonly PriceOverride[] = [], at?: number): string | null {
  return new PriceBook(data, aliases, overrides).resolve({ id, provider, at }, now)?.rates.input ?? null;
}

function request(model: string, provider: string, more: Partial<Priceable> = {}): Priceable {
  return { provider, model, at: now, counted: 'reported', usage: usage({ uncachedInput: 1_000_000 }), ...more };
}

describe('price book', () => {
  it('never takes a neighbour', () => {
    assert.equal(input('claude-opus-5-5', 'anthropic'), '4');
    assert.equal(input('claude-opus-5-6', 'anthropic'), null);
    assert.equal(input('claude-opus-5-5-turbo', 'anthropic'), null);
    assert.equal(input('gpt-5.1-codex-mini'), '2');
    assert.equal(input('gpt-5.1-codex-micro'), null);
    assert.equal(input('gpt-5.1'), null);
    assert.equal(input('gpt-4o-2024-05-13'), '6');
    assert.equal(input('gpt-4o-2024-11-20'), '3');
    assert.equal(input('gpt-4o-mini'), null);
    assert.equal(input('claude-opus'), null);
    assert.equal(input(''), null);
  });

  it('takes the seller before the maker, and the maker only where nobody else prices', () => {
    assert.equal(input('gpt-4o', 'github-copilot'), '9');
    assert.equal(input('gpt-5.1-codex', 'github-copilot'), '1');
    assert.equal(input('claude-opus-5', 'my-proxy'), '5');
    assert.equal(input('glm-5', 'zai'), '7');
    assert.equal(input('glm-5', 'zhipuai'), '8');
    assert.equal(input('glm-5'), '7');
    assert.equal(input('z-ai/glm-5'), '7');
    assert.equal(input('glm-5', 'my-proxy'), null);
  });

  it('follows aliases of rows and of the list', () => {
    assert.equal(input('codex-tiny', 'openai'), '2');
    assert.equal(input('opus', 'anthropic'), '4');
    assert.equal(input('opus', 'azure'), '3');
  });

  it('keeps geography and variants as facts that change the price', () => {
    assert.equal(input('us.anthropic.claude-opus-5-v1:0', 'bedrock'), '5.5');
    assert.equal(input('global.anthropic.claude-opus-5-v1:0', 'bedrock'), '5');
    assert.equal(input('anthropic.claude-opus-5-v1:0', 'bedrock'), '5.5');
    assert.equal(input('claude-opus-5-5-fast', 'anthropic'), '8');
    assert.equal(input('claude-opus-5-fast', 'anthropic'), null);
    assert.equal(input('anything/at-all:free', 'openrouter'), '0');
    assert.equal(input('anything/at-all:free', 'anthropic'), null);
  });

  it('takes neutral words of an answer for nothing told, and the region from Bedrock whatever its id is written like', () => {
    const real = priceBook();
    const usd = (provider: string, model: string, more: Partial<Priceable> = {}) =>
      real.explain({ provider, model, usage: usage({ uncachedInput: 100_000 }), counted: 'reported', at: now, ...more }).usd;
    assert.equal(usd('anthropic', 'claude-opus-5-fast', { serviceTier: 'standard' }), '1');
    assert.equal(usd('anthropic', 'claude-opus-5-fast', { serviceTier: 'priority' }), '1');
    assert.equal(usd('anthropic', 'claude-opus-5', { serviceTier: 'fast' }), '1');
    const plain = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
    assert.equal(usd('bedrock', plain, { region: 'not_available', serviceTier: 'standard' }), '0.33');
    for (const id of ['claude-opus-4-6', 'anthropic.claude-opus-4-6-v1', 'claude-opus-4-6-20260101'])
      assert.equal(usd('bedrock', id), '0.55', id);
    assert.equal(usd('bedrock', 'global.anthropic.claude-opus-4-6-v1'), '0.5');
    for (const serviceTier of ['priority', 'optimized', 'flex'])
      assert.equal(usd('bedrock', plain, { serviceTier }), null, serviceTier);
  });

  it('prices the sum of several requests as short ones, as an estimate', () => {
    const real = priceBook();
    const sum = { provider: 'openai', model: 'gpt-5.5', usage: usage({ uncachedInput: 1_000_000 }), at: now };
    assert.deepEqual(
      (['reported', 'summed'] as const).map((counted) => [
        real.explain({ ...sum, counted }).usd,
        real.price({ ...sum, counted }).basis,
      ]),
      [
        ['10', 'priced'],
        ['5', 'estimated'],
      ],
    );
  });

  it('answers 0 for what runs here and what no model gave, before any matching', () => {
    assert.equal(input('glm-5', 'ollama'), '0');
    assert.equal(input('ollama/glm-5'), '0');
    assert.equal(input('<synthetic>', 'anthropic'), '0');
    assert.equal(input('glm-5:cloud', 'ollama'), null);
  });

  it('prices by the date', () => {
    const at = (iso: string) => input('moving', 'deepseek', [], Date.parse(iso));
    assert.equal(at('2025-12-31T23:59:59Z'), null);
    assert.equal(at('2026-05-31T23:59:59.999Z'), '1');
    assert.equal(at('2026-06-01T00:00:00Z'), '2');
    assert.equal(at('2026-06-01T12:30:00Z'), '4');
    assert.equal(input('moving', 'deepseek'), '2', 'without a moment: outside peak hours');
  });

  it('tells what it knows', () => {
    const found = new PriceBook(data, aliases).resolve({ id: 'us.anthropic.claude-opus-5', provider: 'aws' }, now);
    assert.equal(found?.canonical, 'anthropic/claude-opus-5');
    assert.equal(found?.source.url, 'https://example.com/prices');
    assert.equal(found?.confidence, 'high');
    assert.equal(new PriceBook(data).asOf, '2026-11-22');
  });

  it('lets the user’s own prices win', () => {
    const own: PriceOverride = { kind: 'price', match: 'claude-opus-*', rates: { input: '1', output: '1' } };
    assert.equal(input('claude-opus-5-5', 'anthropic', [own]), '1');
    assert.equal(input('anthropic/claude-opus-5.5', 'openrouter', [own]), '1');
    assert.equal(input('claude-opus-5-5', 'anthropic', [{ ...own, provider: 'azure' }]), '4');
    assert.equal(
      input('house-model', 'ours', [{ kind: 'alias', match: 'house-model', aliasOf: 'anthropic/claude-opus-5-5' }]),
      '4',
    );
    assert.equal(input('house-model', 'ours', [{ kind: 'alias', match: 'house-model', aliasOf: 'gpt-4o' }]), '3');
    assert.equal(input('gpt-4o', 'openai', [{ kind: 'free', match: '*' }]), '0');
    assert.equal(input('gpt-4o', 'openai', [{ kind: 'discount', match: 'gpt-4o', discountPercent: '12.5' }]), '2.625');
    assert.equal(input('nothing', 'openai', [{ kind: 'discount', match: '*', discountPercent: '10' }]), null);
    assert.equal(input('llama', 'ollama', [{ kind: 'price', match: 'llama', rates: { input: '2', output: '1' } }]), '2');
  });

  it('takes an exact override before a glob, whatever their order, and no glob for a pattern', () => {
    const glob: PriceOverride = { kind: 'price', match: 'gpt-*', rates: { input: '1', output: '1' } };
    const exact: PriceOverride = { kind: 'price', match: 'GPT-4o', rates: { input: '2', output: '1' } };
    assert.equal(input('gpt-4o', 'openai', [glob, exact]), '2');
    assert.equal(input('gptX4o', 'openai', [{ ...glob, match: 'gpt.4o' }]), null);
    assert.equal(input('gpt-4o', 'openai', [{ ...glob, match: '(' }]), '3');
  });
});

describe('pricing a request', () => {
  const book = new PriceBook(data, aliases);

  it('says where the cost comes from', () => {
    assert.deepEqual(book.price(request('gpt-4o', 'openai')), { cost: 3_000_000_000_000n, basis: 'priced' });
    assert.deepEqual(book.price(request('gpt-4o', 'openai', { counted: 'estimated' })), {
      cost: 3_000_000_000_000n,
      basis: 'estimated',
    });
    assert.deepEqual(book.price(request('gpt-4o', 'openai', { reportedUsd: '0.25' })), {
      cost: 250_000_000_000n,
      basis: 'reported',
    });
    assert.deepEqual(book.price(request('nope', 'openai', { reportedUsd: '0' })), { cost: 0n, basis: 'reported' });
    assert.deepEqual(book.price(request('nope', 'openai')), { cost: null, basis: 'unpriced' });
    assert.deepEqual(book.price(request('nope', 'ollama')), { cost: 0n, basis: 'priced' });
  });

  it('takes tier and region from the answer before the id', () => {
    const cost = (more: Partial<Priceable>) => book.explain(request('claude-opus-5-5', 'anthropic', more)).usd;
    assert.equal(cost({ serviceTier: 'fast', region: 'us' }), '8.8');
    assert.equal(cost({ serviceTier: 'standard', region: 'global' }), '4');
    assert.equal(book.explain(request('us.anthropic.claude-opus-5', 'bedrock')).usd, '5.5');
    assert.equal(book.explain(request('us.anthropic.claude-opus-5', 'bedrock', { region: 'elsewhere' })).usd, '5');
  });

  it('leaves a fast answer without a fast price unpriced', () => {
    assert.equal(book.price(request('claude-opus-5', 'anthropic', { serviceTier: 'fast' })).basis, 'unpriced');
  });

  it('explains to the last digit', () => {
    const used = usage({ uncachedInput: 1, output: 3 });
    assert.deepEqual(book.explain(request('gpt-4o', 'openai', { usage: used })), {
      cost: 153_000_000n,
      basis: 'priced',
      usd: '0.000153',
      breakdown: { input: '0.000003', output: '0.00015' },
    });
    assert.equal(book.explain(request('gpt-4o', 'openai', { reportedUsd: '0.0000000000000001' })).usd, '0.0000000000000001');
  });
});
