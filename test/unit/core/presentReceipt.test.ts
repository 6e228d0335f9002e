import assert from 'node:assert/strict';
import { type Receipt, type ReceiptTask, receiptMarkdown } from '../../../src/core/presentReceipt.ts';
import { english } from '../../../src/core/presentText.ts';
import { usage } from '../../../src/core/usage.ts';
import { total } from './presentFixtures.ts';

const at = Date.UTC(2026, 2, 12, 9);

function task(part: Partial<ReceiptTask> = {}): ReceiptTask {
  return {
    agent: 'kilo',
    workspace: '/home/mira/shop_api',
    billing: 'metered',
    firstAt: at,
    lastAt: at + 60_000,
    sample: false,
    transitions: [{ from: 'plan', to: 'code', usd: '0.12' }],
    ...part,
  };
}

const receipt = (part: Partial<Receipt>): string =>
  receiptMarkdown({ tasks: [task()], total: total(), byMode: [], byModel: [], ...part }, 'en', english);

const group = (label: string, part: Parameters<typeof total>[0]) => ({ label, total: total({ requests: 3, ...part }) });

describe('a receipt', () => {
  it('tells a task with what it started: cost, tokens, modes, models, changes of mode', () => {
    const text = receipt({
      tasks: [task(), task({ transitions: [] })],
      total: total({
        requests: 28,
        meteredUsd: '1.44',
        usage: usage({ uncachedInput: 2_000, cacheRead: 180_000, cacheWrite5m: 8_000, output: 4_000 }),
      }),
      byMode: [group('code', { meteredUsd: '1.2' })],
      byModel: [group('a|b', { meteredUsd: '1.44' })],
    });
    const lines = text.split('\n');
    assert.equal(lines[0], '**Receipt**: Kilo Code · shop\\_api');
    assert.ok(lines.includes('- Cost: **$1.44**'), text);
    assert.ok(lines.includes('- Requests: 28 · subtasks: 1'), text);
    assert.ok(lines.includes('- Tokens: 2K in, 180K cache read, 8K cache write, 4K out'), text);
    assert.ok(lines.includes('| Mode | Requests | Cost |'), text);
    assert.ok(lines.includes('| code | 3 | $1.20 |'), text);
    assert.ok(lines.includes('| a\\|b | 3 | $1.44 |'), text);
    assert.ok(lines.includes('Mode changes: plan → code $0.12'), text);
    assert.doesNotMatch(text, /home/, 'the folder’s name, not where it lies');
    assert.equal(receipt({ tasks: [] }), '');
  });

  it('tells every kind of money of one task, never added, and what is not sure', () => {
    const off = { plusMinusUsd: '0.05' };
    const sure = { plusMinusUsd: '0' };
    const mixed = total({
      meteredUsd: '0.01',
      planUsd: '5',
      unpricedTokens: 4_200,
      byBasis: { metered: off, plan: sure, unknown: sure },
    });
    const text = receipt({
      tasks: [task({ billing: 'metered' })],
      total: mixed,
      byModel: [group('m', { meteredUsd: '0.01', planUsd: '5' })],
    });
    assert.match(text, /Cost: \*\*\$0\.010 \+ ≈\$5\.00 \+ unpriced\*\* ± \$0\.050/);
    assert.match(text, /4\.2K tokens unpriced/);
    assert.match(text, /\| m \| 3 \| \$0\.010 \+ ≈\$5\.00 \|/);
  });

  it('says unpriced only of what has no price: what is free costs nothing', () => {
    const free = receipt({ byModel: [group('free', {})] });
    assert.match(free, /Cost: \*\*\$0\.00\*\*/);
    assert.match(free, /\| free \| 3 \| \$0\.00 \|/);
    assert.doesNotMatch(free, /unpriced/);
    const unpriced = receipt({
      total: total({ unpricedTokens: 9 }),
      byModel: [group('new', { unpricedTokens: 9 })],
      tasks: [task({ transitions: [{ from: 'a', to: 'b', usd: null }] })],
    });
    assert.match(unpriced, /Cost: \*\*unpriced\*\*/);
    assert.match(unpriced, /\| new \| 3 \| unpriced \|/);
    assert.match(unpriced, /a → b unpriced/);
  });
});
