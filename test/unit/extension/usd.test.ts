import assert from 'node:assert/strict';
import { doubled, usdOfNumber, usdTyped } from '../../../src/extension/usd.ts';

describe('amounts of the extension', () => {
  it('takes what people type, and nothing that could mean something else', () => {
    const cases: readonly [string, string | undefined][] = [
      ['5', '5'],
      [' $2.50 ', '2.5'],
      ['2,5', '2.5'],
      ['.05', '0.05'],
      ['0.05 USD', '0.05'],
      ['US$ 12', '12'],
      ['0', '0'],
      ['', undefined],
      ['.', undefined],
      ['1,000', undefined],
      ['-1', undefined],
      ['1e3', undefined],
      ['five', undefined],
      ['1.2.3', undefined],
      ['9999999999', undefined],
    ];
    assert.deepEqual(
      cases.map(([text]) => [text, usdTyped(text)]),
      cases,
    );
  });

  it('reads a setting, however the number prints', () => {
    assert.equal(usdOfNumber(0.1), '0.1');
    assert.equal(usdOfNumber(1e-6), '0.000001');
    assert.equal(usdOfNumber(0), '0');
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null, undefined])
      assert.equal(usdOfNumber(wrong), undefined);
  });

  it('doubles exactly', () => {
    assert.equal(doubled('0.35'), '0.7');
  });
});
