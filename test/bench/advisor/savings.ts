import { costRatio, isSurelyCheaper } from '../../../src/advisor/ratio.ts';
import { randomFrom } from '../../unit/tokens/textMaker.ts';
import { costsOf, halves, type Run } from './costTable.ts';
import { type AdvisorRow, factor, mean, percent, quantile } from './row.ts';

/** Tasks of one's own that the estimate is fed per model, drawn for each model by itself, so often. */
const own = 20;
const draws = 40;

/** K2: predicted against realised cost ratio on the held-back half, for pairs of one harness where the candidate's list price is less than half. */
export function savings(runs: readonly Run[], of: string): AdvisorRow[] {
  const random = randomFrom(11);
  const { learn, held } = halves(runs);
  const models = runs.flatMap((run) => {
    const [seen, later] = [costsOf(run, learn), costsOf(run, held)];
    return run.list !== undefined && later.length >= held.length * 0.8 && seen.length >= own
      ? [{ ...run, list: run.list, seen, realised: mean(later) }]
      : [];
  });
  const pairs = models.flatMap((from) =>
    models.flatMap((to) => (from.harness === to.harness && to.list < from.list / 2 ? [{ from, to }] : [])),
  );
  if (pairs.length === 0) return [];
  const off: number[] = [];
  const listOff: number[] = [];
  const counts = { all: 0, shown: 0, wrong: 0, inside: 0, listWrong: 0, listNear: 0, near: 0, cheaper: 0 };
  for (let draw = 0; draw < draws; draw++) {
    for (const { from, to } of pairs) {
      const list = to.list / from.list;
      const ratio = costRatio(some(from.seen, random), some(to.seen, random), list);
      if (!ratio) continue;
      const realised = to.realised / from.realised;
      counts.all++;
      off.push(Math.exp(Math.abs(Math.log(ratio.likely / realised))));
      listOff.push(Math.exp(Math.abs(Math.log(list / realised))));
      if (Math.abs(ratio.likely / realised - 1) <= 0.25) counts.near++;
      if (Math.abs(list / realised - 1) <= 0.25) counts.listNear++;
      if (realised > 1) counts.listWrong++;
      if (realised < 0.9) counts.cheaper++;
      if (ratio.low <= realised && realised <= ratio.high) counts.inside++;
      if (!isSurelyCheaper(ratio)) continue;
      counts.shown++;
      if (realised > 1) counts.wrong++;
    }
  }
  const share = (count: number): number => count / counts.all;
  const wrong = counts.shown === 0 ? 0 : counts.wrong / counts.shown;
  const row = (what: string, measured: string, target: string, baseline: string, met?: boolean): AdvisorRow => ({
    id: 'K2',
    what: `${of}: ${what}`,
    measured,
    target,
    baseline,
    ...(met === undefined ? {} : { met }),
  });
  const median = quantile(off, 0.5);
  return [
    row(
      `median factor between predicted and realised cost ratio, ${own} tasks of one's own per model, ${pairs.length} pairs`,
      factor(median),
      '≤ 1.3×',
      `${factor(quantile(listOff, 0.5))} by list price`,
      median <= 1.3,
    ),
    row('the same, nine of ten', factor(quantile(off, 0.9)), '', `${factor(quantile(listOff, 0.9))} by list price`),
    row('within 25 %', percent(share(counts.near)), '', `${percent(share(counts.listNear))} by list price`),
    row(
      'wrong sign among shown cards',
      percent(wrong, 2),
      '≤ 1 %',
      `${percent(share(counts.listWrong))} by list price`,
      wrong <= 0.01,
    ),
    row(
      `pairs shown (of those that really are a tenth cheaper: ${percent(counts.shown / counts.cheaper)})`,
      percent(share(counts.shown), 1),
      '≥ 65 %',
      '100 % by list price',
      share(counts.shown) >= 0.65,
    ),
    row(
      'realised ratio inside the stated 80 % range',
      percent(share(counts.inside)),
      '75–85 %',
      'none stated',
      share(counts.inside) >= 0.75 && share(counts.inside) <= 0.85,
    ),
  ];
}

function some(values: readonly number[], random: () => number): number[] {
  const left = [...values];
  return Array.from({ length: Math.min(own, left.length) }, () => left.splice(Math.floor(random() * left.length), 1)[0] ?? 0);
}
