import { performance } from 'node:perf_hooks';
import { priceBook } from '../../../pricing/book.ts';
import { advise } from '../../../src/advisor/advise.ts';
import { answer } from '../../../src/cli/route.ts';
import { knownHistory, plantable } from '../../unit/advisor/histories.ts';
import { issueLike } from '../../unit/advisor/issueLike.ts';
import { inputOf } from '../../unit/advisor/scripted.ts';
import { type AdvisorRow, quantile } from './row.ts';

/** K6: a line of `spend-meter route`, and all rules over a history, per step of it. */
export function speed(): AdvisorRow[] {
  const book = priceBook();
  const lines = [...issueLike(1_500), ...Array.from({ length: 500 }, () => 'Write a commit message for these changes')].map(
    (prompt) => JSON.stringify({ prompt, mode: 'code', model: 'claude-opus-5-5' }),
  );
  const now = Date.now();
  for (const line of lines.slice(0, 200)) answer(book, JSON.parse(line), now);
  const each = lines.map((line) => {
    const before = performance.now();
    JSON.stringify(answer(book, JSON.parse(line), now));
    return performance.now() - before;
  });
  const histories = Array.from({ length: 30 }, (_, seed) => knownHistory(seed + 1, plantable).script);
  const perStep = histories.map(({ steps, at }) => {
    const before = performance.now();
    advise(inputOf(steps, at));
    return (performance.now() - before) / steps.length;
  });
  const row = (what: string, ms: number): AdvisorRow => ({
    id: 'K6',
    what,
    measured: `${(ms * 1_000).toFixed(1)} µs`,
    target: 'p95 < 1 ms, no network',
    baseline: 'RouteLLM 7–340 ms, HyDRA 80–120 ms per request',
    met: ms < 1,
  });
  return [
    row('a line of spend-meter route, p95', quantile(each, 0.95)),
    row('all rules, per step of the history, p95', quantile(perStep, 0.95)),
  ];
}
