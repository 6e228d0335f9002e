import assert from 'node:assert/strict';
import type { TaskRow } from '../../../src/protocol/rows.ts';
import { newsOf } from '../../../src/webview/announce.ts';
import { flatten, isActive, narrowed, taskTrees } from '../../../src/webview/tasks.ts';
import { sampleState } from '../../browser/page/sampleState.ts';

const [model] = sampleState().tasks;
assert.ok(model);

function row(id: string, part: Partial<TaskRow> = {}): TaskRow {
  return { ...(model as TaskRow), id, parent: undefined, state: 'idle', budget: 'none', usd: '1', billing: 'metered', ...part };
}

describe('trees of tasks', () => {
  it('put subtasks under the task that started them and add up what they cost', () => {
    const [root, other] = taskTrees([row('a'), row('b', { parent: 'a' }), row('c', { parent: 'b', billing: 'plan' }), row('d')]);
    assert.deepEqual(root && flatten([root]).map((task) => task.id), ['a', 'b', 'c']);
    assert.equal(root?.sum.metered, 2_000_000_000_000n);
    assert.equal(root?.sum.plan, 1_000_000_000_000n);
    assert.equal(other?.task.id, 'd');
  });

  it('keep what a query lets through, with what was started by it', () => {
    const tasks = [
      row('a', { agent: 'kilo', workspace: '/w' }),
      row('b', { agent: 'codex', parent: 'a' }),
      row('c', { agent: 'codex', workspace: '/w', parent: 'c' }),
      row('d', { agent: 'codex', workspace: undefined }),
    ];
    const ids = (query: Parameters<typeof narrowed>[1]) => narrowed(tasks, query).map(({ id }) => id);
    assert.deepEqual(ids({ range: '7d' }), ['a', 'b', 'c', 'd']);
    assert.deepEqual(ids({ range: '7d', agent: 'kilo' }), ['a', 'b']);
    assert.deepEqual(ids({ range: '7d', workspace: '/w', agent: 'codex' }), ['c']);
    assert.deepEqual(ids({ range: '7d', workspace: '' }).includes('d'), true);
    assert.deepEqual(ids({ range: 'task', task: 'b' }), ['b']);
    assert.deepEqual(ids({ range: 'task', task: 'a' }), ['a', 'b']);
  });

  it('hide no task, whatever parents are named', () => {
    const tasks = [
      row('a', { parent: 'b' }),
      row('b', { parent: 'a' }),
      row('c', { parent: 'c' }),
      row('d', { parent: 'gone' }),
      row('e', { parent: 'a' }),
    ];
    const listed = flatten(taskTrees(tasks)).map((task) => task.id);
    assert.deepEqual([...listed].sort(), ['a', 'b', 'c', 'd', 'e']);
  });

  it('are active when anything in them runs or is stopped', () => {
    const trees = taskTrees([row('a'), row('b', { parent: 'a', state: 'stopped' }), row('c')]);
    assert.deepEqual(trees.map(isActive), [true, false]);
  });
});

describe('what is told to a screen reader', () => {
  const told = (before: readonly TaskRow[] | undefined, after: readonly TaskRow[]): readonly string[] =>
    newsOf(before && sampleState({ tasks: [...before] }), sampleState({ tasks: [...after] })).map(
      ({ kind, task }) => `${kind} ${task.id}`,
    );

  it('is nothing at first, and nothing while amounts tick', () => {
    assert.deepEqual(told(undefined, [row('a', { state: 'stopped' })]), []);
    assert.deepEqual(told([row('a', { state: 'running', usd: '1' })], [row('a', { state: 'running', usd: '2' })]), []);
    assert.deepEqual(told([row('a', { state: 'running' })], [row('a')]), []);
    assert.deepEqual(told([row('a')], [row('a', { state: 'running' })]), []);
  });

  it('is a start, a stop, a resume and a budget that is crossed, once', () => {
    assert.deepEqual(told([], [row('a', { state: 'running' })]), ['started a']);
    assert.deepEqual(told([row('a', { state: 'running' })], [row('a', { state: 'stopped' })]), ['stopped a']);
    assert.deepEqual(told([row('a', { state: 'stopped' })], [row('a')]), ['resumed a']);
    const warned = row('a', { budget: 'warning' });
    assert.deepEqual(told([row('a', { budget: 'ok' })], [warned]), ['warning a']);
    assert.deepEqual(told([warned], [warned]), []);
    assert.deepEqual(told([warned], [row('a', { budget: 'exceeded' })]), ['exceeded a']);
    assert.deepEqual(told([warned], [row('a', { budget: 'ok' })]), []);
  });
});
