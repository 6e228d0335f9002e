import assert from 'node:assert/strict';
import { usage } from '../../src/core/usage.ts';
import { prose, type Turn } from '../standIn/turn.ts';
import { Bench } from './bench.ts';
import { type Cli, claudeCode, gemini, kilo, opencode, qwen } from './clis.ts';

const changes: readonly (readonly [cli: Cli, from: string, to: string, flag: string])[] = [
  [claudeCode, 'plan', 'default', 'default'],
  [opencode, 'plan', 'build', 'build'],
  [kilo, 'plan', 'code', 'code'],
  [gemini, 'plan', 'yolo', 'yolo'],
  [qwen, 'plan', 'default', 'default'],
];

/** Prompts of 24,000 and of 27,000 tokens, of which 22,000 are not read from the cache. Only the first family bills what it writes there by itself. */
const billed = {
  anthropic: [
    { uncachedInput: 4_000, cacheWrite5m: 20_000, output: 200 },
    { uncachedInput: 1_000, cacheRead: 5_000, cacheWrite5m: 21_000, output: 300 },
  ],
  others: [
    { uncachedInput: 24_000, output: 200 },
    { uncachedInput: 22_000, cacheRead: 5_000, output: 300 },
  ],
} as const;

/**
 * 3,000 of the 22,000 tokens are new, 19,000 were sent again. At $3.75 for a million written and $3 for one uncached the 22,000 cost $0.07875 + $0.003; 19,000
 * of them $0.08175 × 19 / 22. Gemini 3.1 Pro and GPT-4.1 take $2 for a million: 19,000 cost $0.038.
 */
const usdAgain = { anthropic: '0.070602272727', others: '0.038' };

for (const [cli, from, to, flag] of changes) {
  describe(`A change of mode in ${cli.name}`, function () {
    this.timeout(240_000);
    let bench: Bench;

    before(async () => {
      bench = await Bench.start(cli);
    });

    after(async () => {
      await bench?.stop();
    });

    it('has the price of what was sent again because of it', async () => {
      const family = cli.family === 'anthropic' ? 'anthropic' : 'others';
      const [first, second] = billed[family].map(
        (used): Turn => ({ blocks: [{ kind: 'text', text: prose(bench.random, 8) }], usage: usage(used) }),
      ) as [Turn, Turn];
      bench.standIn.script(first);
      assert.equal((await bench.run({ prompt: 'Plan it.', mode: 'plan' })).code, 0);
      bench.standIn.script(second);
      assert.equal((await bench.run({ prompt: 'Now do it.', mode: flag, resume: true })).code, 0);
      const task = await bench.until('the change', async () =>
        (await bench.tasks()).find(({ transitions }) => transitions.length > 0),
      );
      const [change, ...more] = task.transitions;
      assert.deepEqual(more, []);
      assert.deepEqual([change?.from, change?.to, change?.resentTokens], [from, to, 19_000]);
      assert.equal(change?.usd, usdAgain[family]);
    });
  });
}
