import assert from 'node:assert/strict';
import type { LiveRequest } from '../../../src/service/liveRequest.ts';
import { isSelected, selectionOf } from '../../../src/service/selection.ts';

/** The part of a live request that is asked about. */
function live(identity: object | undefined, upstream = 'anthropic'): LiveRequest {
  return {
    identity: identity && { agent: 'kilo', task: 'kilo:t', ...identity },
    incoming: { upstream },
  } as unknown as LiveRequest;
}

const today = '2026-03-12';
const inTree = (task: string, root: string): boolean => task === root || root === 'kilo:root';

describe('a query', () => {
  it('becomes a range and a filter, or a task with all it ever did', () => {
    assert.deepEqual(selectionOf({ range: '7d' }), { range: '7d' });
    assert.deepEqual(selectionOf({ range: 'month', agent: 'kilo', branch: '' }), {
      range: 'month',
      filter: { agent: 'kilo', branch: '' },
    });
    assert.deepEqual(selectionOf({ range: 'custom', from: '2026-03-01', to: '2026-03-02' }), {
      range: { from: '2026-03-01', to: '2026-03-02' },
    });
    assert.deepEqual(selectionOf({ range: 'task', task: 't', workspace: '/w' }), {
      range: 'all',
      task: 't',
      filter: { workspace: '/w' },
    });
  });

  it('takes in what is on its way now, where that belongs to it', () => {
    const is = (request: LiveRequest, query: Parameters<typeof isSelected>[1]) => isSelected(request, query, today, inTree);
    assert.equal(is(live({}), { range: 'today' }), true);
    assert.equal(is(live(undefined), { range: 'today' }), false, 'nobody knows yet whose it is');
    assert.equal(is(live({}, 'sample'), { range: 'today' }), false);
    assert.equal(is(live({}, 'sample'), { range: 'task', task: 'kilo:t' }), true);
    assert.equal(is(live({}), { range: 'task', task: 'kilo:root' }), true, 'what a task started is in it');
    assert.equal(is(live({}), { range: 'task', task: 'kilo:other' }), false);
    assert.equal(is(live({}), { range: '7d', agent: 'codex' }), false);
    assert.equal(is(live({ workspace: '/w', branch: 'main' }), { range: '7d', workspace: '/w', branch: 'main' }), true);
    assert.equal(is(live({}), { range: '7d', branch: '' }), true, 'no branch was told');
    assert.equal(is(live({}), { range: 'custom', from: '2026-03-12', to: '2026-03-12' }), true);
    assert.equal(is(live({}), { range: 'custom', from: '2026-03-01', to: '2026-03-11' }), false);
  });
});
