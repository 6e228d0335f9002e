import assert from 'node:assert/strict';
import { type ReceiptTask, receiptMarkdown } from '../../../src/core/presentReceipt.ts';
import { english } from '../../../src/core/presentText.ts';
import { usage } from '../../../src/core/usage.ts';

const at = Date.UTC(2026, 2, 12, 9);

function task(part: Partial<ReceiptTask> = {}): ReceiptTask {
  return {
    agent: 'kilo',
    mode: 'code',
    model: 'claude-sonnet-4-5',
    workspace: '/home/mira/shop_api',
    usd: '1.37',
    billing: 'metered',
    basis: 'priced',
    unpricedTokens: 0,
    requests: 22,
    usage: usage({ uncachedInput: 1_000, cacheRead: 90_000, cacheWrite5m: 4_000, output: 2_000 }),
    firstAt: at,
    lastAt: at + 60_000,
    sample: false,
    transitions: [{ from: 'plan', to: 'code', usd: '0.12' }],
    ...part,
  };
}

const group = (label: string, meteredUsd: string, planUsd = '0') => ({
  label,
  total: { requests: 3, meteredUsd, planUsd, unknownUsd: '0' },
});

describe('a receipt', () => {
  it('tells a task with what it started: cost, tokens, modes, models, changes of mode', () => {
    const text = receiptMarkdown(
      {
        tasks: [task(), task({ usd: '0.07', requests: 6, transitions: [] })],
        byMode: [group('code', '1.2')],
        byModel: [group('a|b', '1.44')],
      },
      'en',
      english,
    );
    const lines = text.split('\n');
    assert.equal(lines[0], '**Receipt**: Kilo Code · shop\\_api');
    assert.ok(lines.includes('- Cost: **$1.44**'), text);
    assert.ok(lines.includes('- Requests: 28 · subtasks: 1'), text);
    assert.ok(lines.includes('- Tokens: 2K in, 180K cache read, 8K cache write, 4K out'), text);
    assert.ok(lines.includes('| code | 3 | $1.20 |'), text);
    assert.ok(lines.includes('| a\\|b | 3 | $1.44 |'), text);
    assert.ok(lines.includes('Mode changes: plan → code $0.12'), text);
    assert.doesNotMatch(text, /home/, 'the folder’s name, not where it lies');
  });

  it('never adds real dollars to plan value, and says what is not sure', () => {
    const text = receiptMarkdown(
      {
        tasks: [task({ plusMinusUsd: '0.05', unpricedTokens: 4_200 }), task({ billing: 'plan', usd: '3' })],
        byMode: [],
        byModel: [group('m', '1', '3')],
      },
      'en',
      english,
    );
    assert.match(text, /Cost: \*\*\$1\.37 \+ ≈\$3\.00\*\* ± \$0\.050/);
    assert.match(text, /4\.2K tokens unpriced/);
    assert.match(text, /\| m \| 3 \| \$1\.00 \+ ≈\$3\.00 \|/);
    assert.match(
      receiptMarkdown({ tasks: [task({ usd: null })], byMode: [], byModel: [] }, 'en', english),
      /Cost: \*\*unpriced\*\*/,
    );
    assert.equal(receiptMarkdown({ tasks: [], byMode: [], byModel: [] }, 'en', english), '');
  });
});
