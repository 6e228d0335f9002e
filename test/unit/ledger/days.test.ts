import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addDays, Days, dayText } from '../../../src/ledger/days.ts';

const utc = (text: string) => Date.parse(text);

describe('ledger: days', () => {
  it('are those of the user’s time zone', () => {
    assert.equal(new Days('UTC').dayOf(utc('2026-11-25T23:30:00Z')), 20261125);
    assert.equal(new Days('Asia/Shanghai').dayOf(utc('2026-11-25T23:30:00Z')), 20261126);
    assert.equal(new Days('America/Los_Angeles').dayOf(utc('2026-11-25T07:59:00Z')), 20261124);
    assert.equal(new Days('Asia/Kathmandu').dayOf(utc('2026-11-24T18:14:59Z')), 20261124);
    assert.equal(new Days('Asia/Kathmandu').dayOf(utc('2026-11-24T18:15:00Z')), 20261125);
  });

  it('last 23 and 25 hours when clocks change', () => {
    const berlin = new Days('Europe/Berlin');
    assert.equal(berlin.startOf(20260329), utc('2026-03-28T23:00:00Z'));
    assert.equal(berlin.startOf(20260330), utc('2026-03-29T22:00:00Z'));
    assert.equal(berlin.startOf(20261025), utc('2026-10-24T22:00:00Z'));
    assert.equal(berlin.startOf(20261026), utc('2026-10-25T23:00:00Z'));
  });

  it('begin at the first moment there is, where midnight is skipped, and a skipped day is empty', () => {
    assert.equal(new Days('America/Asuncion').startOf(20231001), utc('2023-10-01T04:00:00Z'), '00:00 became 01:00');
    const samoa = new Days('Pacific/Apia');
    assert.equal(samoa.startOf(20111230), samoa.startOf(20111231), 'Samoa crossed the date line');
  });

  it('make ranges', () => {
    const days = new Days('Asia/Tokyo');
    const now = utc('2026-03-01T16:00:00Z'); // 2 March, 01:00
    assert.deepEqual(days.span('today', now), { from: 20260302, to: 20260302 });
    assert.deepEqual(days.span('7d', now), { from: 20260224, to: 20260302 });
    assert.deepEqual(days.span('30d', now), { from: 20260201, to: 20260302 });
    assert.deepEqual(days.span('month', now), { from: 20260301, to: 20260302 });
    assert.deepEqual(days.span({ from: '2026-01-31', to: '2026-02-01' }, now), { from: 20260131, to: 20260201 });
    assert.throws(() => days.span({ from: '31.1.2026', to: '2026-02-01' }, now), RangeError);
    assert.deepEqual(days.moments({ from: 20260301, to: 20260301 }), {
      from: utc('2026-02-28T15:00:00Z'),
      to: utc('2026-03-01T15:00:00Z'),
    });
    assert.equal(dayText(20260301), '2026-03-01');
  });

  it('have as many days before them to be compared with', () => {
    const days = new Days('UTC');
    const at = utc('2026-03-31T12:00:00Z');
    assert.deepEqual(days.before('today', at), { from: '2026-03-30', to: '2026-03-30' });
    assert.deepEqual(days.before('7d', at), { from: '2026-03-18', to: '2026-03-24' });
    assert.deepEqual(days.before('month', at), { from: '2026-02-01', to: '2026-02-28' }, 'a shorter month, all of it');
    assert.deepEqual(days.before('month', utc('2026-01-05T12:00:00Z')), { from: '2025-12-01', to: '2025-12-05' });
    assert.deepEqual(days.before({ from: '2026-03-01', to: '2026-03-03' }, at), { from: '2026-02-26', to: '2026-02-28' });
  });

  it('refuse a zone that does not exist', () => {
    assert.throws(() => new Days('Mars/Olympus'), RangeError);
  });

  it('contain exactly the moments between their start and the next one’s', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Chatham',
      'Pacific/Apia',
    );
    fc.assert(
      fc.property(zone, fc.integer({ min: utc('2009-01-01T00:00:00Z'), max: utc('2031-01-01T00:00:00Z') }), (name, at) => {
        const days = new Days(name);
        const day = days.dayOf(at);
        assert.ok(days.startOf(day) <= at);
        assert.ok(at < days.startOf(addDays(day, 1)));
        assert.notEqual(days.dayOf(days.startOf(day) - 1), day);
      }),
    );
  });
});
