import assert from 'node:assert/strict';
import { pricedModelSchema, recalculatedSchema } from '../../../src/protocol/prices.ts';
import { overrideOf } from '../../../src/service/prices.ts';
import { Rig } from './rig.ts';

const model = 'our-own-deployment';

describe('prices of the user’s own', function () {
  this.timeout(30_000);
  let rig: Rig;

  beforeEach(async () => {
    rig = await Rig.start();
  });

  afterEach(async () => {
    await rig.dispose();
  });

  /** 1,000,000 tokens in and 100,000 out on a model that nobody has a price for. */
  async function oneRequest(session: string): Promise<void> {
    const before = (await rig.requests()).length;
    const asked = rig.ask(session, { model });
    const provider = await rig.provider();
    provider.start({ input_tokens: 1_000_000 }, undefined, model);
    provider.end(100_000);
    await (await asked).text();
    await rig.until('the row', async () => {
      const rows = await rig.requests();
      return rows.length > before && rows.every(({ outcome }) => outcome === 'ok');
    });
  }

  it('hold from now on, for the past when the user says so, and are taken back', async () => {
    await oneRequest('s1');
    assert.deepEqual((await rig.state()).unpriced, [{ provider: 'anthropic', model, tokens: 1_100_000 }]);
    assert.equal((await rig.state()).today.meteredUsd, '0');

    const typed = { match: model, provider: 'anthropic', input: 3, output: '15' };
    assert.equal((await rig.api('PUT', '/settings', { prices: [typed] })).status, 200);
    await oneRequest('s2');
    assert.deepEqual((await rig.requests()).map(({ usd }) => usd ?? 'unpriced').sort(), ['4.5', 'unpriced']);

    const answer = await rig.api('POST', '/prices/recalculate', {
      models: [{ provider: 'anthropic', model }],
      unpricedOnly: true,
    });
    assert.deepEqual(recalculatedSchema.parse(await answer.json()), {
      requests: 1,
      changed: 1,
      beforeUsd: '0',
      afterUsd: '4.5',
    });
    const state = await rig.state();
    assert.deepEqual([state.today.meteredUsd, state.today.unpricedTokens, state.unpriced], ['9', 0, []]);

    // As another model of the book, for everything: 1 and 5 dollars per million.
    await rig.api('PUT', '/settings', { prices: [{ match: 'our-*', aliasOf: 'anthropic/claude-haiku-4-5' }] });
    assert.equal((await rig.state()).today.meteredUsd, '9', 'the past is left alone');
    await rig.api('POST', '/prices/recalculate', { models: [{ provider: 'anthropic', model }] });
    assert.equal((await rig.state()).today.meteredUsd, '3');

    await rig.api('PUT', '/settings', { prices: [] });
    await rig.api('POST', '/prices/recalculate', { models: [{ provider: 'anthropic', model }] });
    assert.deepEqual([(await rig.state()).today.meteredUsd, (await rig.state()).today.unpricedTokens], ['0', 2_200_000]);
  });

  it('count against a budget as soon as they are known', async () => {
    await oneRequest('s1');
    await rig.api('PUT', '/settings', { prices: [{ match: model, input: 3, output: 15 }] });
    await rig.api('PUT', '/budgets', { scope: 'day', usd: '4', action: 'stop' });
    await rig.api('POST', '/prices/recalculate', { models: [{ provider: 'anthropic', model }] });
    const asked = rig.asked;
    const refused = await rig.ask('s1', { model });
    assert.deepEqual([refused.status, rig.asked], [402, asked]);
  });

  it('are turned away when they make no sense, and nothing changes', async () => {
    for (const bad of [
      { match: '' },
      { match: model },
      { match: model, input: -1, output: 2 },
      { match: model, input: 1, outptu: 2, output: 2 },
    ]) {
      assert.equal((await rig.api('PUT', '/settings', { prices: [bad] })).status, 400, JSON.stringify(bad));
    }
  });

  it('can be those of any model of the book', async () => {
    const book = pricedModelSchema.array().parse(await (await rig.api('GET', '/prices')).json());
    assert.ok(book.length > 2_000);
    const haiku = book.find(({ id }) => id === 'anthropic/claude-haiku-4-5');
    assert.deepEqual(haiku, { id: 'anthropic/claude-haiku-4-5', inputPerM: '1', outputPerM: '5' });
  });
});

describe('a price as a setting', () => {
  it('is exact however it is written', () => {
    assert.deepEqual(overrideOf({ match: 'm', input: 0.1, output: '0.30', cacheRead: 1e-7 }), {
      match: 'm',
      kind: 'price',
      rates: { input: '0.1', output: '0.30', cacheRead: '0.0000001' },
    });
    assert.deepEqual(overrideOf({ match: 'm', free: true }), { match: 'm', kind: 'free' });
    assert.deepEqual(overrideOf({ match: 'm', provider: 'azure', discountPercent: 12.5 }), {
      match: 'm',
      provider: 'azure',
      kind: 'discount',
      discountPercent: '12.5',
    });
  });
});
