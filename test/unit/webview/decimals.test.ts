import assert from 'node:assert/strict';
import { formatUsd } from '../../../src/core/format.ts';
import { alignDecimals } from '../../../src/webview/decimals.ts';

describe('amounts of one column', () => {
  const pad = '\u2007';

  it('get their decimal signs under each other', () => {
    assert.deepEqual(alignDecimals(['$0.26', '$0.0421', '≈$1,204.50'], '.'), [
      `$0.26${pad}${pad}`,
      '$0.0421',
      `≈$1,204.50${pad}${pad}`,
    ]);
  });

  it('are filled up before a currency sign that follows', () => {
    const [short, long] = alignDecimals(
      ['0.26', '0.0421'].map((usd) => formatUsd(usd, 'de')),
      ',',
    );
    assert.equal(short?.length, long?.length);
    assert.match(short ?? '', new RegExp(`^0,26${pad}.\\$$`));
  });

  it('leave words as they are, and a column of equals untouched', () => {
    assert.deepEqual(alignDecimals(['unpriced', '$0.042'], '.'), ['unpriced', '$0.042']);
    assert.deepEqual(alignDecimals(['$1.00', '$2.00'], '.'), ['$1.00', '$2.00']);
    assert.deepEqual(alignDecimals([], '.'), []);
  });

  it('stand under each other without decimals, too, whatever parts their thousands', () => {
    const yen = ['185,185', '1,234', '6'].map((amount) => `¥${amount}`);
    assert.deepEqual(alignDecimals(yen, '.'), yen);
    assert.deepEqual(alignDecimals(['¥185,185', '¥0.63'], '.'), [`¥185,185\u2008${pad}${pad}`, '¥0.63']);
  });
});
