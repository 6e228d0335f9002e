import assert from 'node:assert/strict';
import { type AnswerLimit, spendAnswer, tasksToTell, taskUnderLimits } from '../../../src/core/spendAnswer.ts';
import type { TaskRow } from '../../../src/protocol/rows.ts';
import { sampleState } from '../../browser/page/sampleState.ts';

const limit = (part: Partial<AnswerLimit>): AnswerLimit => ({
  scope: 'month',
  unit: 'usd',
  spent: '81.2041',
  limit: '100',
  budget: { action: 'stop' },
  ...part,
});

describe('what an agent may ask', () => {
  it('is what was spent and what each limit leaves, exactly, never below nothing', () => {
    const state = sampleState();
    const limits = new Map([
      [
        'kilo:ses_review',
        [
          limit({}),
          limit({ scope: 'run', spent: '3', limit: '2', budget: { action: 'ask' } }),
          limit({ scope: 'task', unit: 'tokens', spent: '1200000', limit: '2000000' }),
        ],
      ],
    ]);
    const answer = spendAnswer(state, limits);
    assert.equal(answer.month?.realUsd, '81.2041');
    assert.equal(answer.month?.planValueUsd, '212.93');
    assert.deepEqual(
      answer.tasks?.map(({ id }) => id),
      state.tasks.filter((task) => task.state === 'running').map(({ id }) => id),
    );
    assert.deepEqual(answer.tasks?.find(({ id }) => id === 'kilo:ses_review')?.limits, [
      { scope: 'month', unit: 'usd', spent: '81.2041', limit: '100', left: '18.7959', action: 'stop' },
      { scope: 'run', unit: 'usd', spent: '3', limit: '2', left: '0', action: 'ask' },
      { scope: 'task', unit: 'tokens', spent: '1200000', limit: '2000000', left: '800000', action: 'stop' },
    ]);
    assert.doesNotMatch(JSON.stringify(answer), /home|workspace/, 'no path');
  });

  it('tells the limits of the day and the month when nothing runs, too', () => {
    const tasks = sampleState().tasks.map((task) => ({ ...task, state: 'idle' as const }));
    const state = sampleState({ tasks: [{ ...(tasks[0] as TaskRow), id: 'sample:2', sample: true }, ...tasks] });
    const last = taskUnderLimits(state);
    assert.equal(last?.id, tasks[0]?.id);
    const limits = [
      limit({}),
      limit({ scope: 'day', spent: '9', limit: '5' }),
      limit({ scope: 'month', budget: { action: 'warn', only: { agent: 'kilo' } } }),
      limit({ scope: 'task' }),
    ];
    const answer = spendAnswer(state, new Map([[last?.id ?? '', limits]]));
    assert.deepEqual(answer.tasks, []);
    assert.deepEqual(answer.limits, [
      { scope: 'month', unit: 'usd', spent: '81.2041', limit: '100', left: '18.7959', action: 'stop' },
      { scope: 'day', unit: 'usd', spent: '9', limit: '5', left: '0', action: 'stop' },
    ]);
    assert.deepEqual(spendAnswer(sampleState({ tasks: [] }), new Map()).limits, []);
  });

  it('is one task where one is named, and nothing without a service', () => {
    const { tasks } = spendAnswer(sampleState(), new Map(), 'codex:0198');
    assert.deepEqual([tasks?.length, tasks?.[0]?.state], [1, 'stopped']);
    assert.deepEqual(tasksToTell(sampleState(), 'nobody'), []);
    assert.deepEqual(spendAnswer(undefined, new Map()), { available: false });
  });
});
