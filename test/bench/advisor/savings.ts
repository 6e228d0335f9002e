import type { Advice } from '../../../src/advisor/advice.ts';
import { isWorthACard } from '../../../src/advisor/advise.ts';
import { costRatio } from '../../../src/advisor/ratio.ts';
import type { Counts } from '../../../src/advisor/record.ts';
import { times } from '../../../src/advisor/repriced.ts';
import { type Shares, withRedone } from '../../../src/advisor/withRedone.ts';
import { usdToPico } from '../../../src/core/money.ts';
import { randomFrom } from '../../unit/tokens/textMaker.ts';
import { costsOf, halves, type Run } from './costTable.ts';
import { type AdvisorRow, factor, mean, percent, quantile } from './row.ts';

/** Tasks of one's own that the estimate is fed per model, drawn for each model by itself, so often. */
const own = 20;
const draws = 40;
/** Spent in the week: enough that a tenth of it is what a card must save. */
const spent = usdToPico('100');

interface Pair {
  readonly from: Run & { readonly list: number };
  readonly to: Run & { readonly list: number };
  /** Of the held-back half, what was done again inside. */
  readonly realised: number;
}

/**
 * K2: predicted against realised cost ratio on the held-back half, for pairs of one harness where the candidate's list price is less than
 * half. What is shown is decided by the product's own rule for cards. A task that the candidate failed and the present model solved
 * counts as done again on it, in what is learnt from as in what is realised.
 */
export function savings(runs: readonly Run[], of: string): AdvisorRow[] {
  const random = randomFrom(11);
  const { learn, held } = halves(runs);
  const models = runs.flatMap((run) => {
    const isUsable = costsOf(run, held).length >= held.length * 0.8 && costsOf(run, learn).length >= own;
    return run.list !== undefined && isUsable ? [{ ...run, list: run.list }] : [];
  });
  const pairs = models.flatMap((from) =>
    models.flatMap((to): Pair[] => {
      if (from.harness !== to.harness || to.list >= from.list / 2) return [];
      const usual = mean(costsOf(from, held));
      const costs = priced(to, held).map(({ task, usd }) => usd + (isRedone(from, to, task) ? (costOf(from, task) ?? usual) : 0));
      return [{ from, to, realised: mean(costs) / usual }];
    }),
  );
  if (pairs.length === 0) return [];
  const off: number[] = [];
  const listOff: number[] = [];
  const counts = { all: 0, shown: 0, saves: 0, wrong: 0, inside: 0, listWrong: 0, listNear: 0, near: 0, cheaper: 0 };
  for (let draw = 0; draw < draws; draw++) {
    for (const { from, to, realised } of pairs) {
      const list = to.list / from.list;
      const [present, other] = [some(priced(from, learn), random), some(priced(to, learn), random)];
      const ratio = costRatio(present.map(costOfTask), other.map(costOfTask), list);
      if (!ratio) continue;
      const redone = other.filter(({ task }) => isRedone(from, to, task)).length;
      const would = withRedone(ratio, { kept: other.length - redone, redone });
      counts.all++;
      off.push(Math.exp(Math.abs(Math.log(would.likely / realised))));
      listOff.push(Math.exp(Math.abs(Math.log(list / realised))));
      if (Math.abs(would.likely / realised - 1) <= 0.25) counts.near++;
      if (Math.abs(list / realised - 1) <= 0.25) counts.listNear++;
      if (realised > 1) counts.listWrong++;
      if (realised < 0.9) counts.cheaper++;
      if (would.low <= realised && realised <= would.high) counts.inside++;
      if (isWorthACard(advice(would, { from: { kept: own, redone: 0 }, to: { kept: own, redone: 0 } }))) counts.saves++;
      if (!isWorthACard(advice(would, { from: { kept: own, redone: 0 }, to: { kept: other.length - redone, redone } }))) continue;
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
      `pairs shown (${percent(share(counts.cheaper))} of all really are a tenth cheaper)`,
      percent(share(counts.shown), 1),
      '≥ 65 %',
      '100 % by list price',
      share(counts.shown) >= 0.65,
    ),
    row('pairs that save enough, were none kept back for being redone more often', percent(share(counts.saves), 1), '', ''),
    row(
      'realised ratio inside the stated 80 % range',
      percent(share(counts.inside)),
      '75–85 %',
      'none stated',
      share(counts.inside) >= 0.75 && share(counts.inside) <= 0.85,
    ),
  ];
}

interface Priced {
  readonly task: string;
  readonly usd: number;
}

function priced(run: Run, tasks: readonly string[]): Priced[] {
  return tasks.flatMap((task) => {
    const usd = costOf(run, task);
    return usd === undefined ? [] : [{ task, usd }];
  });
}

function costOf(run: Run, task: string): number | undefined {
  return run.tasks.get(task)?.usd;
}

function costOfTask({ usd }: Priced): number {
  return usd;
}

function isRedone(from: Run, to: Run, task: string): boolean {
  return to.tasks.get(task)?.solved === false && from.tasks.get(task)?.solved === true;
}

/** As the rule for dear modes would give it. */
function advice({ low, likely, high }: Shares, record: { readonly from: Counts; readonly to: Counts }): Advice {
  return {
    id: '',
    rule: 'mode',
    evidence: 'estimated',
    agent: 'kilo',
    subject: { kind: 'mode', agent: 'kilo', name: 'code' },
    modeKind: 'code',
    allow: 'ask',
    billing: 'metered',
    from: '',
    tasks: own,
    requests: own,
    spent,
    would: { low: times(spent, low), likely: times(spent, likely), high: times(spent, high) },
    cold: 0n,
    own: record,
  };
}

function some<T>(values: readonly T[], random: () => number): T[] {
  const left = [...values];
  return Array.from({ length: Math.min(own, left.length) }, () => left.splice(Math.floor(random() * left.length), 1)).flat();
}
