import assert from 'node:assert/strict';
import {
  assumption,
  breakEven,
  machineLimits,
  monthAtThisPace,
  type OwnMachine,
  usedUpAt,
  usualMachine,
} from '../../../src/core/planMath.ts';

const dollar = 1_000_000_000_000n;
const day = 86_400_000;

describe('the pace of a plan', () => {
  it('is the month if it goes on as it began', () => {
    assert.equal(monthAtThisPace(10n * dollar, 0, 10 * day, 30 * day), 30n * dollar);
    assert.equal(monthAtThisPace(10n * dollar, 0, 30 * day, 30 * day), 10n * dollar);
    assert.equal(monthAtThisPace(dollar, 0, 59 * 60_000, 30 * day), null, 'the first hour tells nothing');
  });

  it('tells the day on which an allowance is used up, where it is', () => {
    // $15 of $20 in 15 days: a dollar a day, so on day 20.
    assert.equal(usedUpAt(15n * dollar, 20n * dollar, 0, 15 * day, 30 * day), 20 * day);
    assert.equal(usedUpAt(5n * dollar, 20n * dollar, 0, 15 * day, 30 * day), undefined, 'it lasts');
    assert.equal(usedUpAt(0n, 20n * dollar, 0, 15 * day, 30 * day), undefined);
    assert.equal(usedUpAt(dollar, 20n * dollar, 0, 59 * 60_000, 30 * day), null, 'the first hour tells nothing');
    assert.equal(usedUpAt(30n * dollar, 20n * dollar, 0, 15 * day, 30 * day), 10 * day, 'it was used up before');
  });
});

describe('a machine of one’s own', () => {
  /** $72 a month to pay off, 0.5 kW × 10 h × 30 × $0.20 = $30 of power, $48 of upkeep. */
  const machine: OwnMachine = {
    hardwareUsd: 2_592,
    months: 36,
    watts: 500,
    hoursPerDay: 10,
    usdPerKwh: 0.2,
    upkeepUsd: 48,
    share: 0.5,
    promptPerSecond: 1_000,
    outputPerSecond: 50,
  };

  it('is assumed within limits, whatever is typed', () => {
    for (const name of Object.keys(usualMachine) as (keyof OwnMachine)[]) {
      const [least, most] = machineLimits[name];
      for (const typed of ['1e25', '1e-320', '-1', '0', '1e999', 'x', '', ' ', undefined, '0.1']) {
        const value = assumption(name, typed);
        assert.ok(value >= least && value <= most, `${name} ${typed} ${value}`);
        const result = breakEven({ ...usualMachine, [name]: value }, { usd: 1e9, freshTokens: 1e14, outputTokens: 1e13 });
        for (const figure of [result.costUsd, result.replacesUsd, result.savesUsd])
          assert.match(figure.toFixed(2), /^-?\d+\.\d\d$/, `${name} ${typed}`);
        assert.ok(result.fromUsd === Number.POSITIVE_INFINITY || /^\d+\.\d\d$/.test(result.fromUsd.toFixed(2)));
      }
    }
    assert.equal(assumption('share', '25'), 0.25);
    assert.equal(assumption('months', ''), usualMachine.months);
  });

  it('pays from the API cost on of which it replaces its own', () => {
    // Busy: 108,000,000 ÷ 1,000 + 5,400,000 ÷ 50 = 216,000 s, half of it is 108,000 s of 1,080,000.
    const result = breakEven(machine, { usd: 400, freshTokens: 108e6, outputTokens: 5.4e6 });
    assert.deepEqual(result, { machines: 1, costUsd: 150, replacesUsd: 200, savesUsd: 50, fromUsd: 300, load: 0.1 });
  });

  it('is as many machines as the use needs', () => {
    const result = breakEven(machine, { usd: 400, freshTokens: 2_700e6, outputTokens: 0 });
    // 2,700,000 s, half of it 1,350,000 of 1,080,000: two machines, $204 + $48.
    assert.deepEqual([result.machines, result.costUsd, result.savesUsd, result.load], [2, 252, -52, 0.625]);
  });

  it('never pays where it may take over nothing', () => {
    const { fromUsd, savesUsd } = breakEven({ ...machine, share: 0 }, { usd: 400, freshTokens: 1, outputTokens: 1 });
    assert.deepEqual([fromUsd, savesUsd], [Number.POSITIVE_INFINITY, -150]);
  });

  it('is assumed to cost about what the rule of thumb says before upkeep', () => {
    // ¥570, about $80: 2,500 ÷ 36 + 0.45 × 8 × 30 × 0.15 = 69.44… + 16.2.
    const { costUsd } = breakEven({ ...usualMachine, upkeepUsd: 0 }, { usd: 0, freshTokens: 0, outputTokens: 0 });
    assert.ok(Math.abs(costUsd - 85.644) < 0.001, String(costUsd));
  });
});
