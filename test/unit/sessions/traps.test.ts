import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cacheWrites } from '../../../src/core/usage.ts';
import { removeHomes, scanned, tempHome } from './support.ts';
import { type Answer, addSums, claudeTraps, codexTraps, type Trap, type TrueSums, writeClaude, writeCodex } from './traps.ts';

const answer: fc.Arbitrary<Answer> = fc.record({
  input: fc.integer({ min: 1, max: 5000 }),
  read: fc.nat(90_000),
  written: fc.nat(9000),
  output: fc.integer({ min: 1, max: 900 }),
  blocks: fc.integer({ min: 1, max: 4 }),
});
const answers = fc.array(answer, { minLength: 1, maxLength: 6 });

async function found(home: string): Promise<TrueSums> {
  let sums: TrueSums = { requests: 0, input: 0, read: 0, written: 0, output: 0 };
  for (const { usage } of (await scanned(home)).rows())
    sums = addSums(sums, {
      requests: 1,
      input: usage.uncachedInput,
      read: usage.cacheRead,
      written: cacheWrites(usage),
      output: usage.output,
    });
  return sums;
}

async function holds(claude: readonly Answer[], codex: readonly Answer[], traps: readonly Trap[]): Promise<void> {
  const home = tempHome();
  const set = new Set(traps);
  const expected = addSums(writeClaude(home, claude, set), writeCodex(home, codex, set));
  assert.deepEqual(await found(home), expected);
}

describe('a history full of traps', () => {
  afterEach(removeHomes);

  for (const trap of [...claudeTraps, ...codexTraps]) {
    it(`counts every request once: ${trap}`, async () => {
      const needed: readonly Trap[] = trap === 'forked records' ? [trap, 'records'] : [trap];
      await fc.assert(
        fc.asyncProperty(answers, answers, (claude, codex) => holds(claude, codex, needed)),
        { numRuns: 12 },
      );
    });
  }

  it('counts every request once: any of them together', async () => {
    await fc.assert(fc.asyncProperty(answers, answers, fc.subarray<Trap>([...claudeTraps, ...codexTraps]), holds), {
      numRuns: 120,
    });
  });
});
