import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Usage, usage } from '../../../src/core/usage.ts';
import type { RequestRow } from '../../../src/protocol/rows.ts';
import { columnsShown, niceTop, requestChart } from '../../../src/webview/charts/requestChart.ts';
import { allTokens } from '../../../src/webview/sums.ts';
import { stack, tokenParts } from '../../../src/webview/tokenParts.ts';
import { sampleBreakdown, sampleState } from '../../browser/page/sampleState.ts';

const count = fc.nat(300_000);
const anyUsage: fc.Arbitrary<Usage> = fc
  .record({
    uncachedInput: count,
    cacheRead: count,
    cacheWrite5m: count,
    cacheWrite1h: count,
    inputAudio: count,
    output: count,
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ part, ...rest }) => usage({ ...rest, reasoning: Math.floor(rest.output * part) }));

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(b));

describe('stacked bars', () => {
  it('are made of parts that add up to every token', () => {
    fc.assert(
      fc.property(anyUsage, (used) => {
        assert.equal(
          tokenParts(used).reduce((sum, part) => sum + part.tokens, 0),
          allTokens(used),
        );
      }),
    );
  });

  it('lie end to end, never stick out, and show every class that is not zero', () => {
    fc.assert(
      fc.property(anyUsage, fc.integer({ min: 1, max: 4 }), (used, times) => {
        const tokens = allTokens(used);
        const segments = stack(tokenParts(used), tokens * times, 100, 0.8);
        assert.equal(segments.length, tokenParts(used).filter((part) => part.tokens > 0).length);
        let at = 0;
        for (const segment of segments) {
          assert.ok(near(segment.from, at));
          assert.ok(segment.size >= 0.8 - 1e-9);
          at += segment.size;
        }
        assert.ok(at <= 100 + 1e-6);
        if (times === 1 && tokens > 0) assert.ok(near(at, 100), `${at}`);
      }),
    );
  });

  it('of nothing are empty', () => {
    assert.deepEqual(stack(tokenParts(usage({})), 0, 100, 1), []);
  });
});

describe('the chart of requests', () => {
  const { requests } = sampleBreakdown();
  const task = sampleState().tasks.find((candidate) => candidate.id === 'kilo:ses_review');
  assert.ok(task);
  const own = requests.filter((request) => request.task === task.id);
  const chart = requestChart(own, task.transitions, 800, 88);

  it('draws requests in order whatever order they come in', () => {
    assert.deepEqual(requestChart([...own].reverse(), task.transitions, 800, 88), chart);
    assert.equal(chart.columns.length, own.length);
  });

  it('puts a band under each stretch of a mode and a joint between', () => {
    assert.deepEqual(
      chart.bands.map((band) => band.mode),
      ['orchestrator', 'architect', 'code', 'debug'],
    );
    assert.deepEqual(
      chart.joints.map((joint) => joint.x),
      chart.bands.slice(1).map((band) => band.x),
    );
  });

  it('keeps columns inside the plot and shows the prompt of one in flight', () => {
    for (const column of chart.columns) {
      assert.ok(column.x >= 0 && column.x + column.width <= 800);
      const top = column.segments.reduce((sum, segment) => sum + segment.size, 0) + column.pending;
      assert.ok(top > 0 && top <= 88 + 1e-6);
    }
    const flying = chart.columns.find((column) => column.outcome === 'running');
    assert.ok(flying && flying.pending > 0 && flying.segments.length === 0);
  });

  it('drops prices that have no room, and draws only the newest of thousands', () => {
    const [first] = own;
    assert.ok(first);
    const many = Array.from(
      { length: 3_000 },
      (_, n): RequestRow => ({ ...first, id: `r${n}`, at: first.at + n, mode: `m${n % 2}` }),
    );
    const changes = many.slice(1).map(({ at, mode }) => ({ at, from: 'a', to: mode, usd: '1', resentTokens: 1 }));
    const crowded = requestChart(many, changes, 300, 88);
    assert.equal(crowded.columns.length, columnsShown);
    assert.equal(crowded.columns.at(-1)?.id, 'r2999');
    const labelled = crowded.joints.filter((joint) => joint.labelled).map((joint) => joint.x);
    assert.ok(labelled.length >= 2 && labelled.length <= 6, `${labelled.length}`);
  });

  it('of nothing is empty', () => {
    assert.deepEqual(requestChart([], task.transitions, 0, 88), { columns: [], bands: [], joints: [], top: 1 });
  });

  it('has a round top', () => {
    assert.deepEqual([0, 1, 3, 101, 80_412].map(niceTop), [1, 1, 5, 200, 100_000]);
  });
});
