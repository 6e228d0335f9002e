import assert from 'node:assert/strict';
import {
  formatCost,
  formatCount,
  formatMoment,
  formatShare,
  formatTokens,
  formatUsd,
  inCurrency,
  shareOf,
} from '../../../src/core/format.ts';

describe('format', () => {
  it('names the day of a moment only where it is another one', () => {
    const now = new Date(2026, 10, 25, 22, 8).getTime();
    assert.equal(formatMoment(new Date(2026, 10, 25, 9, 5).getTime(), now, 'en').replace('\u202f', ' '), '9:05 AM');
    assert.equal(formatMoment(new Date(2026, 10, 23, 9, 5).getTime(), now, 'en').replace('\u202f', ' '), 'Nov 23, 9:05 AM');
  });

  it('shows dollars without false precision and never rounds a cost to nothing', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['0', '$0.00'],
      ['0.0042', '$0.0042'],
      ['0.00421', '$0.0042'],
      ['0.0421', '$0.042'],
      ['0.4251', '$0.43'],
      ['0.5', '$0.50'],
      ['0.999', '$1.00'],
      ['3.4159', '$3.42'],
      ['1234.5', '$1,234.50'],
      ['0.0001', '$0.00010'],
      ['0.00009', '<$0.0001'],
      ['0.000000000001', '<$0.0001'],
      ['-0.0042', '-$0.0042'],
      ['-2', '-$2.00'],
    ];
    for (const [usd, expected] of cases) assert.equal(formatUsd(usd, 'en'), expected, usd);
  });

  it('keeps amounts exact that a float would not', () => {
    assert.equal(formatUsd('9007199254740993.01', 'en'), '$9,007,199,254,740,993.01');
  });

  it('shows another currency at the user’s rate, exactly, with as many digits as mean something', () => {
    const euro = { tag: 'de', currency: { code: 'EUR', perUsd: '0.92', date: '2026-11-01' } };
    assert.equal(formatUsd('0.5', euro), '0,46\u00a0€');
    assert.equal(formatUsd('0.0042', euro), '0,0039\u00a0€');
    assert.equal(formatUsd('0.00005', euro), '<0,0001\u00a0€');
    assert.equal(formatUsd(null, euro), 'unpriced');
    // 3 × 0.1 is no 0.30000000000000004.
    assert.deepEqual(inCurrency('3', { ...euro, currency: { ...euro.currency, perUsd: '0.1' } }), { code: 'EUR', amount: '0.3' });
    assert.equal(
      formatCost({ usd: '2', billing: 'plan' }, { tag: 'en', currency: { code: 'CNY', perUsd: '7.11', date: '' } }),
      '≈¥14.22',
    );
    assert.equal(formatCount(1234, euro), '1.234');
  });

  it('gives a currency the digits it has, and small amounts those that mean something', () => {
    const yen = (usd: string): string => formatUsd(usd, { tag: 'en', currency: { code: 'JPY', perUsd: '150', date: '' } });
    assert.deepEqual(['1234.5678', '0.0421', '0.0042', '0.0004', '0.0000001', '0'].map(yen), [
      '¥185,185',
      '¥6',
      '¥0.63',
      '¥0.060',
      '<¥0.0001',
      '¥0',
    ]);
    assert.equal(formatUsd('1', { tag: 'en', currency: { code: 'KWD', perUsd: '0.3071', date: '' } }), 'KWD\u00a00.307');
  });

  it('says unpriced instead of zero, in the words it is given', () => {
    assert.equal(formatUsd(null, 'en'), 'unpriced');
    assert.equal(formatUsd(null, 'zh-cn', '无价格'), '无价格');
  });

  it('refuses what is no amount', () => {
    assert.throws(() => formatUsd('1e3', 'en'), RangeError);
    assert.throws(() => formatUsd('', 'en'), RangeError);
  });

  it('marks plan value, and only that', () => {
    assert.equal(formatCost({ usd: '1.5', billing: 'plan' }, 'en'), '≈$1.50');
    assert.equal(formatCost({ usd: '1.5', billing: 'metered' }, 'en'), '$1.50');
    assert.equal(formatCost({ usd: null, billing: 'plan' }, 'en'), 'unpriced');
  });

  it('writes numbers as the reader does', () => {
    assert.equal(formatUsd('1234.5', 'de'), '1.234,50\u00a0$');
    assert.equal(formatUsd('3.42', 'zh-cn'), '$3.42');
    assert.equal(formatTokens(950, 'en'), '950');
    assert.equal(formatTokens(41_230, 'en'), '41.2K');
    assert.equal(formatTokens(1_204_000, 'en'), '1.2M');
    assert.equal(formatTokens(41_230, 'zh-cn'), '4.12万');
    assert.equal(formatCount(12_345, 'en'), '12,345');
  });

  it('never rounds a share to nothing or to all', () => {
    assert.equal(formatShare(0, 'en'), '0%');
    assert.equal(formatShare(0.001, 'en'), '<1%');
    assert.equal(formatShare(0.999, 'en'), '99%');
    assert.equal(formatShare(1, 'en'), '100%');
    assert.equal(formatShare(0.624, 'en'), '62%');
    assert.equal(shareOf(1n, 0n), 0);
    assert.equal(shareOf(5n, 8n), 0.625);
  });
});
