import assert from 'node:assert/strict';
import type { TaskRow } from '../../../src/protocol/rows.ts';
import { jointsOf } from '../../../src/webview/joints.ts';
import { sampleBreakdown } from '../../browser/page/sampleState.ts';

describe('the joints of a task', () => {
  const [first] = sampleBreakdown().tasks;
  assert.ok(first);
  const joint = (at: number, from: string, to: string) => ({ at, from, to, usd: '0.01', resentTokens: 10 });
  const task: TaskRow = { ...first, id: 't', transitions: [joint(5, 'plan', 'code'), joint(9, 'code', 'debug')] };
  const child = (id: string, part: Partial<TaskRow>): TaskRow => ({
    ...first,
    id,
    parent: 't',
    firstAt: 7,
    transitions: [],
    ...part,
  });

  it('are its own changes of mode with its hand-overs in between, each once', () => {
    const sub = child('sub', { transitions: [joint(7, 'code', 'ask'), joint(8, 'ask', 'code')] });
    const told = jointsOf(task, [sub, sub, child('other', { parent: 'x', transitions: [joint(6, 'a', 'b')] })]);
    assert.deepEqual(
      told.map(({ at, to, handOver }) => [at, to, handOver]),
      [
        [5, 'code', false],
        [7, 'ask', true],
        [9, 'debug', false],
      ],
    );
  });

  it('leave out a subtask whose beginning was not seen as a hand-over', () => {
    assert.equal(jointsOf(task, [child('sub', { transitions: [joint(8, 'ask', 'code')] }), child('none', {})]).length, 2);
  });
});
