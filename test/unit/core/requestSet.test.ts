import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Observation } from '../../../src/core/request.ts';
import { RequestSet } from '../../../src/core/requestSet.ts';
import { usage } from '../../../src/core/usage.ts';

const seen = (keys: readonly string[], output: number): Observation => ({
  source: 'sessions',
  keys,
  at: 1000,
  agent: 'claude-code',
  task: 'claude-code:a',
  provider: 'anthropic',
  model: 'm',
  usage: usage({ output }),
  counted: 'reported',
  billing: 'unknown',
  outcome: 'ok',
});

const rowsOf = (sightings: readonly Observation[]) => {
  const set = new RequestSet();
  for (const each of sightings) set.add(each);
  return [...set.rows()].map(({ keys, usage: used }) => `${[...keys].sort().join(' ')} ${used.output}`).sort();
};

describe('RequestSet', () => {
  it('keeps one row of sightings that share a key', () => {
    assert.deepEqual(rowsOf([seen(['a'], 1), seen(['a'], 5), seen(['b'], 2)]), ['a 5', 'b 2']);
  });

  it('joins rows when a later sighting knows both keys', () => {
    assert.deepEqual(rowsOf([seen(['a'], 1), seen(['b'], 7), seen(['a', 'b'], 3), seen(['b', 'c'], 2)]), ['a b c 7']);
  });

  it('comes to the same rows in every order', () => {
    const sighting = fc.tuple(
      fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 2 }),
      fc.nat(9),
    );
    fc.assert(
      fc.property(
        fc
          .array(sighting, { maxLength: 8 })
          .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const from = (of: typeof list) => rowsOf(of.map(([keys, output]) => seen(keys, output)));
          assert.deepEqual(from(shuffled), from(list));
        },
      ),
      { numRuns: 500 },
    );
  });
});
