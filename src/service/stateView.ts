import { type Pico, picoToUsd, usdToPico } from '../core/money.ts';
import { errorOf } from '../core/plusMinus.ts';
import type { AgentId, Billing, Observation, Priceable, Priced } from '../core/request.ts';
import { addUsage, noUsage, type Usage, usageClasses } from '../core/usage.ts';
import { type Dimension, keyOf } from '../ledger/breakdown.ts';
import { dimOf } from '../ledger/dims.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { GroupShape, RequestShape, TaskShape, TotalShape } from '../ledger/shapes.ts';
import type { ListQuery, Query } from '../protocol/query.ts';
import type { RequestRow, TaskForecast, TaskRow } from '../protocol/rows.ts';
import type { Breakdown, Scan, State, Suggestion, Total } from '../protocol/state.ts';
import type { List, Plan, Slices, SlicesRequest, Where, Why } from '../protocol/views.ts';
import type { Forecasts } from './forecasts.ts';
import type { LiveRequest } from './liveRequest.ts';
import type { Meter } from './meter.ts';
import { soldPlans } from './plans.ts';
import { isSelected, selectionOf } from './selection.ts';
import type { Spender } from './spending.ts';

export interface StateParts {
  readonly ledger: Ledger;
  readonly meter: Meter;
  readonly price: (p: Priceable) => Priced;
  readonly now: () => number;
  readonly version: string;
  readonly pricesAsOf: () => string;
  readonly forecasts: Forecasts;
  readonly scan: () => Scan;
  readonly guard: () => State['guard'];
  /** What the advisor found. */
  readonly advice: () => readonly Suggestion[];
}

/** An agent that thinks or runs a tool writes nothing for a while; a task counts as running for this long (ms) after its last record. */
const stillRunning = 60_000;
const shownTasks = 20;
/** Requests on a page of a list. */
const listedAtOnce = 50;
const shownUnpriced = 20;

/** What windows and scripts see: the ledger's rows with what is on its way laid over them. */
export class StateView {
  readonly #parts: StateParts;

  constructor(parts: StateParts) {
    this.#parts = parts;
  }

