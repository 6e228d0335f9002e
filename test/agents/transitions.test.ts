import assert from 'node:assert/strict';
import { usage } from '../../src/core/usage.ts';
import { prose, type Turn } from '../standIn/turn.ts';
import { Bench } from './bench.ts';
import { type Cli, claudeCode, kilo, opencode } from './clis.ts';

const changes: readonly (readonly [cli: Cli, from: string, to: string, flag: string])[] = [
  [claudeCode, 'plan', 'default', 'default'],
  [opencode, 'plan', 'build', 'build'],
  [kilo, 'plan', 'code', 'code'],
];

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
      const say = (billed: Parameters<typeof usage>[0]): Turn => ({
        blocks: [{ kind: 'text', text: prose(bench.random, 8) }],
        usage: usage(billed),
      });
      bench.standIn.script(say({ uncachedInput: 4_000, cacheWrite5m: 20_000, output: 200 }));
      assert.equal((await bench.run({ prompt: 'Plan it.', mode: 'plan' })).code, 0);
      bench.standIn.script(say({ uncachedInput: 1_000, cacheRead: 5_000, cacheWrite5m: 21_000, output: 300 }));
      assert.equal((await bench.run({ prompt: 'Now do it.', mode: flag, resume: true })).code, 0);
      const task = await bench.until('the change', async () =>
        (await bench.tasks()).find(({ transitions }) => transitions.length > 0),
      );
      const [change, ...more] = task.transitions;
      assert.deepEqual(more, []);
      // The first prompt had 24,000 tokens, the second 27,000, of which 22,000 were not read from the cache: 3,000 are new, 19,000 were sent again.
      assert.deepEqual([change?.from, change?.to, change?.resentTokens], [from, to, 19_000]);
      // At $3.75 for a million written and $3 for one uncached the 22,000 cost $0.07875 + $0.003; 19,000 of them $0.08175 × 19 / 22.
      assert.equal(change?.usd, '0.070602272727');
    });
  });
}
