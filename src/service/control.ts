import { type Pico, picoToUsd } from '../core/money.ts';
import type { Place } from '../core/request.ts';
import type { Refusal } from '../gateway/meter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Budget, StopResult } from '../protocol/api.ts';
import type { Alert } from '../protocol/state.ts';
import { Alerts } from './alerts.ts';
import { Budgets, type Crossing, type SpendKeys } from './budgets.ts';
import type { Change } from './changes.ts';
import type { LiveRequest } from './liveRequest.ts';
import type { Spending } from './spending.ts';
import { refusalOf, type Stop, Stops } from './stops.ts';
import type { TaskTrees } from './taskTrees.ts';

export interface ControlParts {
  readonly ledger: Ledger;
  readonly trees: TaskTrees;
  readonly spending: Spending;
  readonly live: ReadonlySet<LiveRequest>;
  readonly now: () => number;
  readonly changed: (change: Change) => void;
  readonly problem: (what: string, error: unknown) => void;
}

type Spender = Pick<Place, 'task' | 'run'>;

/** Budgets and the kill switch: what a task may still spend, who is asked, and what a stop does. */
export class Control {
  readonly #parts: ControlParts;
  readonly #budgets: Budgets;
  readonly #stops: Stops;
  readonly alerts = new Alerts();
  /** Questions of this run of the service, also where the ledger could not keep that they were asked. */
  readonly #raised = new Set<string>();

