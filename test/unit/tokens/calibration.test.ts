import assert from 'node:assert/strict';
import {
  anchored,
  type Calibration,
  correction,
  learn,
  noCalibration,
  readCalibration,
} from '../../../src/tokens/calibration.ts';
import { Calibrations, corrected } from '../../../src/tokens/calibrations.ts';
import { randomFrom } from './textMaker.ts';

const learnAll = (pairs: readonly (readonly [number, number])[], from: Calibration = noCalibration): Calibration =>
  pairs.reduce((state, [estimated, reported]) => learn(state, estimated, reported), from);
const same = (ratio: number, times: number): [number, number][] => Array.from({ length: times }, () => [1000, 1000 * ratio]);

describe('calibration', () => {
  it('says nothing before it knows enough', () => {
    assert.equal(correction(noCalibration), undefined);
    assert.equal(correction(learnAll(same(1.2, 2))), undefined);
    assert.ok(correction(learnAll(same(1.2, 3))));
  });

  it('finds the ratio, and shows the error it has had', () => {
    const random = randomFrom(4);
    const noisy = Array.from({ length: 40 }, (): [number, number] => [10_000, Math.round(13_000 * (0.98 + random() * 0.04))]);
    const learned = correction(learnAll(noisy));
    assert.ok(learned && Math.abs(learned.ratio - 1.3) < 0.02);
    assert.ok(learned.plusMinus <= 0.04 && learned.plusMinus >= 0.005);
  });

  it('does not believe a single pair whole: the prior counts as one', () => {
    const state = learnAll(same(1.4, 1));
    const next = learn(state, 1000, 1200);
    // Shown was 1000 × median(1.4, 1) = 1200: no error.
    assert.equal(next.errors.at(-1), 0);
  });

  it('learns nothing from small prompts, and is not carried away by absurd pairs', () => {
    assert.equal(learn(noCalibration, 400, 800), noCalibration);
    assert.equal(learn(noCalibration, 1000, 0), noCalibration);
    assert.equal(learn(noCalibration, Number.NaN, 10), noCalibration);
    assert.deepEqual(learn(noCalibration, 1000, 1e9).ratios, [3]);
  });

  it('leaves an outlier out', () => {
    const state = learnAll([...same(1.2, 10), [1000, 2400], [1000, 2500], ...same(1.2, 2)]);
    assert.equal(correction(state)?.ratio, 1.2);
    assert.ok(state.ratios.every((ratio) => ratio === 1.2));
  });

  it('starts anew when three in a row are off to the same side: the provider has changed', () => {
    const state = learnAll([...same(1.2, 20), ...same(1.6, 3)]);
    assert.deepEqual(state.ratios, [1.6, 1.6, 1.6]);
    assert.equal(correction(state)?.ratio, 1.6);
    // To both sides is noise.
    assert.equal(learnAll([...same(1.2, 20), [1000, 1600], [1000, 700], [1000, 1600]]).ratios.length, 20);
  });

  it('is bounded', () => {
    const state = learnAll(same(1.1, 500));
    assert.equal(state.ratios.length, 25);
    assert.equal(state.errors.length, 25);
  });

  it('is kept as JSON and read back; what is something else is nothing', () => {
    const state = learnAll(same(1.1, 9));
    assert.deepEqual(readCalibration(JSON.parse(JSON.stringify(state))), state);
    for (const other of [null, 7, {}, { ratios: 'x' }, { ratios: [1], errors: [null], strange: [] }])
      assert.equal(readCalibration(other), noCalibration);
  });

  it('of a conversation: only what is new is estimated', () => {
    const by = { ratio: 1.2, plusMinus: 0.02 };
    const next = anchored({ estimated: 50_000, reported: 61_000 }, 52_000, by);
    assert.equal(next?.tokens, 63_400);
    assert.ok(next.plusMinus <= 0.005);
    assert.equal(anchored({ estimated: 50_000, reported: 61_000 }, 20_000, by), undefined);
  });
});

describe('calibrations', () => {
  it('are kept by provider and model, and survive being stored', () => {
    const all = new Calibrations();
    for (const [estimated, reported] of same(1.3, 6)) all.learn('anthropic', 'claude-opus-4-7', estimated, reported);
    assert.equal(all.correctionFor('anthropic', 'claude-opus-4-7')?.ratio, 1.3);
    assert.equal(all.correctionFor('bedrock', 'claude-opus-4-7'), undefined);
    const again = new Calibrations(JSON.parse(JSON.stringify(all.state())));
    assert.deepEqual(again.correctionFor('anthropic', 'claude-opus-4-7'), all.correctionFor('anthropic', 'claude-opus-4-7'));
    assert.deepEqual(new Calibrations('nonsense').state(), {});
  });

  it('change estimates only', () => {
    const by = { ratio: 1.5, plusMinus: 0.02 };
    const exact = { tokens: 100, counted: 'exact', plusMinus: 0 } as const;
    assert.equal(corrected(exact, by), exact);
    const bound = { tokens: 100, counted: 'estimated', plusMinus: 1 } as const;
    assert.equal(corrected(bound, by), bound);
    assert.deepEqual(corrected({ tokens: 100, counted: 'estimated', plusMinus: 0.15 } as const, by), {
      tokens: 150,
      counted: 'calibrated',
      plusMinus: 0.02,
    });
  });
});
