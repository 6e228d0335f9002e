import assert from 'node:assert/strict';
import { pageStrings } from '../../../src/core/pageStrings.ts';
import { usage } from '../../../src/core/usage.ts';
import { makeText } from '../../../src/webview/strings.ts';
import {
  addSums,
  allTokens,
  basisLines,
  moneyParts,
  noSum,
  plusMinusOf,
  sumOfTask,
  sumOfTotal,
} from '../../../src/webview/sums.ts';
import { sampleBreakdown } from '../../browser/page/sampleState.ts';

const dollar = 1_000_000_000_000n;

describe('sums', () => {
  it('never mix real dollars, plan value and what is not yet known', () => {
    const sum = addSums(
      { ...noSum, metered: dollar, plan: 2n * dollar },
      { ...noSum, plan: dollar, unknown: 5n, unpricedTokens: 9 },
    );
    assert.deepEqual(sum, { metered: dollar, plan: 3n * dollar, unknown: 5n, unpricedTokens: 9 });
    assert.deepEqual(moneyParts(sum), [
      { kind: 'metered', usd: '1' },
      { kind: 'plan', usd: '3' },
      { kind: 'unknown', usd: '0.000000000005' },
    ]);
    assert.deepEqual(moneyParts(noSum), [{ kind: 'metered', usd: '0' }]);
  });

  it('of the tasks equal the total, exactly, without the sample', () => {
    const { tasks, total } = sampleBreakdown();
    const sum = tasks
      .filter((task) => !task.sample)
      .map(sumOfTask)
      .reduce(addSums, noSum);
    assert.deepEqual(sum, sumOfTotal(total));
  });

  it('by basis are the whole total, each kind of money by itself, with the error of what is estimated', () => {
    const { total } = sampleBreakdown();
    const lines = basisLines(total);
    assert.deepEqual(
      lines.map((line) => line.basis),
      ['reported', 'priced', 'estimated'],
    );
    const whole = lines.map((line) => line.sum).reduce(addSums, noSum);
    assert.deepEqual(whole, { ...sumOfTotal(total), unpricedTokens: 0 });
    assert.equal(lines[2]?.plusMinus, plusMinusOf(total));
    assert.ok(plusMinusOf(total) > 0n);
  });

  it('count every token once, reasoning inside the output', () => {
    assert.equal(
      allTokens(usage({ uncachedInput: 1, cacheRead: 2, cacheWrite1h: 4, inputAudio: 8, output: 16, reasoning: 9 })),
      31,
    );
  });
});

describe('words for sums', () => {
  const text = makeText('en', {});

  it('name each kind of money, and say unpriced instead of zero', () => {
    assert.equal(text.sum(noSum), '$0.00');
    assert.equal(text.sum({ ...noSum, metered: 420_000_000_000n, plan: 3n * dollar }), '$0.42 + ≈$3.00');
    assert.equal(text.sum({ ...noSum, unpricedTokens: 12_000 }), 'unpriced');
    assert.equal(text.sum({ ...noSum, metered: dollar, unpricedTokens: 12_000 }), '$1.00 + 12K unpriced tokens');
  });

  it('follow the plural rules and the locale', () => {
    assert.equal(text.count('task.requests', 1), '1 request');
    assert.equal(text.count('task.requests', 1234), '1,234 requests');
    const chinese = makeText('zh-CN', pageStrings('zh-cn'));
    assert.equal(chinese.count('task.requests', 1), '1 个请求');
    assert.equal(chinese.t('money.unpriced'), '无价格');
  });

  it('fall back to English for a string the host does not send, and take no string for a pattern', () => {
    assert.equal(makeText('en', { title: 'Meter' }).t('tab.now'), 'Now');
    assert.equal(text.t('live.started', { task: '$& {money}' }), '$& {money} started.');
  });
});
