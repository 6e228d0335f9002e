import assert from 'node:assert/strict';
import type { Breakdown, Week } from '../../../src/protocol/state.ts';
import { breakdownSchema, weekSchema } from '../../../src/protocol/state.ts';
import {
  type Plan,
  planSchema,
  type Slices,
  slicesSchema,
  type Where,
  type Why,
  whereSchema,
  whySchema,
} from '../../../src/protocol/views.ts';
import { noon, openLedger, sighting } from './fixtures.ts';

describe('ledger: what is kept beside the requests', () => {
  it('is settings and cursors by name, as JSON', () => {
    const ledger = openLedger();
    assert.equal(ledger.setting('guard'), undefined);
    ledger.setSetting('guard', { on: true });
    assert.deepEqual(ledger.setting('guard'), { on: true });
    ledger.setSetting('guard', undefined);
    assert.equal(ledger.setting('guard'), undefined);
    ledger.setCursor('/a', [1, 2]);
    ledger.setCursor('/a', 3);
    assert.equal(ledger.cursor('/a'), 3);
    assert.deepEqual(ledger.cursors(), new Map([['/a', 3]]));
  });

  it('is a cursor that moves together with what was read, or not at all', () => {
    let broken = true;
    const ledger = openLedger({
      price: () => {
        if (broken) throw new Error('boom');
        return { cost: 1n, basis: 'priced' };
      },
    });
    assert.throws(() => ledger.observeFrom('/a', 7, [sighting()]));
    assert.equal(ledger.cursor('/a'), undefined);
    broken = false;
    assert.equal(ledger.observeFrom('/a', 7, [sighting()]).length, 1);
    assert.equal(ledger.cursor('/a'), 7);
  });

  it('keeps an audit trail that is only ever added to, newest first', () => {
    const ledger = openLedger();
    ledger.audit(1, { what: 'stopped' });
    ledger.audit(2, { what: 'resumed' });
    assert.deepEqual(ledger.audited(10), [{ what: 'resumed' }, { what: 'stopped' }]);
    assert.deepEqual(ledger.audited(1), [{ what: 'resumed' }]);
  });

  it('is every alert once, and what was skipped', () => {
    const ledger = openLedger();
    assert.equal(ledger.isRaised('x'), false);
    assert.equal(ledger.raise('x'), true);
    assert.equal(ledger.raise('x'), false);
    assert.equal(ledger.isRaised('x'), true);
    ledger.setSkipped({ path: '/a', reason: 'locked', count: 1 });
    ledger.setSkipped({ path: '/a', reason: 'locked', count: 4 });
    assert.deepEqual(ledger.skipped(), [{ path: '/a', reason: 'locked', count: 4 }]);
    ledger.setSkipped({ path: '/a', reason: 'locked', count: 0 });
    assert.deepEqual(ledger.skipped(), []);
  });
});

describe('ledger: shapes', () => {
  it('are those of the protocol, for the compiler and at run time', () => {
    const ledger = openLedger();
    ledger.observe([
      sighting({ mode: 'plan', run: 'r' }),
      sighting({ mode: 'code', at: noon + 1, outcome: 'running', workspace: '/w' }),
      sighting({ model: 'nameless', billing: 'unknown' }),
    ]);
    const week: Week = ledger.week();
    const query = { range: '7d' } as const;
    const breakdown: Breakdown = { query, ...ledger.views.breakdown(query, { tasks: 10 }) };
    const where: Where = { query, ...ledger.views.where(query) };
    const why: Why = { query, ...ledger.views.why(query) };
    const plan: Plan = { query, ...ledger.views.plan(query), plans: [] };
    assert.deepEqual(whereSchema.parse(where), where);
    assert.deepEqual(whySchema.parse(why), why);
    assert.deepEqual(planSchema.parse(plan), plan);
    const slices: Slices = { slices: ledger.views.slices(query, '/w', [0, noon, noon + 10]) };
    assert.deepEqual(slicesSchema.parse(slices), slices);
    assert.deepEqual(weekSchema.parse(week), week);
    assert.deepEqual(breakdownSchema.parse(breakdown), breakdown);
    assert.equal(breakdown.tasks.length, 1);
  });
});
