import assert from 'node:assert/strict';
import type { Observation } from '../../../src/core/request.ts';
import type { Range } from '../../../src/ledger/days.ts';
import { isSelected, selectionOf } from '../../../src/service/selection.ts';

const at = Date.UTC(2026, 2, 12, 23, 59);

/** The part of a request on its way that is asked about. */
function onTheWay(more: object = {}): Observation {
  return { agent: 'kilo', task: 'kilo:t', at, ...more } as unknown as Observation;
}

/** The clock stands a minute after midnight: what began before it is yesterday's. */
const covers = (range: Range, moment: number): boolean =>
  typeof range === 'object'
    ? range.from <= day(moment) && day(moment) <= range.to
    : range !== 'today' || day(moment) === '2026-03-13';
const day = (moment: number): string => new Date(moment).toISOString().slice(0, 10);
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
    const is = (seen: Observation, query: Parameters<typeof isSelected>[1]) => isSelected(seen, query, covers, inTree);
    assert.equal(is(onTheWay(), { range: '7d' }), true);
    assert.equal(is(onTheWay(), { range: 'today' }), false, 'it began yesterday');
    assert.equal(is(onTheWay({ at: at + 60_000 }), { range: 'today' }), true);
    assert.equal(is(onTheWay({ sample: true }), { range: '7d' }), false);
    assert.equal(is(onTheWay({ sample: true }), { range: 'task', task: 'kilo:t' }), true);
    assert.equal(is(onTheWay(), { range: 'task', task: 'kilo:root' }), true, 'what a task started is in it');
    assert.equal(is(onTheWay(), { range: 'task', task: 'kilo:other' }), false);
    assert.equal(is(onTheWay(), { range: '7d', agent: 'codex' }), false);
    assert.equal(is(onTheWay({ workspace: '/w', branch: 'main' }), { range: '7d', workspace: '/w', branch: 'main' }), true);
    assert.equal(is(onTheWay(), { range: '7d', branch: '' }), true, 'no branch was told');
    assert.equal(is(onTheWay(), { range: 'custom', from: '2026-03-12', to: '2026-03-12' }), true);
    assert.equal(is(onTheWay(), { range: 'custom', from: '2026-03-01', to: '2026-03-11' }), false);
  });
});
