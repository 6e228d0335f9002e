import assert from 'node:assert/strict';
import { taskNodes } from '../../../src/core/presentTaskTree.ts';
import { english } from '../../../src/core/presentText.ts';
import { sampleState } from '../../browser/page/sampleState.ts';

const reader = { locale: 'en', t: english };

describe('the tree of tasks', () => {
  it('has each task with its subtasks, what it costs, where and in what mode', () => {
    const nodes = taskNodes(sampleState().tasks, reader);
    const kilo = nodes.find(({ id }) => id === 'kilo:ses_review');
    assert.ok(kilo);
    // $1.37 of its own and $0.07 of its subtask.
    assert.match(kilo.label, /^\$1\.44 · Kilo Code$/);
    assert.equal(kilo.description, 'debug · shop-api');
    assert.deepEqual(
      kilo.children.map(({ id, label }) => [id, label]),
      [['kilo:ses_tests', '$0.070 · Kilo Code']],
    );
    assert.equal(kilo.icon, 'warning');
    assert.match(kilo.spoken, /^Kilo Code, debug, 1\.4 US dollars, running$|^Kilo Code, debug, 1\.44 US dollars, running$/);
    assert.equal(nodes.filter(({ id }) => id === 'kilo:ses_tests').length, 0, 'a subtask stands under its task only');
    assert.match(nodes.find(({ id }) => id === 'sample:1')?.description ?? '', /sample/);
    assert.equal(nodes.find(({ id }) => id === 'codex:0198')?.icon, 'debug-stop');
  });

  it('cannot be led round in circles, nor into icons or lines', () => {
    const [first] = sampleState().tasks;
    assert.ok(first);
    const loop = [
      { ...first, id: 'a', parent: 'b', mode: '$(bug)\nx' },
      { ...first, id: 'b', parent: 'a' },
    ];
    const text = JSON.stringify(taskNodes(loop, reader));
    assert.ok(text.length < 5_000);
    assert.doesNotMatch(text, /\$\(bug\)/);
    assert.deepEqual(taskNodes([], reader), []);
  });
});
