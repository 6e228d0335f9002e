import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pageOf, sortRows } from '../../../src/webview/tables.ts';

describe('tables', () => {
  it('sort amounts exactly, where floats could not tell them apart', () => {
    const rows = [9_007_199_254_740_993n, 9_007_199_254_740_992n, 9_007_199_254_740_994n];
    assert.deepEqual(
      sortRows(rows, (row) => row, 'descending', 'en'),
      [rows[2], rows[0], rows[1]],
    );
  });

  it('sort names as people count, whatever their case', () => {
    const rows = ['gpt-10', 'Claude', 'gpt-5', 'apple'];
    assert.deepEqual(
      sortRows(rows, (row) => row, 'ascending', 'en'),
      ['apple', 'Claude', 'gpt-5', 'gpt-10'],
    );
  });

  it('keep the order of equals in both directions, and the rows they were given', () => {
    const rows = [
      { id: 'a', cost: 1 },
      { id: 'b', cost: 2 },
      { id: 'c', cost: 1 },
    ];
    const ids = (direction: 'ascending' | 'descending'): string =>
      sortRows(rows, (row) => row.cost, direction, 'en')
        .map((row) => row.id)
        .join('');
    assert.equal(ids('ascending'), 'acb');
    assert.equal(ids('descending'), 'bac');
    assert.equal(rows.map((row) => row.id).join(''), 'abc');
  });

  it('page through every row exactly once', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.integer({ min: 1, max: 60 }), (count, size) => {
        const rows = Array.from({ length: count }, (_, index) => index);
        const first = pageOf(rows, 0, size);
        const seen = Array.from({ length: first.pages }, (_, page) => pageOf(rows, page, size).rows).flat();
        assert.deepEqual(seen, rows);
      }),
    );
  });

  it('say which rows are shown, and stay inside when rows have gone', () => {
    const rows = Array.from({ length: 120 }, (_, index) => index);
    assert.deepEqual({ ...pageOf(rows, 2, 50), rows: [] }, { rows: [], page: 2, pages: 3, from: 101, to: 120, all: 120 });
    assert.equal(pageOf(rows, 9, 50).page, 2);
    assert.deepEqual(pageOf([], 3, 50), { rows: [], page: 0, pages: 1, from: 0, to: 0, all: 0 });
  });
});
