import assert from 'node:assert/strict';
import * as z from 'zod';
import { planSchema } from '../../../src/protocol/views.ts';
import { soldPlans } from '../../../src/service/plans.ts';

describe('subscriptions that are sold', () => {
  const plan = (id: string) => soldPlans().find((one) => one.id === id);

  it('are those of the price book with a price, in the shape of the protocol', () => {
    const sold = soldPlans();
    assert.deepEqual(planSchema.shape.plans.parse(sold), sold);
    assert.ok(z.array(z.object({ priceUsd: z.string().regex(/^[1-9]/) })).safeParse(sold).success);
    assert.equal(plan('copilot-free'), undefined);
  });

  it('include credits at their price and dollars as they are, or windows that nobody publishes', () => {
    // 1,000 + 500 credits at a cent.
    assert.equal(plan('copilot-pro')?.includedUsd, '15');
    assert.equal(plan('cursor-ultra')?.includedUsd, '400');
    assert.deepEqual([plan('claude-max-5x')?.includedUsd, plan('claude-max-5x')?.windows], [null, true]);
    assert.deepEqual(plan('claude-max-5x')?.agents, ['claude-code']);
  });
});
