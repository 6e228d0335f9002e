import { type BudgetLimit, budgetLevel, onlyText } from '../core/budget.ts';
import { picoToUsd } from '../core/money.ts';
import type { Runaway } from '../core/runaway.ts';
import type { Prompt, Refusal } from '../gateway/meter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { StopResult } from '../protocol/api.ts';
import type { Budget, BudgetList, LimitRow } from '../protocol/budget.ts';
import type { BudgetAlert } from '../protocol/state.ts';
import { Alerts } from './alerts.ts';
import { Audit } from './audit.ts';
import { Budgets, type Crossing, type Limit, nameOf, type SpendKeys } from './budgets.ts';
import type { Change } from './changes.ts';
import type { LiveRequest } from './liveRequest.ts';
import { type Reserve, wholeReserve } from './reserve.ts';
import type { Spender, Spending } from './spending.ts';
import { refusalOf, type Stop, Stops } from './stops.ts';
import { StopWatch } from './stopWatch.ts';
import type { TaskTrees } from './taskTrees.ts';
import { Waiting } from './waiting.ts';

export interface ControlParts {
  readonly ledger: Ledger;
  readonly trees: TaskTrees;
  readonly spending: Spending;
  readonly live: ReadonlySet<LiveRequest>;
  readonly reserve: (request: LiveRequest, prompt: Prompt) => Reserve;
  readonly now: () => number;
  /** Names of the local day and month of a moment. */
  readonly calendar: (at: number) => { readonly day: string; readonly month: string };
  /** Longest that a request is held while someone decides, or others end (ms). */
  readonly patience: number;
  readonly changed: (change: Change) => void;
  readonly problem: (what: string, error: unknown) => void;
}

/** Longest that a request waits for others to end, where its client does not tell how long it would wait (ms). */
const othersPatience = 4 * 60_000;

/** How soon after midnight a task that yesterday's budget had stopped is free (ms); its own next request frees it at once. */
const lookForNewDay = 60_000;

/** Whether a request may go: at once, never, or when others have ended or a person has decided. */
type Verdict =
  | { readonly kind: 'go'; readonly reserve: Reserve }
  | { readonly kind: 'refuse'; readonly stop: Stop }
  | { readonly kind: 'wait'; readonly for: 'others' | 'person'; readonly crossing: Crossing };

