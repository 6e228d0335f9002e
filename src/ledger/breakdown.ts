import type { Pico } from '../core/money.ts';
import type { RequestKind } from '../core/request.ts';
import type { Spending } from '../core/suggestion.ts';
import { type Dim, dimColumns } from './dims.ts';
import { countColumns } from './schema.ts';
import type { GroupShape } from './shapes.ts';
import { totalShape } from './toShapes.ts';
import { addSum, type BillingAnswers, billingOf, type DimSum, emptyTotals, type Totals } from './totals.ts';

/** What sums can be grouped by. */
export type Dimension = 'mode' | 'model' | 'provider' | 'agent' | 'kind' | 'workspace' | 'branch';

/** Only what has exactly these words; billing as the user's answers make it. */
export type Filter = Partial<Pick<Dim, (typeof dimColumns)[number]>>;

export function fits(dim: Dim, filter: Filter | undefined, answers: BillingAnswers): boolean {
  if (!filter) return true;
  return dimColumns.every((name) => {
    const wanted = filter[name];
    if (wanted === undefined) return true;
    return wanted === (name === 'billing' ? billingOf(dim.billing, dim.agent, answers) : dim[name]);
  });
}

/** Samples are in no total. */
export function totalOf(sums: readonly DimSum[], filter: Filter | undefined, answers: BillingAnswers): Totals {
  const totals = emptyTotals();
  for (const { dim, sum } of sums) {
    if (!dim.sample && fits(dim, filter, answers)) addSum(totals, sum, billingOf(dim.billing, dim.agent, answers));
  }
  return totals;
}

/** The same sums, one row per word, dearest first; what has no money goes by its tokens. */
export function groupedBy(
  sums: readonly DimSum[],
  dimension: Dimension,
  filter: Filter | undefined,
  answers: BillingAnswers,
): GroupShape[] {
  const groups = new Map<string, { label: string; totals: Totals }>();
  for (const { dim, sum } of sums) {
    if (dim.sample || !fits(dim, filter, answers)) continue;
    const key = keyOf(dim, dimension);
    let group = groups.get(key);
    if (!group) {
      group = { label: dimension === 'mode' ? dim.mode : key, totals: emptyTotals() };
      groups.set(key, group);
    }
    addSum(group.totals, sum, billingOf(dim.billing, dim.agent, answers));
  }
  return [...groups]
    .filter(([, { totals }]) => totals.requests > 0 || totals.unpricedTokens > 0)
    .sort(([a, { totals: left }], [b, { totals: right }]) => byValue(left, right) || (a < b ? -1 : 1))
    .map(([key, { label, totals }]) => ({ key, label, total: totalShape(totals) }));
}

/** The row it belongs to. An untold mode or kind has its own: it is not the same as a mode the agent calls `other`. */
export function keyOf(dim: Dim, dimension: Dimension): string {
  switch (dimension) {
    case 'mode':
      return dim.modeKind ? `${dim.modeKind}/${dim.mode}` : '';
    case 'kind':
      return dim.kind || 'work';
    default:
      return dim[dimension];
  }
}

function byValue(a: Totals, b: Totals): number {
  const [left, right] = [worth(a), worth(b)];
  return left < right ? 1 : left > right ? -1 : b.unpricedTokens - a.unpricedTokens;
}

function worth({ cost }: Totals): Pico {
  return cost.metered + cost.plan + cost.unknown;
}

/** Models with tokens that had no price, most first. */
export function unpricedOf(sums: readonly DimSum[]): { provider: string; model: string; tokens: number }[] {
  const models = new Map<string, { provider: string; model: string; tokens: number }>();
  for (const { dim, sum } of sums) {
    const tokens = sum.counts[unpricedAt] ?? 0;
    if (dim.sample || tokens === 0) continue;
    const key = `${dim.provider}\0${dim.model}`;
    const known = models.get(key) ?? { provider: dim.provider, model: dim.model, tokens: 0 };
    known.tokens += tokens;
    models.set(key, known);
  }
  return [...models.values()].sort((a, b) => b.tokens - a.tokens || (a.model < b.model ? -1 : 1));
}

const unpricedAt = countColumns.indexOf('unpricedTokens');

/** The same sums by sort of request, as suggestions are made from; samples are left out. */
export function spendingOf(sums: readonly DimSum[], answers: BillingAnswers): Spending[] {
  const sorts = new Map<string, { dim: Dim; totals: Totals }>();
  for (const { dim, sum } of sums) {
    if (dim.sample) continue;
    const billing = billingOf(dim.billing, dim.agent, answers);
    const key = [dim.mode, dim.modeKind, dim.kind, dim.provider, dim.model, billing].join('\0');
    let sort = sorts.get(key);
    if (!sort) {
      sort = { dim: { ...dim, billing }, totals: emptyTotals() };
      sorts.set(key, sort);
    }
    addSum(sort.totals, sum, billing);
  }
  return [...sorts.values()].map(({ dim, totals }) => {
    const billing = billingOf(dim.billing, dim.agent, answers);
    return {
      mode: dim.mode,
      modeKind: dim.modeKind,
      // Written by ourselves from a checked observation.
      kind: dim.kind as RequestKind | '',
      provider: dim.provider,
      model: dim.model,
      billing,
      requests: totals.requests,
      usage: totals.usage,
      cost: totals.cost[billing],
    };
  });
}