  constructor(parts: ControlParts) {
    this.#parts = parts;
    const { ledger } = parts;
    this.#budgets = new Budgets({
      budgets: () => ledger.budgets() as readonly Budget[],
      setBudget: (budget) => ledger.setBudget(budget),
      raise: (id) => this.#raise(id),
      isRaised: (id) => this.#raised.has(id) || ledger.isRaised(id),
    });
    this.#stops = new Stops(ledger, parts.problem);
  }

  /** Whether a request has to wait for a verdict before it is sent. */
  get mayRefuse(): boolean {
    return this.#stops.any || this.#budgets.anyStop;
  }

  /** Whether a request may be sent. What it would cost is in the sums already; if it is refused, it is not spent. */
  verdict(place: Spender, wouldCost: Pico): Refusal | undefined {
    const stop = this.#stops.get(this.#parts.trees.rootOf(place.task)) ?? this.#stopByBudget(place, wouldCost);
    return stop && refusalOf(stop);
  }

  /** To be called when something was spent: asks, once, about limits that are crossed, and stops where it was told to. */
  hold(place: Spender): void {
    if (!this.#budgets.any) return;
    const keys = this.#parts.spending.keysOf(place);
    const stop = this.#stops.get(keys.root);
    for (const crossing of this.#budgets.newCrossings(keys, this.#parts.spending.of(place.task))) {
      if (stop && isAnswered(crossing, stop)) continue;
      this.alerts.add(alertOf(crossing, keys.root));
      this.#parts.changed({ kind: 'task', task: place.task });
    }
    this.#stopByBudget(place);
  }

  #raise(id: string): boolean {
    if (this.#raised.has(id)) return false;
    this.#raised.add(id);
    try {
      return this.#parts.ledger.raise(id);
    } catch (error) {
      this.#parts.problem('a question could not be noted as asked', error);
      return true;
    }
  }

  // ---- budgets

  get budgets(): readonly Budget[] {
    return this.#budgets.all;
  }

  setBudget(budget: Budget): void {
    const { trees, spending, live, changed } = this.#parts;
    const scope = budget.scope.startsWith('task:') ? `task:${trees.rootOf(budget.scope.slice(5))}` : budget.scope;
    this.#budgets.set({ ...budget, scope });
    for (const { by, root } of this.#stops.all) {
      if (by === 'budget' && !this.#budgets.stopping(this.#lastKeysOf(root), spending.of(root))) this.#release(root);
    }
    for (const request of live) if (request.identity) this.hold(request.identity);
    changed({ kind: 'other' });
  }

  /** How a task tree stands against its budgets. */
  standing(task: string, run: string | undefined): ReturnType<Budgets['standing']> {
    const { spending } = this.#parts;
    return this.#budgets.standing(spending.keysOf({ task, run }), spending.of(task));
  }

  /** The user lets a task go on although its budget is reached; a later, other limit asks again. */
  letRun(task: string): void {
    const { trees, spending, changed } = this.#parts;
    this.#budgets.letRun(this.#lastKeysOf(task), spending.of(task));
    this.alerts.dropTask(trees.rootOf(task));
    changed({ kind: 'task', task });
  }

  /** What a task's last run falls under. */
  #lastKeysOf(task: string): SpendKeys {
    const { ledger, spending } = this.#parts;
    return spending.keysOf({ task, run: ledger.task(task)?.run?.id });
  }

  #stopByBudget(place: Spender, unsent: Pico = 0n): Stop | undefined {
    const { spending, now } = this.#parts;
    const keys = spending.keysOf(place);
    const already = this.#stops.get(keys.root);
    if (already) return already;
    if (!this.#budgets.anyStop) return undefined;
    const crossing = this.#budgets.stopping(keys, spending.of(place.task));
    if (!crossing) return undefined;
    const stop: Stop = {
      root: keys.root,
      at: now(),
      by: 'budget',
      spent: crossing.spent - unsent,
      limit: crossing.budget.limit,
    };
    this.alerts.dropTask(keys.root);
    this.alerts.add({ ...alertOf(crossing, keys.root), id: `stopped:${keys.root}:${stop.at}`, kind: 'stopped' });
    this.#apply(stop);
    return stop;
  }

  // ---- stopping

  isStopped(task: string): boolean {
    return this.#stops.get(this.#parts.trees.rootOf(task)) !== undefined;
  }

  /** Stops the whole tree a task belongs to: what streams is cut, what comes is refused. */
  stop(task: string): StopResult {
    const { trees, spending, now } = this.#parts;
    const root = trees.rootOf(task);
    const spent = spending.of(root).tree(root);
    const stop: Stop = this.#stops.get(root) ?? { root, at: now(), by: 'user', spent };
    const cutRequests = this.#apply(stop);
    this.alerts.dropTask(root);
    return { task: root, state: 'stopped', cutRequests, usd: picoToUsd(spent) };
  }

  /** Lets a stopped tree go on; if a budget had stopped it, past the limit it had reached. */
  resume(task: string): StopResult {
    const { trees, spending } = this.#parts;
    const root = trees.rootOf(task);
    const stop = this.#stops.get(root);
    if (stop?.by === 'budget') this.letRun(root);
    this.#release(root);
    return { task: root, state: 'idle', cutRequests: 0, usd: picoToUsd(spending.of(root).tree(root)) };
  }

  #apply(stop: Stop): number {
    const { trees, live, changed } = this.#parts;
    this.#stops.set(stop);
    const refusal = refusalOf(stop);
    let cut = 0;
    for (const request of live) {
      if (request.identity && trees.rootOf(request.identity.task) === stop.root && request.cutNow(refusal)) cut++;
    }
    changed({ kind: 'task', task: stop.root });
    return cut;
  }

  #release(root: string): void {
    this.#stops.clear(root);
    this.alerts.dropTask(root);
    this.#parts.changed({ kind: 'task', task: root });
  }
}

function alertOf({ budget, level, spent }: Crossing, root: string): Alert {
  return {
    id: `${level}:${budget.scope}:${budget.key}:${budget.limit}`,
    kind: level === 'warning' ? 'budget-warning' : 'budget-exceeded',
    task: root,
    scope: budget.scope,
    spentUsd: picoToUsd(spent),
    limitUsd: picoToUsd(budget.limit),
    sample: root.startsWith('sample:'),
  };
}

/** Nobody is asked whether to stop what is stopped; a day's or month's limit is about other tasks too. */
function isAnswered({ budget }: Crossing, stop: Stop): boolean {
  return budget.scope === 'task' || budget.scope === 'run' || budget.limit === stop.limit;
}
