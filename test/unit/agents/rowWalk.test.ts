import assert from 'node:assert/strict';
import { nextRows } from '../../../src/agents/rowWalk.ts';

describe('walking a table by its row numbers', () => {
  /** Reads all there is; answers the numbers that were looked at. */
  function read(rows: ReadonlyMap<number, string>, cursor: unknown): { readonly looked: number[]; readonly cursor: unknown } {
    const looked: number[] = [];
    for (let at = cursor; ; ) {
      const step = nextRows(Math.max(0, ...rows.keys()), at, 2, (row) => rows.get(row));
      if (!step) return { looked, cursor: at };
      for (let row = step.from; row <= step.to; row++) if (rows.has(row)) looked.push(row);
      at = step.cursor;
      if (!step.more) return { looked, cursor: at };
    }
  }

  const all = new Map([1, 2, 3, 4, 5].map((row) => [row, `r${row}`]));

  it('looks at each row once, the newest first, and then at what is new', () => {
    const first = read(all, undefined);
    assert.deepEqual(first.looked, [4, 5, 2, 3, 1]);
    assert.deepEqual(read(all, first.cursor).looked, []);
    assert.deepEqual(read(new Map([...all, [6, 'r6']]), first.cursor).looked, [6]);
  });

  it('looks at a row that was written again under a new number, and at no other', () => {
    const { cursor } = read(all, undefined);
    const rewritten = new Map([...all, [6, 'r5']]);
    rewritten.delete(5);
    assert.deepEqual(read(rewritten, cursor).looked, [6]);
  });

  it('looks at all of them when numbers were given again, or the newest are gone', () => {
    const { cursor } = read(all, undefined);
    assert.deepEqual(read(new Map([...all, [5, 'another']]), cursor).looked.sort(), [1, 2, 3, 4, 5]);
    const fewer = new Map(all);
    fewer.delete(5);
    assert.deepEqual(read(fewer, cursor).looked.sort(), [1, 2, 3, 4]);
  });
});
