import assert from 'node:assert/strict';
import { withAmount } from '../../../src/extension/budgetEntries.ts';

describe('a budget of the settings that is raised', () => {
  const entries = [
    { scope: 'day', usd: '5', action: 'stop', note: 'mine' },
    { scope: 'day', tokens: 1000, action: 'stop' },
    { scope: 'day', usd: '2', only: { agent: 'codex' } },
    { scope: 'nonsense' },
  ];

  it('has its new amount in the list, and every other entry stays as it was written', () => {
    const raised = withAmount(entries, { scope: 'day', usd: '5', action: 'stop', from: 'settings' }, { usd: '10' });
    assert.deepEqual(raised, [{ ...entries[0], usd: '10' }, ...entries.slice(1)]);
  });

  it('is told from those for another agent and in another unit', () => {
    const narrowed = { scope: 'day' as const, usd: '2', only: { agent: 'codex' }, action: 'warn' as const };
    assert.deepEqual(withAmount(entries, narrowed, { usd: '4' })[2], { ...entries[2], usd: '4' });
    assert.deepEqual(withAmount(entries, { scope: 'day', tokens: 1000, action: 'stop' }, { tokens: 2000 })[1], {
      ...entries[1],
      tokens: 2000,
    });
  });
});