/** Budgets and the kill switch: what a task may still spend, who is asked, and what a stop does. */
export class Control {
  readonly #parts: ControlParts;
  readonly #budgets: Budgets;
  readonly #stops: Stops;
  readonly #waiting = new Waiting();
  readonly alerts = new Alerts();
  readonly audit: Audit;
  /** Whether stops are stops. */
  readonly watch: StopWatch;
  /** Questions of this run of the service, also where the ledger could not keep that they were asked. */
  readonly #raised = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    const { ledger, problem } = parts;
    this.#budgets = new Budgets({
      budgets: () => ledger.setting('budgets'),
      setBudgets: (budgets) => ledger.setSetting('budgets', budgets),
      raise: (id) => this.#raise(id),
      isRaised: (id) => this.#raised.has(id) || ledger.isRaised(id),
    });
    this.#stops = new Stops(ledger, problem);
    this.audit = new Audit(ledger, problem);
    this.watch = watchOf(parts);
    for (const { root, at } of this.#stops.all) this.watch.keep(root, at);
    this.look();
  }

  /** Whether a request has to wait for a verdict before it is sent. */
  get mayRefuse(): boolean {
    return this.#stops.any || this.#budgets.mayRefuse;
  }

  /**
   * Lets a request go and reserves what it may come to, or says why not. One that does not fit while others are on their way is held until they end; one that
   * does not fit an `ask` budget is held until someone has decided. Nobody is held longer than `patience`, or than the client would wait.
   */
  async admit(request: LiveRequest, prompt: Prompt): Promise<Refusal | undefined> {
    const { now, patience, changed } = this.#parts;
    const client = clientPatience(request) ?? othersPatience;
    const since = now();
    let askedAt: number | undefined;
    for (;;) {
      // A client that left needs no answer.
      if (request.done) return undefined;
      const verdict = this.#judge(request, prompt);
      if (verdict.kind === 'go') {
        request.reserve = verdict.reserve;
        request.waits = false;
        request.heldSince = undefined;
        return undefined;
      }
      if (verdict.kind === 'refuse') return refusalOf(verdict.stop);
      if (verdict.for === 'person') this.#askToGoOn(request, verdict.crossing);
      request.heldSince ??= now();
      if (request.identity) changed({ kind: 'request', id: request.incoming.id, task: request.identity.task });
      if (verdict.for === 'person') askedAt ??= now();
      const until = verdict.for === 'person' ? Math.min((askedAt ?? 0) + patience, since + client) : since + client;
      const inTime = await this.#waiting.next(until - now());
      if (inTime || request.done || !request.identity) continue;
      // The day may have ended meanwhile.
      const last = this.#judge(request, prompt);
      if (last.kind === 'wait') return refusalOf(this.#outOfTime(request.identity, last));
    }
  }

  /** Nobody answered: the task is stopped. Others took too long: only this request is refused. */
  #outOfTime(place: Spender, { crossing, for: whom }: Extract<Verdict, { kind: 'wait' }>): Stop {
    if (whom === 'person') return this.#stopAt(place, crossing, 'budget', true);
    return stopOf(crossing, crossing.limit.root, this.#parts.now(), 'budget');
  }

  #judge(request: LiveRequest, prompt: Prompt): Verdict {
    const { spending, trees, reserve } = this.#parts;
    const need = reserve(request, prompt);
    const place = request.identity;
    if (!place) return { kind: 'go', reserve: need };
    this.look();
    const stop = this.#stops.get(trees.rootOf(place.task));
    if (stop) return { kind: 'refuse', stop };
    let wait: Verdict | undefined;
    for (const limit of this.#budgets.binding(spending.keysOf({ ...place, request }))) {
      // A subscription's request costs no real money.
      if (!spending.counts(limit, request)) continue;
      const spent = spending.spentOn(limit);
      const others = spending.reservedOn(limit, request);
      if (spent + others.amount + wholeReserve(need, limit.unit) <= limit.limit) continue;
      const crossing: Crossing = { limit, level: 'exceeded', spent };
      // What is on its way was let go and may cost less than was set aside for it: it is not cut for a request that comes after it.
      if (others.requests > 0) wait ??= { kind: 'wait', for: 'others', crossing };
      else if (limit.action === 'stop') return { kind: 'refuse', stop: this.#stopAt(place, crossing, 'budget') };
      else wait = { kind: 'wait', for: 'person', crossing };
    }
    return wait ?? { kind: 'go', reserve: need };
  }

  /** A request is held for someone's answer: asks, unless the very question is open already. */
  #askToGoOn(request: LiveRequest, crossing: Crossing): void {
    const { trees, changed } = this.#parts;
    if (!request.identity || request.asked) return;
    request.asked = true;
    const root = trees.rootOf(request.identity.task);
    const alert = alertOf(crossing, root);
    if (this.alerts.all.some(({ id }) => id === alert.id)) return;
    this.alerts.add({ ...alert, id: `held:${request.incoming.id}`, kind: 'held' });
    changed({ kind: 'task', task: request.identity.task });
  }

  /** A request has ended, or may cost less than was reserved for it. */
  settled(): void {
    this.#waiting.wake();
  }

  /** To be called for a request that nobody held, as soon as it is known whose it is: its task may have been stopped since it came. */
  sent(request: LiveRequest): void {
    const { trees } = this.#parts;
    if (!request.identity) return;
    const stop = this.#stops.get(trees.rootOf(request.identity.task));
    if (stop) request.cutNow(refusalOf(stop));
    else this.hold({ ...request.identity, request });
  }

  /** Sets free what a day's or month's budget had stopped, once that is over. */
  look(): void {
    const { now, calendar, spending } = this.#parts;
    clearTimeout(this.#timer);
    const of = calendar(now());
    let left = false;
    for (const { root, scope, period } of this.#stops.all) {
      if (period === undefined || (scope !== 'day' && scope !== 'month')) continue;
      if (period === of[scope]) left = true;
      else {
        const spentUsd = picoToUsd(spending.tree(root));
        this.#release(root);
        this.audit.add({ at: now(), what: 'resumed', by: 'budget', task: root, spentUsd, reason: `the ${scope} is over` });
      }
    }
    if (left) this.#timer = setTimeout(() => this.look(), lookForNewDay).unref();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.watch.dispose();
  }

  /** To be called when something was spent: asks, once, about limits that are crossed, and stops where it was told to. */
  hold(spender: Spender): void {
    if (!this.#budgets.any) return;
    const { spending, changed } = this.#parts;
    if (this.#stops.any) this.look();
    const keys = spending.keysOf(spender);
    const stop = this.#stops.get(keys.root);
    const spentOn = (limit: BudgetLimit): bigint => spending.spentOn(limit);
    for (const crossing of this.#budgets.newCrossings(keys, spentOn)) {
      if (stop && isAnswered(crossing, stop)) continue;
      this.alerts.add(alertOf(crossing, keys.root));
      changed({ kind: 'task', task: spender.task });
    }
    if (stop) return;
    const crossing = this.#budgets.stopping(keys, spentOn, (limit) => spending.committedOn(limit));
    if (crossing) this.#stopAt(spender, crossing, 'budget');
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

  setBudget(budget: Budget, reason?: string): void {
    const { trees, spending, live, changed } = this.#parts;
    const scope = budget.scope.startsWith('task:') ? `task:${trees.rootOf(budget.scope.slice(5))}` : budget.scope;
    const before = JSON.stringify(this.#budgets.all);
    this.#budgets.set({ ...budget, scope });
    if (JSON.stringify(this.#budgets.all) === before) return;
    this.audit.add({ at: this.#parts.now(), what: 'budget', by: 'user', budget: { ...budget, scope }, reason });
    for (const { by, root } of this.#stops.all) {
      if (by === 'budget' && !this.#wouldStillStop(root)) this.#release(root);
    }
    for (const request of live) if (request.identity) this.hold({ ...request.identity, request });
    this.#waiting.wake();
    changed({ kind: 'other' });
    spending.changed();
  }

  /** All budgets of an origin at once; those of it that are not among these are taken away. */
  setBudgets({ from, workspace, budgets }: BudgetList): void {
    const wanted = budgets.map(
      (budget): Budget => ({ ...budget, from, ...(workspace ? { only: { ...budget.only, workspace } } : {}) }),
    );
    const had = this.budgets.filter(
      (budget) => budget.from === from && (from === 'settings' || budget.only?.workspace === workspace),
    );
    for (const budget of had) {
      if (!wanted.some((other) => nameOf(other) === nameOf(budget)))
        this.setBudget(budget.tokens === undefined ? { ...budget, usd: null } : { ...budget, tokens: null });
    }
    for (const budget of wanted) this.setBudget(budget);
  }

  /** Every limit a task falls under, and how it stands. */
  limits(task: string): LimitRow[] {
    const { spending } = this.#parts;
    return this.#budgets.limits(this.#lastKeysOf(task)).map((limit) => rowOf(limit, spending.spentOn(limit)));
  }

  #wouldStillStop(root: string): boolean {
    const { spending } = this.#parts;
    const keys = this.#lastKeysOf(root);
    const stop = this.#stops.get(root);
    // What it was stopped at may not be used up: its next request did not fit.
    return this.#budgets
      .binding(keys)
      .some(
        (limit) =>
          budgetLevel(spending.spentOn(limit), limit.limit) === 'exceeded' || (stop !== undefined && isLimitOf(stop, limit)),
      );
  }

  /** How a task tree stands against its budgets. */
  standing(spender: Spender): ReturnType<Budgets['standing']> {
    const { spending } = this.#parts;
    return this.#budgets.standing(spending.keysOf(spender), (limit) => spending.spentOn(limit));
  }

  /** What the nearest USD limit of a task leaves, pico-dollars; undefined where none holds. */
  leftUsd(spender: Spender): bigint | undefined {
    const { spending } = this.#parts;
    let least: bigint | undefined;
    for (const limit of this.#budgets.limits(spending.keysOf(spender))) {
      if (limit.unit !== 'usd' || limit.scope === 'request') continue;
      const left = limit.limit - spending.spentOn(limit);
      if (least === undefined || left < least) least = left;
    }
    return least;
  }

  /** The user lets a task go on although its budget is reached; a later, other limit asks again. */
  letRun(task: string, reason?: string): void {
    const { trees, spending, live, changed, now } = this.#parts;
    const root = trees.rootOf(task);
    const stop = this.#stops.get(root);
    const held = [...live].filter(
      (request) => request.heldSince !== undefined && request.identity && trees.rootOf(request.identity.task) === root,
    );
    for (const limit of this.#budgets.binding(this.#lastKeysOf(task))) {
      const isUsedUp = budgetLevel(spending.spentOn(limit), limit.limit) === 'exceeded';
      if (isUsedUp || (stop && isLimitOf(stop, limit))) this.#budgets.letRun(limit);
    }
    for (const request of held) this.#letGo(request);
    this.audit.add({ at: now(), what: 'let run', by: 'user', task: root, spentUsd: this.#spentUsd(root), reason });
    this.alerts.dropTask(root);
    this.#waiting.wake();
    changed({ kind: 'task', task });
  }

  /** Past the limits that a held request has no room under; those that nobody was asked about hold on. */
  #letGo(request: LiveRequest): void {
    const { spending, reserve } = this.#parts;
    const { identity, prompt } = request;
    if (!identity || !prompt) return;
    const need = reserve(request, prompt);
    for (const limit of this.#budgets.binding(spending.keysOf({ ...identity, request }))) {
      const isAsked = limit.action === 'ask' && spending.counts(limit, request);
      if (isAsked && spending.spentOn(limit) + wholeReserve(need, limit.unit) > limit.limit) this.#budgets.letRun(limit);
    }
  }

  /** What a task's last run falls under. */
  #lastKeysOf(id: string): SpendKeys {
    const { ledger, spending } = this.#parts;
    const task = ledger.task(id);
    return spending.keysOf({
      agent: (task?.agent ?? 'other') as Spender['agent'],
      task: id,
      run: task?.run?.id,
      mode: task && { kind: task.modeKind, name: task.mode },
      workspace: task?.workspace,
    });
  }

  #spentUsd(root: string): string {
    return picoToUsd(this.#parts.spending.tree(root));
  }

  #stopAt(spender: Spender, { limit, spent }: Crossing, by: Stop['by'], unanswered = false): Stop {
    const { spending, now } = this.#parts;
    const { root } = spending.keysOf(spender);
    const already = this.#stops.get(root);
    if (already) return already;
    const stop = stopOf({ limit, level: 'exceeded', spent }, root, now(), by);
    this.alerts.dropTask(root);
    const alert = alertOf({ limit, level: 'exceeded', spent }, root);
    this.alerts.add({ ...alert, id: `stopped:${root}:${stop.at}`, kind: 'stopped' });
    this.#apply(stop);
    this.look();
    const reason = unanswered ? 'nobody answered in time' : undefined;
    this.audit.add({
      at: stop.at,
      what: 'stopped',
      by,
      task: root,
      spentUsd: this.#spentUsd(root),
      limit: limitText(limit),
      reason,
    });
    return stop;
  }

  /** An agent goes round in circles: tells once for each run of it, and stops it where the user asked for that. */
  runAway(spender: Spender, runaway: Runaway, stops: boolean): void {
    const { spending, changed, now } = this.#parts;
    const { root, run } = spending.keysOf(spender);
    if (this.#stops.get(root) || !this.#raise(`runaway:${runaway.what}:${root}:${run}`)) return;
    const spent = spending.tree(root);
    if (stops) {
      const stop: Stop = { root, at: now(), by: 'runaway', spent, unit: 'usd' };
      this.alerts.dropTask(root);
      this.#apply(stop);
      const reason = JSON.stringify(runaway);
      this.audit.add({ at: stop.at, what: 'stopped', by: 'runaway', task: root, spentUsd: picoToUsd(spent), reason });
    }
    this.alerts.add({
      id: `runaway:${runaway.what}:${root}:${now()}`,
      kind: 'runaway',
      task: root,
      runaway,
      stopped: stops,
      sample: root.startsWith('sample:'),
    });
    changed({ kind: 'task', task: spender.task });
  }

  // ---- stopping

  /** What the user of a stopped task reads; `undefined` for one that may go on. */
  whyStopped(task: string): string | undefined {
    const stop = this.#stops.get(this.#parts.trees.rootOf(task));
    return stop && refusalOf(stop).message;
  }

  isStopped(task: string): boolean {
    return this.#stops.get(this.#parts.trees.rootOf(task)) !== undefined;
  }

  /** Stops the whole tree a task belongs to: what streams is cut, what comes is refused. */
  stop(task: string, reason?: string): StopResult {
    const { trees, spending, now } = this.#parts;
    const root = trees.rootOf(task);
    const spent = spending.tree(root);
    const already = this.#stops.get(root);
    const stop: Stop = already ?? { root, at: now(), by: 'user', spent, unit: 'usd' };
    const cutRequests = this.#apply(stop);
    this.alerts.dropTask(root);
    if (!already) this.audit.add({ at: stop.at, what: 'stopped', by: 'user', task: root, spentUsd: picoToUsd(spent), reason });
    const row = this.watch.get(root);
    return { task: root, state: 'stopped', cutRequests, usd: picoToUsd(spent), ...(row ? { stop: row } : {}) };
  }

  /** Lets a stopped tree go on; if a budget had stopped it, past the limit it had reached. */
  resume(task: string, reason?: string): StopResult {
    const { trees, spending, now } = this.#parts;
    const root = trees.rootOf(task);
    const stop = this.#stops.get(root);
    const usd = picoToUsd(spending.tree(root));
    if (stop?.by === 'budget') this.letRun(root, reason);
    this.#release(root);
    if (stop) this.audit.add({ at: now(), what: 'resumed', by: 'user', task: root, spentUsd: usd, reason });
    return { task: root, state: 'idle', cutRequests: 0, usd };
  }

  #apply(stop: Stop): number {
    const { trees, live, changed } = this.#parts;
    this.#stops.set(stop);
    this.watch.begin(stop.root);
    const refusal = refusalOf(stop);
    let cut = 0;
    for (const request of live) {
      if (request.identity && trees.rootOf(request.identity.task) === stop.root && request.cutNow(refusal)) cut++;
    }
    this.#waiting.wake();
    changed({ kind: 'task', task: stop.root });
    return cut;
  }

  #release(root: string): void {
    this.#stops.clear(root);
    this.watch.end(root);
    this.alerts.dropTask(root);
    this.#waiting.wake();
    this.#parts.changed({ kind: 'task', task: root });
  }
}

function stopOf({ limit, spent }: Crossing, root: string, at: number, by: Stop['by']): Stop {
  const { scope, key, unit } = limit;
  const period = scope === 'day' || scope === 'month' ? key : undefined;
  return { root, at, by, spent, limit: limit.limit, unit, scope, period };
}

/** Whether it was this limit that led to a stop. */
function isLimitOf(stop: Stop, { limit, unit, scope }: BudgetLimit): boolean {
  return limit === stop.limit && unit === stop.unit && (stop.scope === undefined || scope === stop.scope);
}

/** How many of the last requests tell how an agent works. */
const lastRequests = 30;

function watchOf({ now, trees, live, ledger, changed }: ControlParts): StopWatch {
  const last = (task: string): ReturnType<Ledger['requests']> => ledger.requests({ task, tree: true, limit: lastRequests });
  return new StopWatch({
    now,
    rootOf: (task) => trees.rootOf(task),
    passes: (root) =>
      [...live].some(({ identity }) => identity && trees.rootOf(identity.task) === root) ||
      last(root).some(({ source }) => source === 'gateway'),
    moments: (root) => last(root).map(({ at }) => at),
    changed: (task) => changed({ kind: 'task', task }),
  });
}

/** SDKs tell how long they wait for an answer (seconds); a held request is answered while somebody still listens. */
function clientPatience({ incoming }: LiveRequest): number | undefined {
  const seconds = Number(incoming.headers['x-stainless-timeout']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 800 : undefined;
}

function alertOf({ limit, level, spent }: Crossing, root: string): BudgetAlert {
  const only = onlyText(limit.only);
  return {
    id: `${level}:${limit.scope}:${only}:${limit.key}:${limit.unit}:${limit.limit}`,
    kind: level === 'warning' ? 'budget-warning' : 'budget-exceeded',
    task: root,
    ...rowOf(limit, spent),
    sample: root.startsWith('sample:'),
  };
}

function rowOf({ scope, unit, limit, budget }: Limit, spent: bigint): LimitRow {
  const text = (amount: bigint): string => (unit === 'usd' ? picoToUsd(amount) : amount.toString());
  return { scope, unit, spent: text(spent), limit: text(limit), budget };
}

function limitText({ scope, unit, limit }: BudgetLimit): string {
  return `${unit === 'usd' ? `${picoToUsd(limit)} USD` : `${limit} tokens`} per ${scope}`;
}

/** Nobody is asked whether to stop what is stopped; a day's or month's limit is about other tasks too. */
function isAnswered({ limit }: Crossing, stop: Stop): boolean {
  return limit.scope !== 'day' && limit.scope !== 'month' ? true : isLimitOf(stop, limit);
}
