import assert from 'node:assert/strict';
import { type StoppedSpend, StopWatch, turnTime } from '../../../src/service/control/stopWatch.ts';

/** A watch over a clock that the test moves. Requests come every 12 s, so that is a turn. */
function watched({ passes = false } = {}) {
  let now = 1_000_000;
  let id = 0;
  const changes: string[] = [];
  const watch = new StopWatch({
    now: () => now,
    rootOf: (task) => (task.endsWith('child') ? task.replace(/child$/, 'root') : task),
    passes: () => passes,
    moments: () => [900_000, 912_000, 924_000],
    changed: (root) => changes.push(root),
  });
  const spend = (more: Partial<StoppedSpend> = {}): StoppedSpend => ({
    id: `rq_${id++}`,
    task: 'roo-code:root',
    agent: 'roo-code',
    at: now,
    beganIsKnown: true,
    refused: false,
    guarded: false,
    ...more,
  });
  return {
    watch,
    changes,
    spend,
    later: (ms: number) => {
      now += ms;
      watch.look();
    },
  };
}

describe('the watch over stops', () => {
  const root = 'roo-code:root';

  it('asks a window, and says stopped only after a turn without spending', () => {
    const { watch, later, changes } = watched();
    watch.begin(root);
    assert.deepEqual([watch.get(root)?.state, watch.get(root)?.asked], ['stopping', 'cancel']);
    watch.answered(root, 'cancel', true);
    later(11_999);
    assert.equal(watch.get(root)?.state, 'stopping');
    later(1);
    assert.deepEqual([watch.get(root)?.state, watch.get(root)?.way], ['stopped', 'cancel']);
    assert.ok(changes.length >= 3);
    watch.dispose();
  });

  it('says so when the tree spends on, and again when it wakes up after it was stopped', () => {
    const { watch, later, spend } = watched();
    watch.begin(root);
    watch.answered(root, 'cancel', true);
    later(5_000);
    watch.saw(spend({ task: 'roo-code:child' }));
    assert.deepEqual([watch.get(root)?.state, watch.get(root)?.paid], ['spending', 1]);
    later(12_000);
    assert.equal(watch.get(root)?.state, 'stopped');
    later(600_000);
    watch.saw(spend());
    assert.deepEqual([watch.get(root)?.state, watch.get(root)?.paid], ['spending', 2]);
    watch.dispose();
  });

  it('forgives what was on its way, and waits from its end', () => {
    const { watch, later, spend } = watched();
    watch.begin(root);
    watch.answered(root, 'cancel', true);
    const told = spend().at;
    later(8_000);
    watch.saw(spend({ at: told }));
    watch.saw(spend({ beganIsKnown: false }));
    assert.equal(watch.get(root)?.state, 'stopping');
    later(8_000);
    assert.equal(watch.get(root)?.state, 'stopping', 'a turn after the last one');
    watch.saw(spend({ beganIsKnown: false }));
    assert.equal(watch.get(root)?.state, 'spending', 'a second one was not on its way');
    watch.dispose();
  });

  it('does not hold against an agent what it sends before a window has told it', () => {
    const { watch, later, spend } = watched();
    watch.begin(root);
    later(40);
    watch.saw(spend());
    assert.deepEqual([watch.get(root)?.state, watch.get(root)?.paid], ['stopping', 0]);
    later(10);
    watch.answered(root, 'cancel', true);
    later(12_000);
    assert.deepEqual([watch.get(root)?.state, watch.get(root)?.paid], ['stopped', 0]);
    watch.dispose();
  });

  it('counts what was sent while windows were asked, where none of them could tell the agent', () => {
    for (const answer of ['too late', 'no']) {
      const { watch, later, spend } = watched();
      watch.begin(root);
      later(40);
      watch.saw(spend());
      if (answer === 'no') watch.answered(root, 'cancel', false);
      else later(5_000);
      const row = watch.get(root);
      assert.deepEqual([row?.state, row?.paid, row?.way], ['spending', 1, null], answer);
      watch.dispose();
    }
  });

  it('counts one request once, however often it is seen, and what the gateway let go never', () => {
    const { watch, later, spend } = watched();
    watch.begin(root);
    watch.answered(root, 'cancel', true);
    later(5_000);
    const one = spend();
    watch.saw(one);
    watch.saw(one);
    watch.saw(spend({ guarded: true }));
    assert.equal(watch.get(root)?.paid, 1);
    watch.dispose();
  });

  it('goes on to the next way when no window answers, and admits when none is left', () => {
    const { watch, later } = watched();
    watch.begin('kilo:one');
    assert.equal(watch.get('kilo:one')?.asked, 'cancel');
    later(5_000);
    assert.equal(watch.get('kilo:one')?.asked, 'interrupt');
    later(5_000);
    const row = watch.get('kilo:one');
    assert.deepEqual([row?.asked, row?.way, row?.next], [null, null, null]);
    assert.equal(watch.escalate('kilo:one'), false);
    watch.dispose();
  });

  it('offers the stronger way instead of taking it while the gentler one may hold', () => {
    const { watch, later } = watched();
    watch.begin('kilo:one');
    watch.answered('kilo:one', 'cancel', true);
    later(60_000);
    assert.deepEqual([watch.get('kilo:one')?.asked, watch.get('kilo:one')?.next], [null, 'interrupt']);
    assert.equal(watch.escalate('kilo:one'), true);
    assert.equal(watch.get('kilo:one')?.asked, 'interrupt');
    watch.dispose();
  });

  it('is done at once where the gateway refuses, and cancels an agent that knocks three times', () => {
    const { watch, spend } = watched({ passes: true });
    watch.begin(root);
    assert.deepEqual([watch.get(root)?.state, watch.get(root)?.way, watch.get(root)?.asked], ['stopped', 'gateway', null]);
    for (const refusals of [1, 2]) {
      watch.saw(spend({ refused: true, guarded: true }));
      assert.deepEqual([watch.get(root)?.refused, watch.get(root)?.asked], [refusals, null]);
    }
    watch.saw(spend({ refused: true, guarded: true }));
    assert.equal(watch.get(root)?.asked, 'cancel');
    watch.dispose();
  });

  it('tells the agent in another way when it spends past the gateway that should refuse it', () => {
    const { watch, later, spend } = watched({ passes: true });
    watch.begin(root);
    later(1_000);
    watch.saw(spend());
    assert.deepEqual([watch.get(root)?.state, watch.get(root)?.asked], ['spending', 'cancel']);
    watch.dispose();
  });

  it('ends with the stop', () => {
    const { watch, spend } = watched();
    watch.begin(root);
    watch.end(root);
    watch.saw(spend());
    assert.deepEqual(watch.rows, []);
    watch.dispose();
  });

  it('takes an agent’s own pauses for its turns, and the user’s not', () => {
    assert.equal(turnTime([]), 30_000);
    assert.equal(turnTime([0, 1_000, 2_000]), 10_000);
    assert.equal(turnTime([0, 20_000, 3_600_000, 3_640_000]), 40_000);
    assert.equal(turnTime([0, 200_000]), 120_000);
  });
});
