import assert from 'node:assert/strict';
import { spendAnswer } from '../../../src/core/spendAnswer.ts';
import { sampleState } from '../../browser/page/sampleState.ts';

describe('what an agent may ask', () => {
  it('is what was spent and what is left, in exact dollars, never below nothing', () => {
    const state = sampleState();
    const answer = spendAnswer(state, [
      { scope: 'month', usd: '100', action: 'stop' },
      { scope: 'day', usd: '1', action: 'warn' },
      { scope: 'task', usd: '2', action: 'ask' },
      { scope: 'run', usd: null, action: 'warn' },
    ]);
    assert.equal(answer.month?.realUsd, '81.2041');
    assert.equal(answer.month?.planValueUsd, '212.93');
    assert.deepEqual(answer.budgets, [
      { scope: 'month', usd: '100', action: 'stop', leftUsd: '18.7959' },
      { scope: 'day', usd: '1', action: 'warn', leftUsd: '0' },
      { scope: 'task', usd: '2', action: 'ask' },
    ]);
    const running = state.tasks.filter((task) => task.state === 'running');
    assert.deepEqual(
      answer.tasks?.map(({ id }) => id),
      running.map(({ id }) => id),
    );
    assert.doesNotMatch(JSON.stringify(answer), /home|workspace/, 'no path');
  });

  it('is one task where one is named, and nothing without a service', () => {
    const { tasks } = spendAnswer(sampleState(), [], 'codex:0198');
    assert.deepEqual([tasks?.length, tasks?.[0]?.state, tasks?.[0]?.leftUsd !== undefined], [1, 'stopped', true]);
    assert.deepEqual(spendAnswer(undefined, []), { available: false });
  });
});
