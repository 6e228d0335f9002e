import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { generate } from '../../../pricing/generate.ts';
import { isLeftOut } from '../../../pricing/merge.ts';
import {
  aliasesSchema,
  bookSchema,
  catalogSchema,
  handRowsSchema,
  overridesSchema,
  plansSchema,
} from '../../../pricing/schema.ts';
import { modelName, proprietaryVendor } from '../../../src/core/models.ts';
import { PriceBook } from '../../../src/core/priceBook.ts';
import type { PricePeriod } from '../../../src/core/priceBookData.ts';

const folder = new URL('../../../pricing/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const book = bookSchema.parse(JSON.parse(text('prices.json')));

function overlap(periods: readonly PricePeriod[]): string | undefined {
  let end: string | undefined = '';
  for (const { from = '', to } of periods) {
    if (end === undefined || from < end) return `${from} starts before ${end ?? 'the end of the last'}`;
    if (to !== undefined && to <= from) return `${to} ends before ${from}`;
    end = to;
  }
  return undefined;
}

describe('price book data', () => {
  it('is what its generator makes of the ingredients', async () => {
    assert.ok((await generate()) === text('prices.json'), 'run: node pricing/generate.ts');
  });

  it('has one row per seller and model, sorted', () => {
    const names = book.models.map((row) => `${row.provider} ${row.model}`);
    assert.deepEqual(names, [...new Set(names)].sort());
    assert.ok(names.length > 2000);
  });

  it('has no overlapping periods', () => {
    for (const row of book.models) assert.equal(overlap(row.periods), undefined, `${row.provider}/${row.model}`);
  });

  it('sees an overlap where there is one', () => {
    const rates = { input: '1', output: '1' };
    const [june, july] = ['2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z'];
    assert.equal(
      overlap([
        { rates, to: june },
        { rates, from: june },
      ]),
      undefined,
    );
    assert.ok(
      overlap([
        { rates, to: july },
        { rates, from: june },
      ]),
    );
    assert.ok(overlap([{ rates }, { rates, from: june }]));
    assert.ok(overlap([{ rates, from: july, to: june }]));
  });

  it('names a checked source for every row', () => {
    for (const row of book.models) assert.ok(book.sources[row.source], `${row.provider}/${row.model}`);
    for (const { checkedAt, url } of Object.values(book.sources)) {
      assert.ok(checkedAt <= book.asOf);
      assert.doesNotMatch(url, /registry/);
    }
  });

  it('keeps tiers in order and never cheaper than the card', () => {
    for (const row of book.models) {
      for (const { tiers = [] } of row.periods) {
        const edges = tiers.map((tier) => tier.above);
        assert.deepEqual(
          edges,
          [...new Set(edges)].sort((a, b) => a - b),
          `${row.provider}/${row.model}`,
        );
      }
    }
  });

  it('lets no reseller, alias or catalogue row hide a hand-kept one', () => {
    const hand = handRowsSchema.parse(JSON.parse(text('overrides.json')));
    const prices = new PriceBook(book);
    for (const row of hand) {
      const first = row.periods.at(-1);
      const at = first?.to
        ? Date.parse(first.to) - 1
        : Math.max(Date.parse('2026-11-22T12:00:00Z'), Date.parse(first?.from ?? '1970-01-01T00:00:00Z'));
      for (const id of [row.model, ...(row.aliases ?? [])]) {
        const found = prices.resolve({ id, provider: row.provider, at, serviceTier: 'standard' }, at);
        const source = found && `${found.source.url} ${found.source.checkedAt}`;
        assert.equal(source, `${row.source.url} ${row.source.checkedAt}`, `${row.provider}/${id}`);
      }
    }
  });

  it('can price every model that the catalogues and the agents’ own lists name, but for what is left out on purpose', () => {
    const prices = new PriceBook(book, aliasesSchema.parse(JSON.parse(text('aliases.json'))));
    const at = Date.parse('2026-11-22');
    for (const name of ['pi-ai', 'genai-prices', 'cline-llms', 'roo-types']) {
      const { models } = catalogSchema.parse(JSON.parse(text(`catalog/${name}.json`)));
      const missing = models.filter(
        ({ provider, model }) => !prices.resolve({ id: model, provider, at }) && !isLeftOut(provider, model),
      );
      assert.deepEqual(
        missing.map(({ provider, model }) => `${provider}/${model}`),
        [],
        name,
      );
    }
  });

  it('takes from an agent’s list no price of a maker’s model but a reseller’s own that nobody else knows, none of a plan, or of what a seller no longer sells', () => {
    const ofLists = book.models.filter((row) => row.source === 'cline-llms' || row.source === 'roo-code-types');
    const others = new Set(book.models.filter((row) => !row.confidence).map((row) => row.provider));
    assert.ok(ofLists.length > 2_500);
    for (const row of ofLists) {
      const maker = proprietaryVendor(modelName(row.model).id);
      assert.ok(!maker || maker === row.provider || !others.has(row.provider), `${row.provider}/${row.model}`);
      assert.doesNotMatch(row.provider, /plan|coding/);
      assert.equal(row.confidence, 'low');
    }
    const resold = (provider: string, id: string) => {
      const found = new PriceBook(book).resolve({ id, provider, at: Date.parse('2026-11-22') });
      return [found?.rates.input, found?.rates.cacheRead, found?.confidence];
    };
    assert.deepEqual(resold('poe', 'openai/gpt-5-nano'), ['0.045', '0.0045', 'low']);
    // A list that says nothing of the cache, one that is behind, and a name that no maker has.
    assert.deepEqual(resold('jiekou', 'claude-haiku-4-5-20251001'), ['1', '0.1', 'high']);
    assert.deepEqual(resold('zenmux', 'openai/gpt-5.6-luna'), ['0.2', '0.02', 'high']);
    assert.deepEqual(resold('nano-gpt', 'gemini-2.5-flash-preview-09-2025-thinking'), ['0.3', '0.03', 'low']);
    assert.equal(new PriceBook(book).resolve({ id: 'deepseek-chat', provider: 'deepseek', at: Date.parse('2026-11-22') }), null);
  });

  it('has only aliases that lead somewhere', () => {
    const aliases = aliasesSchema.parse(JSON.parse(text('aliases.json')));
    const prices = new PriceBook(book, aliases);
    for (const alias of aliases)
      assert.ok(prices.resolve({ id: alias.id, provider: alias.provider }, Date.parse('2026-11-22')), alias.id);
  });

  it('stays small in the package', () => {
    const bytes = gzipSync(JSON.stringify(JSON.parse(text('prices.json')))).length;
    assert.ok(bytes <= 80 * 1024, `${bytes} bytes`);
  });

  it('knows the plans, each checked', () => {
    const plans = plansSchema.parse(JSON.parse(text('plans.json')));
    assert.equal(new Set(plans.map((plan) => plan.id)).size, plans.length);
    assert.ok(plans.some((plan) => plan.vendor === 'github-copilot' && plan.unitUsd === '0.01'));
    for (const vendor of ['anthropic', 'cursor']) assert.ok(plans.some((plan) => plan.vendor === vendor));
  });
});

describe('the user’s own prices', () => {
  it('are read in their four forms', () => {
    const parsed = overridesSchema.parse([
      { match: 'house-*', input: 1.5, output: '7', cacheWrite: '2', cacheWrite1h: '3', tiers: [{ above: 200000, input: '3' }] },
      { match: 'a', provider: 'azure', aliasOf: 'openai/gpt-4.1' },
      { match: 'b', free: true },
      { match: 'c', discountPercent: 12.5 },
    ]);
    assert.deepEqual(
      parsed.map((row) => row.kind),
      ['price', 'alias', 'free', 'discount'],
    );
    const [own] = parsed;
    assert.ok(own?.kind === 'price');
    assert.deepEqual(own.rates, {
      cacheWrite5m: '2',
      cacheWrite1h: '3',
      cacheWrite30m: '2',
      cacheWrite12h: '2',
      input: '1.5',
      output: '7',
    });
    assert.deepEqual(own.tiers, [{ above: 200000, rates: { input: '3' } }]);
  });

  it('are refused where they make no sense', () => {
    for (const row of [
      { match: 'a' },
      { match: 'a', input: '1' },
      { match: 'a', input: '-1', output: '1' },
      { match: 'a', free: false },
      { match: 'a', discountPercent: 120 },
      { match: '', free: true },
      { match: 'a', free: true, input: '1' },
    ]) {
      assert.equal(overridesSchema.safeParse([row]).success, false, JSON.stringify(row));
    }
  });

  it('price a long prompt by their own tier', () => {
    const overrides = overridesSchema.parse([
      { match: 'claude-sonnet-4-5*', input: '3', output: '15', tiers: [{ above: 200000, input: '6', output: '22.5' }] },
    ]);
    const prices = new PriceBook(book, [], overrides);
    const usage = {
      uncachedInput: 200001,
      inputAudio: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      cacheWrite30m: 0,
      cacheWrite12h: 0,
      output: 0,
      reasoning: 0,
      webSearches: 0,
    };
    const { usd } = prices.explain({
      provider: 'anthropic',
      model: 'claude-sonnet-4-5-20250929',
      usage,
      counted: 'reported',
      at: 0,
    });
    assert.equal(usd, '1.200006');
  });
});
