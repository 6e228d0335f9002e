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
  /** Cost ratios of the held-back half: of the work itself, and with what was done again inside. */
  readonly realised: { readonly work: number; readonly whole: number };
}

/** How often a prediction was near what came of it. */
class Tally {
  readonly off: number[] = [];
  near = 0;
  inside = 0;
  cheaper = 0;
  shown = 0;
  wrong = 0;

  add({ low, likely, high }: Shares, realised: number, isShown: boolean): void {
    this.off.push(Math.exp(Math.abs(Math.log(likely / realised))));
    if (Math.abs(likely / realised - 1) <= 0.25) this.near++;
    if (low <= realised && realised <= high) this.inside++;
    if (realised < 0.9) this.cheaper++;
    if (!isShown) return;
    this.shown++;
    if (realised > 1) this.wrong++;
  }

  share(count: number): number {
    return count / this.off.length;
  }

  get wrongShare(): number {
    return this.shown === 0 ? 0 : this.wrong / this.shown;
  }
}

/**
 * K2: predicted against realised cost ratio on the held-back half, for pairs of one harness where the candidate's list price is less than
 * half. First the estimate as such: a saving is shown where its upper bound is one. Then what the product makes of it: what is done again on the present
 * model counts, a tenth must be saved even at worst, and a candidate that is redone more often gets no card. A task that the candidate failed and the
 * present model solved counts as done again, in what is learnt from as in what is realised.
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
      const again = priced(to, held).map(({ task, usd }) => usd + (isRedone(from, to, task) ? (costOf(from, task) ?? usual) : 0));
      return [{ from, to, realised: { work: mean(costsOf(to, held)) / usual, whole: mean(again) / usual } }];
    }),
  );
  if (pairs.length === 0) return [];
  const [estimate, card, byList] = [new Tally(), new Tally(), new Tally()];
  for (let draw = 0; draw < draws; draw++) {
    for (const { from, to, realised } of pairs) {
      const list = to.list / from.list;
      const [present, other] = [some(priced(from, learn), random), some(priced(to, learn), random)];
      const ratio = costRatio(present.map(costOfTask), other.map(costOfTask), list);
      if (!ratio) continue;
      byList.add({ low: list, likely: list, high: list }, realised.work, true);
      estimate.add(ratio, realised.work, ratio.bound < 1);
      const redone = other.filter(({ task }) => isRedone(from, to, task)).length;
      const counts = { kept: other.length - redone, redone };
      const would = withRedone(ratio, counts);
      card.add(would, realised.whole, isWorthACard(advice(would, { from: { kept: own, redone: 0 }, to: counts })));
    }
  }
  const row = (what: string, measured: string, target = '', baseline = '', met?: boolean): AdvisorRow => ({
    id: 'K2',
    what: `${of}: ${what}`,
    measured,
    target,
    baseline,
    ...(met === undefined ? {} : { met }),
  });
  const [median, shown, inside] = [quantile(estimate.off, 0.5), estimate.share(estimate.shown), estimate.share(estimate.inside)];
  return [
    row(
      `median factor between predicted and realised cost ratio, ${own} tasks of one's own per model, ${pairs.length} pairs`,
      factor(median),
      '≤ 1.3×',
      `${factor(quantile(byList.off, 0.5))} by list price`,
      median <= 1.3,
    ),
    row('the same, nine of ten', factor(quantile(estimate.off, 0.9)), '', `${factor(quantile(byList.off, 0.9))} by list price`),
    row('within 25 %', percent(estimate.share(estimate.near)), '', `${percent(byList.share(byList.near))} by list price`),
    row(
      'wrong sign among savings that are shown',
      percent(estimate.wrongShare, 2),
      '≤ 1 %',
      `${percent(byList.wrongShare)} by list price`,
      estimate.wrongShare <= 0.01,
    ),
    row(
      `savings shown (${percent(estimate.share(estimate.cheaper))} really are a tenth)`,
      percent(shown, 1),
      '≥ 65 %',
      '100 % by list price',
      shown >= 0.65,
    ),
    row(
      'realised ratio inside the stated 80 % range',
      percent(inside),
      '75–85 %',
      'none stated',
      inside >= 0.75 && inside <= 0.85,
    ),
    row('cards, work done again and quality counted: median factor', factor(quantile(card.off, 0.5))),
    row('cards: wrong sign among them', percent(card.wrongShare, 2)),
    row(
      `cards: pairs that get one (${percent(card.share(card.cheaper))} really save a tenth)`,
      percent(card.share(card.shown), 1),
    ),
    row('cards: realised ratio inside the stated 80 % range', percent(card.share(card.inside))),
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