  state(): State {
    const { ledger, meter, now, version, pricesAsOf, scan, guard, forecasts } = this.#parts;
    const month = this.#total('month');
    return {
      version,
      now: now(),
      guard: guard(),
      scan: scan(),
      tasks: ledger.tasks({ limit: shownTasks }).map((task) => this.#task(task)),
      today: this.#total('today'),
      month,
      week: this.#week(),
      pace: forecasts.pace(month),
      alerts: [...meter.control.alerts.all],
      stops: [...meter.control.killSwitch.watch.rows],
      suggestions: [...this.#parts.advice()],
      askBilling: ledger.agentsToAsk(),
      pricesAsOf: pricesAsOf(),
      unpriced: ledger.unpriced('30d').slice(0, shownUnpriced),
    };
  }

  tasks(limit: number): TaskRow[] {
    return this.#parts.ledger.tasks({ limit }).map((task) => this.#task(task));
  }

  task(id: string): TaskRow | undefined {
    const task = this.#parts.ledger.task(id);
    return task && this.#task(task);
  }

  requests(task: string | undefined, limit: number): RequestRow[] {
    return this.#parts.ledger.requests({ task, limit }).map((row) => this.#request(row));
  }

  request(id: string, task: string): RequestRow | undefined {
    const row = this.#parts.ledger.requests({ task, limit: 50 }).find((one) => one.id === id);
    return row && this.#request(row);
  }

  breakdown(query: Query): Breakdown {
    const shape = this.#parts.ledger.views.breakdown(selectionOf(query), { tasks: 200 });
    const onTheWay = this.#selected(query);
    return {
      query,
      ...shape,
      total: withOnTheWay(shape.total, onTheWay),
      byMode: inGroups(shape.byMode, onTheWay, 'mode'),
      byModel: inGroups(shape.byModel, onTheWay, 'model'),
      byAgent: inGroups(shape.byAgent, onTheWay, 'agent'),
      tasks: shape.tasks.map((task) => this.#task(task)),
    };
  }

  where(query: Query): Where {
    const shape = this.#parts.ledger.views.where(selectionOf(query));
    const onTheWay = this.#selected(query);
    const { ledger } = this.#parts;
    return {
      query,
      ...shape,
      byKind: inGroups(shape.byKind, onTheWay, 'kind'),
      byWorkspace: inGroups(shape.byWorkspace, onTheWay, 'workspace'),
      byBranch: inGroups(shape.byBranch, onTheWay, 'branch'),
      byDay: withGroups(shape.byDay, onTheWay, ({ at }) => ledger.dayOf(at)),
      bySubagent: withGroups(
        shape.bySubagent,
        onTheWay.filter(({ seen }) => ledger.task(seen.task)?.parent !== undefined),
        ({ agent, mode }) => `${agent}/${mode?.name ?? ''}`,
      ),
    };
  }

  why(query: Query): Why {
    return { query, ...this.#parts.ledger.views.why(selectionOf(query)) };
  }

  plan(query: Query): Plan {
    return { query, ...this.#parts.ledger.views.plan(selectionOf(query)), plans: soldPlans() };
  }

  /** A page of the requests behind a row. */
  list(list: ListQuery): List {
    const { query, before } = list;
    // One more than is shown tells whether there is another page.
    const rows = this.#parts.ledger.views.list(selectionOf(query), list, { limit: listedAtOnce + 1, before });
    return { list, requests: rows.slice(0, listedAtOnce).map((row) => this.#request(row)), more: rows.length > listedAtOnce };
  }

  slices({ query, workspace, edges }: SlicesRequest): Slices {
    return { slices: this.#parts.ledger.views.slices(selectionOf(query), workspace, edges) };
  }

  /** When a running task will look idle if nothing more comes (ms since the epoch). */
  nextIdle(): number | undefined {
    const now = this.#parts.now();
    const ends = this.#parts.ledger
      .tasks({ since: now - stillRunning, limit: shownTasks })
      .map((task) => task.lastAt + stillRunning);
    const coming = ends.filter((end) => end > now);
    return coming.length ? Math.min(...coming) : undefined;
  }

  #task(task: TaskShape): TaskRow {
    const { meter, now } = this.#parts;
    const live = [...meter.live].filter(({ identity }) => identity?.task === task.id);
    const spender: Spender = {
      agent: task.agent as AgentId,
      task: task.id,
      run: task.run?.id,
      mode: { kind: task.modeKind, name: task.mode },
      workspace: task.workspace,
    };
    const { level, limitUsd } = meter.control.standing(spender);
    const stopped = meter.control.killSwitch.of(task.id) !== undefined;
    const running = live.length > 0 || now() - task.lastAt < stillRunning;
    const row: TaskRow = {
      ...task,
      state: stopped ? 'stopped' : running ? 'running' : 'idle',
      budget: level,
      ...heldSince(live),
      ...this.#forecast(task, running && !stopped, spender),
      ...(limitUsd === undefined ? {} : { budgetUsd: limitUsd }),
    };
    const extra = this.#extra(live);
    if (!extra) return row;
    return {
      ...row,
      usage: addUsage(row.usage, extra.usage),
      usd: row.usd === null ? null : plus(row.usd, extra.cost),
      basis: row.usd === null ? row.basis : 'estimated',
      ...plusMinus(row, extra.error),
      ...(row.run?.usd ? { run: { ...row.run, usd: plus(row.run.usd, extra.cost) } } : {}),
    };
  }

  /** A root's forecast is its whole tree's; a task that rests has none. */
  #forecast(task: TaskShape, running: boolean, spender: Spender): { forecast?: TaskForecast } {
    if (!running || task.parent !== undefined) return {};
    const { meter, forecasts } = this.#parts;
    const told = forecasts.ofTask(task.id, meter.control.leftUsd(spender));
    return told ? { forecast: told } : {};
  }

  #request(row: RequestShape): RequestRow {
    const live = [...this.#parts.meter.live].find(({ incoming }) => incoming.id === row.id);
    const extra = live && this.#extra([live]);
    if (!extra) return row;
    return {
      ...row,
      usage: addUsage(row.usage, extra.usage),
      usd: row.usd === null ? null : plus(row.usd, extra.cost),
      ...plusMinus(row, extra.error),
    };
  }

  #total(range: 'today' | 'month' | '7d'): Total {
    const { ledger } = this.#parts;
    return withOnTheWay(
      ledger.total(range),
      this.#onTheWay().filter(({ seen }) => !seen.sample && ledger.covers(range, seen.at)),
    );
  }

  #selected(query: Query): OnTheWay[] {
    const { ledger } = this.#parts;
    const covers = ledger.covers.bind(ledger);
    return this.#onTheWay().filter(({ seen }) => isSelected(seen, query, covers, (task, root) => this.#inTree(task, root)));
  }

  #onTheWay(): OnTheWay[] {
    const { meter } = this.#parts;
    return [...meter.live].flatMap((request) => {
      const extra = this.#extra([request]);
      return extra && request.stored ? [{ seen: request.stored.seen, billing: meter.spending.billingOf(request), ...extra }] : [];
    });
  }

  /** A task is in its own tree and in that of whoever started it. */
  #inTree(task: string, root: string): boolean {
    const seen = new Set<string>();
    for (let at: string | undefined = task; at !== undefined && !seen.has(at); at = this.#parts.ledger.task(at)?.parent) {
      if (at === root) return true;
      seen.add(at);
    }
    return false;
  }

  #week(): State['week'] {
    const week = this.#parts.ledger.week();
    return { ...week, total: this.#total('7d'), dearestTask: week.dearestTask && this.#task(week.dearestTask) };
  }

  /** What requests on their way have come to beyond what the ledger has of them. */
  #extra(live: readonly LiveRequest[]): { usage: Usage; cost: Pico; error: Pico } | undefined {
    const stored = live.filter(({ stored }) => stored !== undefined);
    if (!stored.length) return undefined;
    return stored
      .map((request) => {
        const cost = this.#parts.meter.spending.extraOf(request);
        const usage = difference(request.waits ? noUsage : request.usageSoFar(), request.stored?.seen.usage ?? noUsage);
        const error =
          cost < 0n ? -errorOf(-cost, 'estimated', request.prediction) : errorOf(cost, 'estimated', request.prediction);
        return { usage, cost, error };
      })
      .reduce((a, b) => ({ usage: addUsage(a.usage, b.usage), cost: a.cost + b.cost, error: a.error + b.error }));
  }
}

/** A request that is running, as the ledger has it, and what it has come to beyond that. */
interface OnTheWay {
  readonly seen: Observation;
  readonly billing: Billing;
  readonly usage: Usage;
  readonly cost: Pico;
  readonly error: Pico;
}

function withOnTheWay(total: TotalShape, onTheWay: readonly OnTheWay[]): TotalShape {
  let shown = total;
  for (const { billing, usage, cost, error } of onTheWay) {
    const of = sumName[billing];
    const parts = shown.byBasis[billing];
    shown = {
      ...shown,
      usage: addUsage(shown.usage, usage),
      [of]: plus(shown[of], cost),
      estimatedUsd: plus(shown.estimatedUsd, cost),
      byBasis: {
        ...shown.byBasis,
        [billing]: {
          ...parts,
          estimatedUsd: plus(parts.estimatedUsd, cost),
          plusMinusUsd: plus(parts.plusMinusUsd, error),
        },
      },
    };
  }
  return shown;
}

function withGroups(
  groups: readonly GroupShape[],
  onTheWay: readonly OnTheWay[],
  keyOf: (seen: Observation) => string,
): GroupShape[] {
  return groups.map((group) => {
    const own = onTheWay.filter(({ seen }) => keyOf(seen) === group.key);
    return own.length > 0 ? { ...group, total: withOnTheWay(group.total, own) } : group;
  });
}

function inGroups(groups: readonly GroupShape[], onTheWay: readonly OnTheWay[], dimension: Dimension): GroupShape[] {
  return withGroups(groups, onTheWay, (seen) => keyOf(dimOf(seen), dimension));
}

const sumName = { metered: 'meteredUsd', plan: 'planUsd', unknown: 'unknownUsd' } as const satisfies Record<Billing, keyof Total>;

function plus(usd: string, amount: Pico): string {
  return picoToUsd(usdToPico(usd) + amount);
}

/** How far a row may be off with `error` more of it; absent where it is sure. */
function plusMinus(row: { readonly plusMinusUsd?: string | undefined }, error: Pico): { plusMinusUsd?: string | undefined } {
  const sum = usdToPico(row.plusMinusUsd ?? '0') + error;
  return { plusMinusUsd: sum > 0n ? picoToUsd(sum) : undefined };
}

function difference(a: Usage, b: Usage): Usage {
  const result: Record<keyof Usage, number> = { ...a };
  for (const name of usageClasses) result[name] -= b[name];
  return result;
}

/** The request of a task that waits longest. */
function heldSince(live: readonly LiveRequest[]): { heldSince?: number } {
  const since = live.flatMap((request) => request.heldSince ?? []);
  return since.length ? { heldSince: Math.min(...since) } : {};
}
