import assert from 'node:assert/strict';
import type { RequestRow } from '../../../src/protocol/rows.ts';
import { type Loaded, listOfTask, withPage } from '../../../src/webview/lists.ts';
import { sampleBreakdown } from '../../browser/page/sampleState.ts';

const [model] = sampleBreakdown().requests;
assert.ok(model);
const row = (at: number): RequestRow => ({ ...(model as RequestRow), id: `r${at}`, at });
const rows = (from: number, to: number): RequestRow[] => Array.from({ length: from - to + 1 }, (_, n) => row(from - n));
const page = (loaded: Loaded | undefined, from: number, to: number, more: boolean, before?: number): Loaded | undefined =>
  withPage(loaded, {
    list: listOfTask('t', before === undefined ? undefined : row(before)),
    requests: rows(from, to),
    more,
  });
const times = (loaded: Loaded | undefined): readonly number[] | undefined => loaded?.requests.map(({ at }) => at);

describe('requests that are loaded page by page', () => {
  it('go on where the last page ended, and stay when the newest come anew', () => {
    const first = page(undefined, 10, 8, true);
    const second = page(first, 7, 5, true, 8);
    assert.deepEqual(times(second), [10, 9, 8, 7, 6, 5]);
    const anew = page(second, 12, 10, true);
    assert.deepEqual(times(anew), [12, 11, 10, 9, 8, 7, 6, 5]);
    assert.equal(anew?.more, true);
    assert.equal(page(anew, 4, 4, false, 5)?.more, false);
  });

  it('take what the newest page says, not what was known', () => {
    const known = page(undefined, 10, 8, false);
    const cheaper = withPage(known, { list: listOfTask('t'), requests: [{ ...row(10), usd: '9' }, row(9), row(8)], more: false });
    assert.equal(cheaper?.requests[0]?.usd, '9');
    assert.deepEqual(times(page(known, 9, 8, false)), [9, 8], 'one is gone');
  });

  it('have no gap: where the newest page does not reach what is known, it begins anew', () => {
    const known = page(undefined, 10, 8, true);
    const later = page(known, 20, 18, true);
    assert.deepEqual(times(later), [20, 19, 18]);
    assert.equal(later?.more, true);
    assert.deepEqual(times(page(later, 7, 5, true, 8)), [20, 19, 18], 'an answer to what is no longer asked');
  });
});
