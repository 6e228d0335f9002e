import assert from 'node:assert/strict';
import type { Factors } from '../../../src/protocol/views.ts';
import { factorRows, timesText } from '../../../src/webview/factors.ts';

function factors(requests: number, tokens: number, meteredUsd: string, planUsd = '0'): Factors {
  return { requests, promptTokens: tokens - 100, outputTokens: 100, meteredUsd, planUsd, unknownUsd: '0' };
}

describe('turns × context × price', () => {
  it('multiply to the bill, and their changes to its change', () => {
    // 10 × 2,000 tokens at $5 a million = $0.10; before 4 × 1,000 at $2.50 a million = $0.01.
    const rows = factorRows(factors(10, 20_000, '0.04', '0.06'), factors(4, 4_000, '0.01'));
    assert.deepEqual(rows, [
      { id: 'turns', now: 10, before: 4, times: 2.5 },
      { id: 'context', now: 2_000, before: 1_000, times: 2 },
      { id: 'price', now: '5', before: '2.5', times: 2 },
      { id: 'bill', now: '0.1', before: '0.01', times: 10 },
    ]);
    const [turns, context, price, bill] = rows.map(({ times }) => times ?? 0);
    assert.equal((turns ?? 0) * (context ?? 0) * (price ?? 0), bill);
  });

  it('say nothing of what cannot be compared', () => {
    assert.deepEqual(
      factorRows(factors(1, 1_000, '0.01'), null).map(({ before, times }) => [before, times]),
      [
        [null, null],
        [null, null],
        [null, null],
        [null, null],
      ],
    );
    assert.equal(factorRows(factors(1, 1_000, '0.01'), factors(1, 1_000, '0'))[3]?.times, null, 'nothing has no multiple');
  });

  it('are told with two digits that mean something', () => {
    assert.deepEqual(
      [38.4, 1.25, 123.4, 0.0512].map((times) => timesText(times, 'en')),
      ['38', '1.3', '123', '0.051'],
    );
  });
});
