import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type CostPart, PeriodPrices } from '../../../src/core/cost.ts';
import { format, parse } from '../../../src/core/decimal.ts';
import type { PricePeriod } from '../../../src/core/priceBookData.ts';
import type { PriceContext } from '../../../src/core/request.ts';
import { noUsage, type Usage, usage } from '../../../src/core/usage.ts';

const at = Date.parse('2026-11-20T12:00:00Z');
const card: PricePeriod = {
  rates: { input: '3', output: '15', cacheRead: '0.30', cacheWrite5m: '3.75', cacheWrite1h: '6' },
};

function usd(period: PricePeriod, part: Partial<Usage>, context: Partial<PriceContext> = {}): string {
  return format(new PeriodPrices(period).exactCost(usage(part), { at, ...context }).usd);
}

describe('cost', () => {
  it('charges every class at its own price', () => {
    const cost = usd(card, { uncachedInput: 40, cacheRead: 1000, cacheWrite5m: 2000, cacheWrite1h: 18000, output: 1000 });
    assert.equal(cost, '0.13092');
  });

  it('counts reasoning once: it is inside output', () => {
    assert.equal(usd(card, { output: 100, reasoning: 90 }), usd(card, { output: 100 }));
  });

  it('charges a class without a price as input', () => {
    const bare: PricePeriod = { rates: { input: '2', output: '8' } };
    for (const name of ['inputAudio', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'cacheWrite30m', 'cacheWrite12h'] as const) {
      assert.equal(usd(bare, { [name]: 1_000_000 }), '2', name);
    }
  });

  it('moves the whole request only strictly above the edge', () => {
    const tiered: PricePeriod = { ...card, tiers: [{ above: 1000, rates: { input: '6', output: '22.5', cacheRead: '0.6' } }] };
    assert.equal(usd(tiered, { uncachedInput: 400, cacheRead: 600, output: 10 }), '0.00153');
    assert.equal(usd(tiered, { uncachedInput: 401, cacheRead: 600, output: 10 }), '0.002991');
    assert.equal(usd(tiered, { uncachedInput: 500, cacheRead: 400, cacheWrite1h: 101 }), '0.003846');
    assert.equal(usd(tiered, { uncachedInput: 1000, output: 900_000 }), '13.503');
  });

  it('takes a service tier as a factor or as rates of its own', () => {
    const tiered: PricePeriod = {
      ...card,
      serviceTiers: { batch: { multiplier: '0.5' }, priority: { rates: { output: '30' } } },
    };
    assert.equal(usd(tiered, { uncachedInput: 10, output: 10 }, { serviceTier: 'batch' }), '0.00009');
    assert.equal(usd(tiered, { uncachedInput: 10, output: 10 }, { serviceTier: 'priority' }), '0.00033');
    assert.equal(usd(tiered, { uncachedInput: 10, output: 10 }, { serviceTier: 'standard' }), '0.00018');
    assert.equal(
      usd(tiered, { uncachedInput: 10, output: 10 }, { serviceTier: 'constructor', region: 'constructor' }),
      '0.00018',
    );
  });

  it('lets factors multiply and leaves fees alone', () => {
    const all: PricePeriod = {
      ...card,
      serviceTiers: { fast: { multiplier: '2' } },
      regions: { us: '1.1' },
      timeOfDay: { utcWindows: [['12:00', '13:00']], multiplier: '3' },
      webSearchPer1000: '10',
    };
    const context = { serviceTier: 'fast', region: 'us' };
    assert.equal(usd(all, { uncachedInput: 1_000_000, webSearches: 3 }, context), '19.83');
    assert.equal(usd(all, { webSearches: 3 }, context), '0.03');
  });

  it('knows hours, weekdays and holidays in UTC', () => {
    const timed: PricePeriod = {
      ...card,
      timeOfDay: { utcWindows: [['01:00', '04:00']], weekdaysOnly: true, exceptDates: ['2026-10-01'], multiplier: '2' },
    };
    const cost = (iso: string) => usd(timed, { uncachedInput: 1_000_000 }, { at: Date.parse(iso) });
    assert.equal(cost('2026-11-23T00:59:59Z'), '3');
    assert.equal(cost('2026-11-23T01:00:00Z'), '6');
    assert.equal(cost('2026-11-23T03:59:59Z'), '6');
    assert.equal(cost('2026-11-23T04:00:00Z'), '3');
    assert.equal(cost('2026-11-22T02:00:00Z'), '3');
    assert.equal(cost('2026-10-01T02:00:00Z'), '3');
  });

  it('names the parts that have tokens, and they add up', () => {
    const { parts } = new PeriodPrices(card).exactCost(usage({ uncachedInput: 5, cacheWrite5m: 1, cacheWrite1h: 1 }), { at });
    const shown = Object.fromEntries(Object.entries(parts).map(([name, amount]) => [name, format(amount)]));
    assert.deepEqual(shown, { input: '0.000015', cacheWrite: '0.00000975' });
  });

  it('rounds to pico-dollars only where a price is finer than that', () => {
    const fine: PricePeriod = { rates: { input: '0.0000005', output: '0' } };
    assert.equal(new PeriodPrices(fine).cost(usage({ uncachedInput: 1 }), { at }), 1n);
    assert.equal(usd(fine, { uncachedInput: 1 }), '0.0000000000005');
  });

  const price = fc.tuple(fc.nat(200), fc.stringMatching(/^\d{1,9}$/)).map(([whole, fraction]) => `${whole}.${fraction}`);
  const period: fc.Arbitrary<PricePeriod> = fc.record(
    {
      rates: fc.record(
        {
          input: price,
          output: price,
          cacheRead: price,
          cacheWrite5m: price,
          cacheWrite1h: price,
          cacheWrite30m: price,
          cacheWrite12h: price,
          inputAudio: price,
        },
        { requiredKeys: ['input', 'output'] },
      ),
      tiers: fc
        .array(
          fc.record({
            above: fc.integer({ min: 1, max: 3_000_000 }),
            rates: fc.record({ input: price, output: price, cacheRead: price }, { requiredKeys: [] }),
          }),
          { maxLength: 3 },
        )
        .map((tiers) => tiers.sort((a, b) => a.above - b.above)),
      serviceTiers: fc.constantFrom<PricePeriod['serviceTiers']>(
        { batch: { multiplier: '0.5' } },
        { fast: { multiplier: '2.25' } },
      ),
      regions: fc.constant({ us: '1.1' }),
      webSearchPer1000: price,
    },
    { requiredKeys: ['rates'] },
  );
  const tokens = fc.oneof(fc.nat(100), fc.nat(2_000_000), fc.integer({ min: 2 ** 40, max: 2 ** 50 }));
  const anyUsage: fc.Arbitrary<Usage> = fc.record({
    uncachedInput: tokens,
    inputAudio: tokens,
    cacheRead: tokens,
    cacheWrite5m: tokens,
    cacheWrite1h: tokens,
    cacheWrite30m: tokens,
    cacheWrite12h: tokens,
    output: tokens,
    reasoning: fc.constant(0),
    webSearches: fc.nat(50),
  });
  const context = fc.record({
    at: fc.constant(at),
    serviceTier: fc.constantFrom(undefined, 'batch', 'fast', 'flex'),
    region: fc.constantFrom(undefined, 'us', 'eu'),
  });

  it('equals a naive computation in fractions', () => {
    fc.assert(
      fc.property(period, anyUsage, context, (each, used, situation) => {
        const [numerator, denominator] = naive(each, used, situation);
        const { usd: total, parts } = new PeriodPrices(each).exactCost(used, situation);
        assert.equal(total.units * denominator, numerator * 10n ** BigInt(total.digits));
        const sum = Object.values(parts).reduce((left, right) => left + right.units * 10n ** BigInt(60 - right.digits), 0n);
        assert.equal(sum, total.units * 10n ** BigInt(60 - total.digits));
        const pico = new PeriodPrices(each).cost(used, situation);
        const twice = 2n * (numerator * 10n ** 12n - pico * denominator);
        assert.ok(twice <= denominator && twice >= -denominator);
      }),
      { numRuns: 300 },
    );
  });

  it('adds up to the same whatever the order and the batches', () => {
    fc.assert(
      fc.property(period, fc.array(anyUsage, { maxLength: 30 }), fc.nat(), (each, list, seed) => {
        const prices = new PeriodPrices(each);
        const costs = list.map((used) => prices.cost(used, { at }));
        const total = costs.reduce((a, b) => a + b, 0n);
        const turned = [...costs.slice(seed % (costs.length + 1)), ...costs.slice(0, seed % (costs.length + 1))].reverse();
        assert.equal(
          turned.reduce((a, b) => a + b, 0n),
          total,
        );
        const half = Math.floor(costs.length / 2);
        const [left, right] = [costs.slice(0, half), costs.slice(half)].map((batch) => batch.reduce((a, b) => a + b, 0n));
        assert.equal((left ?? 0n) + (right ?? 0n), total);
        const fresh = [...list].reverse().map((used) => new PeriodPrices(each).cost(used, { at }));
        assert.deepEqual(fresh.reverse(), costs);
      }),
      { numRuns: 60 },
    );
  });
});

