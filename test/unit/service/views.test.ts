import assert from 'node:assert/strict';
import { usdToPico } from '../../../src/core/money.ts';
import { breakdownSchema } from '../../../src/protocol/state.ts';
import { whereSchema, whySchema } from '../../../src/protocol/views.ts';
import { sampleTurns } from '../../../src/service/sample/script.ts';
import { Rig } from './rig.ts';

describe('the views of a whole run', function () {
  this.timeout(20_000);
  let rig: Rig;

  beforeEach(async () => {
    rig = await Rig.start();
  });
  afterEach(() => rig.dispose());

  it('agree with each other: the sample’s modes, what their changes cost, and its sums', async () => {
    const { task } = (await (await rig.api('POST', '/sample', {})).json()) as { readonly task: string };
    const query = `range=task&task=${encodeURIComponent(task)}`;
    const breakdownNow = async () => breakdownSchema.parse(await (await rig.api('GET', `/breakdown?${query}`)).json());
    const breakdown = await rig.until('the whole run', async () => {
      const now = await breakdownNow();
      const over = now.total.requests === sampleTurns.length && rig.service.meter.live.size === 0;
      return over && (await rig.requests()).every(({ outcome }) => outcome !== 'running') ? now : undefined;
    });
    const where = whereSchema.parse(await (await rig.api('GET', `/where?${query}`)).json());
    const why = whySchema.parse(await (await rig.api('GET', `/why?${query}`)).json());

    // A sample is in no total, but in its own.
    assert.ok(usdToPico(breakdown.total.meteredUsd) > 0n);
    const sum = (usds: readonly (string | null)[]): bigint => usds.reduce((all, usd) => all + usdToPico(usd ?? '0'), 0n);
    assert.equal(sum(breakdown.byMode.map(({ total }) => total.meteredUsd)), usdToPico(breakdown.total.meteredUsd));
    assert.equal(sum(where.byDay.map(({ total }) => total.meteredUsd)), usdToPico(breakdown.total.meteredUsd));

    // The matrix is the timelines of the task and its subtasks, summed.
    const joints = breakdown.tasks.flatMap(({ transitions }) => transitions);
    assert.ok(joints.length >= 3, `${joints.length} joints`);
    for (const { from, to, count, resentTokens, meteredUsd } of where.transitions) {
      const own = joints.filter((joint) => joint.from === from && joint.to === to);
      assert.equal(own.length, count, `${from} → ${to}`);
      assert.equal(
        own.reduce((all, joint) => all + joint.resentTokens, 0),
        resentTokens,
      );
      assert.equal(sum(own.map(({ usd }) => usd)), usdToPico(meteredUsd));
    }
    assert.equal(
      where.transitions.reduce((all, { count }) => all + count, 0),
      joints.length,
    );

    // Every prompt passed the gateway, which read what it is made of.
    assert.equal(why.now.requests, breakdown.total.requests);
    assert.equal(why.fixed.requests, breakdown.total.requests);
    assert.ok(why.fixed.systemTokens + why.fixed.toolTokens <= why.fixed.promptTokens);
    assert.equal(sum([why.now.meteredUsd]), usdToPico(breakdown.total.meteredUsd));
    const classes = sum(why.classes.map(({ meteredUsd }) => meteredUsd));
    const off = usdToPico(breakdown.total.meteredUsd) - classes;
    assert.ok(off >= 0n && off < 1_000n, `the classes make up the whole but for what division leaves: ${off}`);
  });
});
