import assert from 'node:assert/strict';
import { Coalesced } from '../../../src/extension/coalesced.ts';

describe('coalesced work', () => {
  it('is done at once, and once more for all that was asked meanwhile', async () => {
    let done = 0;
    let busy = 0;
    let finished: () => void = () => undefined;
    const twice = new Promise<void>((resolve) => {
      finished = resolve;
    });
    const work = new Coalesced(async () => {
      assert.equal(++busy, 1, 'never two at a time');
      await Promise.resolve();
      busy -= 1;
      done += 1;
      if (done === 2) finished();
    }, 5);
    work.soon();
    for (let i = 0; i < 10; i++) work.soon();
    await twice;
    work.dispose();
    assert.equal(done, 2);
  });

  it('does not wait when it must be now', async () => {
    let done = 0;
    const work = new Coalesced(async () => void done++, 60_000);
    work.soon();
    await Promise.resolve();
    await Promise.resolve();
    work.now();
    work.dispose();
    assert.equal(done, 2);
  });
});