/** The rules again, written down as plainly as possible: the cost as a fraction. */
function naive(period: PricePeriod, used: Usage, situation: PriceContext): readonly [bigint, bigint] {
  const prompt = [
    used.uncachedInput,
    used.inputAudio,
    used.cacheRead,
    used.cacheWrite5m,
    used.cacheWrite1h,
    used.cacheWrite30m,
    used.cacheWrite12h,
  ].reduce((a, b) => a + b, 0);
  let rates = { ...period.rates };
  const reached = (period.tiers ?? []).filter((tier) => prompt > tier.above).at(-1);
  if (reached) rates = { ...rates, ...reached.rates };
  const factors = [period.serviceTiers?.[situation.serviceTier ?? '']?.multiplier, period.regions?.[situation.region ?? '']];
  const scale = 10n ** 12n;
  const whole = (text: string): bigint => {
    const value = parse(text);
    return (value.units * scale) / 10n ** BigInt(value.digits);
  };
  const lines: readonly (readonly [keyof Usage & keyof typeof noUsage, string])[] = [
    ['uncachedInput', rates.input],
    ['inputAudio', rates.inputAudio ?? rates.input],
    ['cacheRead', rates.cacheRead ?? rates.input],
    ['cacheWrite5m', rates.cacheWrite5m ?? rates.cacheWrite30m ?? rates.input],
    ['cacheWrite1h', rates.cacheWrite1h ?? rates.input],
    ['cacheWrite30m', rates.cacheWrite30m ?? rates.cacheWrite5m ?? rates.input],
    ['cacheWrite12h', rates.cacheWrite12h ?? rates.input],
    ['output', rates.output],
  ];
  let numerator = lines.reduce((sum, [name, rate]) => sum + BigInt(used[name]) * whole(rate), 0n);
  let denominator = scale * 1_000_000n;
  for (const factor of factors) {
    if (!factor) continue;
    numerator *= whole(factor);
    denominator *= scale;
  }
  const fee = BigInt(used.webSearches) * whole(period.webSearchPer1000 ?? '0');
  return [numerator * scale * 1000n + fee * denominator, denominator * scale * 1000n];
}

// The parts a cost can have are what people see: a new one has to be named here on purpose.
const partNames: readonly CostPart[] = ['input', 'inputAudio', 'cacheRead', 'cacheWrite', 'output', 'tools'];
describe('cost parts', () => {
  it('are the known ones', () => {
    const every = Object.fromEntries(Object.keys(noUsage).map((name) => [name, 1])) as unknown as Usage;
    const { parts } = new PeriodPrices({ ...card, webSearchPer1000: '1' }).exactCost(every, { at });
    assert.deepEqual(Object.keys(parts).sort(), [...partNames].sort());
  });
});
