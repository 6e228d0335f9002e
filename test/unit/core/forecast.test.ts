import assert from 'node:assert/strict';
import { forecast, monthEnd, yearAt } from '../../../src/core/forecast.ts';

const dollar = 1_000_000_000_000n;
const minute = 60_000;
const now = 100 * minute;
const every = (minutes: number, count: number, cost = dollar / 10n) =>
  Array.from({ length: count }, (_, i) => ({ at: now - i * minutes * minute, cost }));

describe('forecast', () => {
  it('tells requests and minutes until a limit at the pace of the last half hour', () => {
    // $0.10 every two minutes, the first 10 minutes ago: $0.60 in 10 minutes.
    const told = forecast(every(2, 6), now, dollar);
    assert.deepEqual(told, { perHour: (dollar * 36n) / 10n, requests: 10, minutes: 17 });
  });

  it('foretells nothing from little, and nothing from what is long ago', () => {
    assert.equal(forecast(every(2, 3), now, dollar), undefined);
    assert.equal(forecast(every(20, 6), now, dollar), undefined);
    assert.equal(forecast(every(1, 6, 0n), now, dollar), undefined);
  });

  it('takes a burst of parallel requests for no pace of its own', () => {
    const burst = Array.from({ length: 10 }, () => ({ at: now, cost: dollar }));
    assert.equal(forecast(burst, now, undefined)?.perHour, 600n * dollar);
  });

  it('is at its end when nothing is left', () => {
    assert.deepEqual(forecast(every(2, 6), now, 0n), { perHour: (dollar * 36n) / 10n, requests: 0, minutes: 0 });
  });

  it('ends a month like the last seven days', () => {
    // 10.5 of 30 days are over: 19.5 to come at $1 a day.
    assert.equal(monthEnd(5n * dollar, 7n * dollar, 10.5, 30), (245n * dollar) / 10n);
    assert.equal(monthEnd(5n * dollar, 7n * dollar, 31, 30), 5n * dollar);
    assert.equal(yearAt(30n * dollar), 365n * dollar);
  });
});
