import assert from 'node:assert/strict';
import { creditsOf } from '../../../src/core/credits.ts';
import { formatAmount } from '../../../src/core/format.ts';

describe('AI credits', () => {
  it('are cents of what Copilot costs, and of nobody else', () => {
    assert.equal(creditsOf('0.42', 'github-copilot'), '42');
    assert.equal(creditsOf('0.004217', 'copilot'), '0.4217');
    assert.equal(creditsOf('0.42', 'anthropic'), undefined);
    assert.equal(creditsOf(null, 'github-copilot'), undefined);
  });

  it('are written with as many digits as mean something', () => {
    assert.equal(formatAmount('42', 'en'), '42');
    assert.equal(formatAmount('1234.567', 'en'), '1,234.57');
    assert.equal(formatAmount('0.4217', 'en'), '0.42');
    assert.equal(formatAmount('0.004217', 'en'), '0.0042');
  });
});
