import type { Range } from './days.ts';
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

/** A folder with what lies below it; on one branch, with or without what no branch is told of. */
export interface Place {
  readonly workspace: string;
  readonly branch?: string | undefined;
  readonly untold: boolean;
}

/** Requests of a place, summed between ascending moments. */
export function slices(selections: Selections, { workspace, branch, untold }: Place, edges: readonly number[]): SliceShape[] {
  const [from = 0, to = 0] = [edges[0], edges.at(-1)];
  const dims = selections.dims.all().flatMap(([n, dim]) => {
    const inside =
      dim.workspace === workspace || dim.workspace.startsWith(`${workspace}/`) || dim.workspace.startsWith(`${workspace}\\`);
    const onBranch = dim.branch === '' ? untold : branch === undefined || dim.branch === branch;
    return !dim.sample && inside && onBranch ? [n] : [];
  });
  const found = Array.from({ length: Math.max(0, edges.length - 1) }, () => ({ requests: 0, money: new MoneySum() }));
  if (dims.length === 0) return found.map(sliceShape);
  const rows = selections.db
    .sql('SELECT at, dim, cost FROM requests WHERE at > ? AND at <= ? AND dim IN (SELECT value FROM json_each(?)) ORDER BY at')
    .all(from, to, JSON.stringify(dims));
  let slice = 0;
  for (const row of rows) {
    while (slice < found.length - 1 && Number(row.at) > (edges[slice + 1] ?? 0)) slice++;
    const dim = selections.dims.get(Number(row.dim));
    const one = found[slice];
    if (!one) break;
    one.requests++;
    one.money.add(billingOf(dim.billing, dim.agent, selections.answers()), picoOf(row.cost) ?? 0n);
  }
  return found.map(sliceShape);
}

function sliceShape({ requests, money }: { readonly requests: number; readonly money: MoneySum }): SliceShape {
  return { requests, ...money.shape() };
}
