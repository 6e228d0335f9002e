import type { Pico } from '../core/money.ts';
import { picoToUsd } from '../core/money.ts';
import type { Billing } from '../core/request.ts';
import { groupedBy } from './breakdown.ts';
import { type Day, dayText } from './days.ts';
import { picoOf } from './record.ts';
import type { Selection, Selections } from './selection.ts';
import type { GroupShape, MoneyShape, TransitionCellShape, WhereShape } from './shapes.ts';
import { totalShape } from './toShapes.ts';
import { addSum, billingOf, emptyTotals, sumOf, type Totals } from './totals.ts';

/** Money by who pays, summed up. */
export class MoneySum {
  readonly #cost: Record<Billing, Pico> = { metered: 0n, plan: 0n, unknown: 0n };

  add(billing: Billing, amount: Pico): void {
    this.#cost[billing] += amount;
  }

  shape(): MoneyShape {
    const { metered, plan, unknown } = this.#cost;
    return { meteredUsd: picoToUsd(metered), planUsd: picoToUsd(plan), unknownUsd: picoToUsd(unknown) };
  }

  get weight(): Pico {
    return this.#cost.metered + this.#cost.plan + this.#cost.unknown;
  }
}

/** The tables of Where that stand beside the breakdown's own. */
export function where(selections: Selections, selection: Selection): WhereShape {
  const sums = selections.sums(selection);
  const answers = selections.answers();
  const by = (dimension: Parameters<typeof groupedBy>[1]) => groupedBy(sums, dimension, selection.filter, answers);
  return {
    byKind: by('kind'),
    byWorkspace: by('workspace'),
    byBranch: by('branch'),
    byDay: byDay(selections, selection),
    bySubagent: bySubagent(selections, selection),
    transitions: transitionMatrix(selections, selection),
  };
}

function byDay(selections: Selections, selection: Selection): GroupShape[] {
  const days = new Map<Day, Totals>();
  const answers = selections.answers();
  for (const { day, agent, billing, sum } of selections.daySums(selection)) {
    let totals = days.get(day);
    if (!totals) {
      totals = emptyTotals();
      days.set(day, totals);
    }
    addSum(totals, sum, billingOf(billing, agent, answers));
  }
  return [...days]
    .filter(([, totals]) => totals.requests > 0)
    .sort(([a], [b]) => a - b)
    .map(([day, totals]) => ({ key: dayText(day), label: dayText(day), total: totalShape(totals) }));
}

/** Subtasks and sub-agents with a request in the range, whole, by the mode of their newest step. */
function bySubagent(selections: Selections, selection: Selection): GroupShape[] {
  const { db, dims } = selections;
  const tasks = selections.tasks(selection);
  const rows = db
    .sql(
      `${tasks.with} SELECT t.agent, s.*, (SELECT r.dim FROM requests r WHERE r.task = t.n ORDER BY r.at DESC, r.id DESC LIMIT 1) AS lastDim
       FROM tasks t JOIN taskSums s ON s.task = t.n WHERE t.parent IS NOT NULL AND ${tasks.where}`,
    )
    .all(...tasks.values);
  const groups = new Map<string, { label: string; totals: Totals }>();
  for (const row of rows) {
    const dim = dims.get(Number(row.lastDim));
    if (!selections.fits(dim, selection)) continue;
    const key = `${dim.agent}/${dim.mode}`;
    let group = groups.get(key);
    if (!group) {
      group = { label: dim.mode, totals: emptyTotals() };
      groups.set(key, group);
    }
    addSum(group.totals, sumOf(row), billingOf(String(row.billing), String(row.agent), selections.answers()));
  }
  return [...groups]
    .map(([key, { label, totals }]) => ({ key, label, total: totalShape(totals) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** From × to, over the changes of mode in tasks and the hand-overs to subtasks (`core/transition.ts`). */
export function transitionMatrix(selections: Selections, selection: Selection): TransitionCellShape[] {
  const { where, values } = selections.scope(selection);
  // A hand-over comes from the mode its parent was in at that moment.
  const rows = selections.db
    .sql(
      `SELECT dim, switched, inForce AS target, COUNT(*) AS count, SUM(againTokens) AS tokens, SUM(againPico) AS pico,
         SUM(againPico IS NULL) AS unpriced,
         CASE switched WHEN 1 THEN fromMode ELSE COALESCE((SELECT p.inForce FROM requests p WHERE p.task = (SELECT parent FROM tasks WHERE n = r.task)
           AND p.chain = 1 AND p.at <= r.at ORDER BY p.at DESC, p.id DESC LIMIT 1), '') END AS origin
       FROM ${selections.from('requestsSwitchedAt', selection)} WHERE switched > 0 AND ${where} GROUP BY dim, switched, origin, target`,
    )
    .all(...values);
  const cells = new Map<string, { cell: Omit<TransitionCellShape, keyof MoneyShape>; money: MoneySum }>();
  for (const row of rows) {
    const from = String(row.origin) || 'other';
    const to = String(row.target) || 'other';
    const key = `${from}\0${to}`;
    let found = cells.get(key);
    if (!found) {
      found = { cell: { from, to, count: 0, handOvers: 0, resentTokens: 0, unpriced: 0 }, money: new MoneySum() };
      cells.set(key, found);
    }
    const dim = selections.dims.get(Number(row.dim));
    found.cell.count += Number(row.count);
    if (row.switched === 2n) found.cell.handOvers += Number(row.count);
    found.cell.resentTokens += Number(row.tokens);
    found.cell.unpriced += Number(row.unpriced);
    found.money.add(billingOf(dim.billing, dim.agent, selections.answers()), picoOf(row.pico) ?? 0n);
  }
  return [...cells.values()]
    .map(({ cell, money }) => ({ ...cell, ...money.shape() }))
    .sort((a, b) => (a.from === b.from ? (a.to < b.to ? -1 : 1) : a.from < b.from ? -1 : 1));
}
