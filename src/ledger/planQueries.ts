import type { Range } from './days.ts';
import type { Dim } from './dims.ts';
import { sumsOfRows } from './rebuild.ts';
import { picoOf } from './record.ts';
import { sumColumns } from './schema.ts';
import type { Selection, Selections } from './selection.ts';
import type { PlanShape, SliceShape, TotalShape } from './shapes.ts';
import { totalShape } from './toShapes.ts';
import { addSum, billingOf, emptyTotals, sumOf, type Totals } from './totals.ts';
import { MoneySum } from './whereQueries.ts';

/** The shortest of the windows that subscriptions are limited by (ms). */
const window = 5 * 3_600_000;

/** What each agent used in the month, the week and the last five hours; whatever the range, since plans have their own times. */
export function plan(selections: Selections, selection: Selection): PlanShape {
  const { days, now } = selections;
  const month = days.moments(days.span('month', now()));
  const first = days.span('month', now()).from;
  const [monthly, weekly, recent] = [
    byAgent(selections, selection, 'month'),
    byAgent(selections, selection, '7d'),
    sinceByAgent(selections, selection, now() - window),
  ];
  return {
    now: now(),
    monthFrom: month.from,
    monthTo: days.startOf(nextMonth(first)),
    agents: [...new Set([...monthly.keys(), ...weekly.keys()])].sort().map((agent) => ({
      agent,
      month: shapeOf(monthly.get(agent)),
      week: shapeOf(weekly.get(agent)),
      window: shapeOf(recent.get(agent)),
    })),
    last30: totalShape(sumOfAll(byAgent(selections, selection, '30d'))),
  };
}

function nextMonth(first: number): number {
  const month = Math.floor(first / 100) % 100;
  return month === 12 ? first + 10_000 - 1_100 : first + 100;
}

function shapeOf(totals: Totals | undefined): TotalShape {
  return totalShape(totals ?? emptyTotals());
}

function byAgent(selections: Selections, { filter }: Selection, range: Range): ReadonlyMap<string, Totals> {
  const agents = new Map<string, Totals>();
  for (const { dim, sum } of selections.sums({ range })) {
    if (dim.sample || !selections.fits(dim, { range, filter })) continue;
    addSum(entry(agents, dim.agent), sum, billingOf(dim.billing, dim.agent, selections.answers()));
  }
  return agents;
}

function sinceByAgent(selections: Selections, { filter }: Selection, since: number): ReadonlyMap<string, Totals> {
  const agents = new Map<string, Totals>();
  const sums = sumColumns.map((name, i) => `${sumsOfRows[i]} AS ${name}`).join(', ');
  for (const row of selections.db.sql(`SELECT dim, ${sums} FROM requests WHERE at >= ? GROUP BY dim`).all(since)) {
    const dim = selections.dims.get(Number(row.dim));
    if (dim.sample || !selections.fits(dim, { range: 'all', filter })) continue;
    addSum(entry(agents, dim.agent), sumOf(row), billingOf(dim.billing, dim.agent, selections.answers()));
  }
  return agents;
}

function entry(agents: Map<string, Totals>, agent: string): Totals {
  let totals = agents.get(agent);
  if (!totals) {
    totals = emptyTotals();
    agents.set(agent, totals);
  }
  return totals;
}

function sumOfAll(agents: ReadonlyMap<string, Totals>): Totals {
  const all = emptyTotals();
  for (const totals of agents.values()) {
    all.requests += totals.requests;
    all.unpricedTokens += totals.unpricedTokens;
    all.estimated += totals.estimated;
    for (const name of Object.keys(all.usage) as (keyof typeof all.usage)[]) all.usage[name] += totals.usage[name];
    for (const billing of ['metered', 'plan', 'unknown'] as const) {
      all.cost[billing] += totals.cost[billing];
      all.byBasis[billing].reported += totals.byBasis[billing].reported;
      all.byBasis[billing].estimated += totals.byBasis[billing].estimated;
      all.byBasis[billing].error += totals.byBasis[billing].error;
    }
  }
  return all;
}

/** Requests of a folder and what lies below it by branch, summed between ascending moments; the selection's own time does not count. */
export function slices(selections: Selections, selection: Selection, workspace: string, edges: readonly number[]): SliceShape[] {
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  const isInside = (dim: Dim): boolean =>
    dim.workspace === workspace || dim.workspace.startsWith(`${workspace}/`) || dim.workspace.startsWith(`${workspace}\\`);
  // A moment itself still belongs to what ends with it.
  const { where, values } = selections.between(selection, { from: first + 1, to: last + 1 }, isInside);
  const rows = selections.db
    .sql(`SELECT at, dim, cost FROM requests WHERE ${where} AND outcome <> 'refused' ORDER BY at`)
    .all(...values);
  const found = new Map<
    string,
    { readonly slice: number; readonly branch: string; requests: number; readonly money: MoneySum }
  >();
  let slice = 0;
  for (const row of rows) {
    while (Number(row.at) > (edges[slice + 1] ?? last)) slice++;
    const { agent, billing, branch } = selections.dims.get(Number(row.dim));
    const key = `${slice}\0${branch}`;
    const one = found.get(key) ?? { slice, branch, requests: 0, money: new MoneySum() };
    found.set(key, one);
    one.requests++;
    one.money.add(billingOf(billing, agent, selections.answers()), picoOf(row.cost) ?? 0n);
  }
  return [...found.values()].map(({ money, ...rest }) => ({ ...rest, ...money.shape() }));
}
