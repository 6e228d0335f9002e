import assert from 'node:assert/strict';
import { guessedTask } from '../../../src/core/guessedTask.ts';
import { TaskTrees } from '../../../src/service/taskTrees.ts';

describe('TaskTrees', () => {
  it('asks once for what does not change, and again for what goes by a mark of ours', () => {
    const mark = guessedTask('cline', 'abc');
    const stored = new Map<string, string>([['codex:2', 'codex:1']]);
    const asked: string[] = [];
    const trees = new TaskTrees((task) => {
      asked.push(task);
      return stored.get(task);
    });
    assert.equal(trees.rootOf('codex:2'), 'codex:1');
    assert.equal(trees.rootOf('codex:2'), 'codex:1');
    assert.deepEqual(asked, ['codex:2', 'codex:1']);

    trees.learn(mark, undefined);
    assert.equal(trees.rootOf(mark), mark);
    stored.set(mark, 'cline:1');
    assert.equal(trees.rootOf(mark), 'cline:1');
    stored.set(mark, 'cline:2');
    assert.equal(trees.rootOf(mark), 'cline:2', 'another task began with the same words');
  });

  it('finds a task below the mark that was stopped before it was known', () => {
    const mark = guessedTask('cline', 'abc');
    const stored = new Map<string, string>();
    const trees = new TaskTrees((task) => stored.get(task));
    trees.learn(mark, undefined);
    trees.learn('cline:1', undefined);
    assert.equal(trees.rootOf('cline:1'), 'cline:1');
    stored.set('cline:1', mark);
    assert.equal(trees.rootOf('cline:1'), mark);
  });

  it('ends a circle where it began', () => {
    const trees = new TaskTrees((task) => (task === 'a:1' ? 'a:2' : 'a:1'));
    assert.equal(trees.rootOf('a:1'), 'a:1');
  });
});
