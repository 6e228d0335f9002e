import assert from 'node:assert/strict';
import { taskTrees } from '../../../src/core/presentTasks.ts';
import { byCost } from '../../../src/extension/treeOrder.ts';
import { ago, task } from '../core/presentFixtures.ts';

describe('tasks to choose from', () => {
  it('come dearest first, subtasks counted in, whoever pays', () => {
    const trees = taskTrees([
      task({ id: 'a', usd: '0.4', lastAt: ago(1) }),
      task({ id: 'b', usd: '0.1', lastAt: ago(9) }),
      task({ id: 'b1', parent: 'b', usd: '0.9', billing: 'plan', lastAt: ago(8) }),
      task({ id: 'c', usd: '0.4', lastAt: ago(0) }),
    ]);
    assert.deepEqual(
      [...trees].sort(byCost).map(({ root }) => root.id),
      ['b', 'c', 'a'],
    );
  });
});
