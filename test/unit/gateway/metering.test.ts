import assert from 'node:assert/strict';
import { Metering, refusalOf } from '../../../src/gateway/metering.ts';

describe('metering', () => {
  it('settles once and tells no progress after that', () => {
    const told: string[] = [];
    const cut = new AbortController().signal;
    const metering = new Metering(
      {
        admission: () => undefined,
        cut,
        called: () => told.push('called'),
        progress: () => told.push('progress'),
        settle: () => told.push('settle'),
      },
      () => {},
    );
    metering.progress({});
    metering.settle({ outcome: 'ok', outputTokens: 0, status: 200 });
    metering.settle({ outcome: 'error', outputTokens: 0, status: 200 });
    metering.progress({});
    assert.deepEqual(told, ['progress', 'settle']);
  });

  it('does nothing without an exchange', () => {
    const metering = new Metering(undefined, assert.fail);
    assert.equal(metering.metered, false);
    assert.equal(metering.admission(), undefined);
    assert.equal(metering.cut.aborted, false);
    metering.progress({});
    metering.settle({ outcome: 'ok', outputTokens: 0, status: 200 });
  });

  it('reads the refusal off the signal, whatever is in it', () => {
    assert.deepEqual(refusalOf(AbortSignal.abort({ reason: 'budget', message: 'm' })), { reason: 'budget', message: 'm' });
    assert.deepEqual(refusalOf(AbortSignal.abort('x')), { reason: 'stopped', message: 'stopped by Spend Meter' });
  });
});
