import assert from 'node:assert/strict';
import { firstNav, navReducer, restoreNav } from '../../../src/webview/nav.ts';
import { tabAfter } from '../../../src/webview/tabKeys.ts';

describe('where the reader is', () => {
  it('is restored from what an earlier page left, and begins anew from anything else', () => {
    const nav = { ...firstNav, tab: 'where' as const, sorts: { tasks: { column: 'last', direction: 'ascending' as const } } };
    assert.deepEqual(restoreNav(JSON.parse(JSON.stringify(nav))), nav);
    for (const other of [undefined, null, {}, 'where', { ...nav, tab: 'gone' }, { ...nav, sorts: { tasks: 'last' } }]) {
      assert.deepEqual(restoreNav(other), firstNav);
    }
  });

  it('sorts by a column its own way first, and turns it round the next time', () => {
    const click = { kind: 'sort', table: 'model', column: 'share', first: 'descending' } as const;
    const once = navReducer(firstNav, click);
    assert.deepEqual(once.sorts.model, { column: 'share', direction: 'descending' });
    assert.equal(navReducer(once, click).sorts.model?.direction, 'ascending');
    const byName = navReducer(once, { ...click, column: 'name', first: 'ascending' });
    assert.deepEqual(byName.sorts.model, { column: 'name', direction: 'ascending' });
    assert.equal(byName.sorts.mode, undefined);
  });

  it('begins a list and leaves a task when another time or filter is chosen, and not when it is the same', () => {
    const row = { by: 'mode' as const, key: 'code/code', label: 'code', cursors: [{ at: 1, id: 'a' }] };
    const nav = navReducer(navReducer(firstNav, { kind: 'drill', task: 't' }), { kind: 'row', row });
    assert.deepEqual([nav.tab, nav.task, nav.row], ['where', undefined, row]);
    const same = navReducer(nav, { kind: 'query', query: { range: '7d' } });
    assert.deepEqual(same.row?.cursors, row.cursors);
    const other = navReducer(nav, { kind: 'query', query: { range: '7d', agent: 'kilo' }, tab: 'why' });
    assert.deepEqual([other.tab, other.row?.cursors, other.query.agent], ['why', [], 'kilo']);
    assert.deepEqual(restoreNav(JSON.parse(JSON.stringify(other))), JSON.parse(JSON.stringify(other)));
    assert.deepEqual(restoreNav({ ...other, query: { range: 'custom', from: 'yesterday' } }), firstNav);
  });

  it('remembers what was opened and closed, of the last hundred tasks', () => {
    let nav = firstNav;
    for (let n = 0; n < 150; n += 1) nav = navReducer(nav, { kind: 'open', task: `t${n}`, open: n % 2 === 0 });
    assert.equal(Object.keys(nav.opened).length, 100);
    assert.equal(nav.opened.t148, 'open');
    assert.equal(nav.opened.t149, 'closed');
    assert.equal(nav.opened.t10, undefined);
    assert.equal(navReducer(nav, { kind: 'open', task: 't149', open: true }).opened.t149, 'open');
  });

  it('goes through the tabs by keys, round the ends, and mirrored from right to left', () => {
    assert.equal(tabAfter('now', 'ArrowRight', false), 'where');
    assert.equal(tabAfter('now', 'ArrowLeft', false), 'basis');
    assert.equal(tabAfter('basis', 'ArrowRight', false), 'now');
    assert.equal(tabAfter('now', 'ArrowLeft', true), 'where');
    assert.equal(tabAfter('where', 'Home', false), 'now');
    assert.equal(tabAfter('where', 'End', false), 'basis');
    assert.equal(tabAfter('where', 'a', false), undefined);
  });
});
