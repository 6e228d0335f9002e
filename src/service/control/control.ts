import { type BudgetLimit, budgetLevel, limitId } from '../../core/budget.ts';
import { picoToUsd } from '../../core/money.ts';
import type { Runaway } from '../../core/runaway.ts';
import type { StopResult } from '../../protocol/api.ts';
import type { Budget, BudgetList, LimitRow } from '../../protocol/budget.ts';
import type { LiveRequest } from '../liveRequest.ts';
import type { Spender } from '../spending.ts';
import { Admission } from './admission.ts';
import { Alerts } from './alerts.ts';
import { Audit } from './audit.ts';
import { Budgets, type Crossing, nameOf, type SpendKeys } from './budgets.ts';
import { alertOf, isAnswered, isLimitOf, rowOf } from './crossing.ts';
import { KillSwitch } from './killSwitch.ts';
import type { ControlParts } from './parts.ts';
import { refusalOf, type Stop } from './stops.ts';
import { Waiting } from './waiting.ts';

/** Budgets: what a task may still spend, who is asked, and what the answers do. */
export class Control {
  readonly #parts: ControlParts;
  readonly #budgets: Budgets;
  readonly #waiting = new Waiting();
  readonly alerts = new Alerts();
  readonly audit: Audit;
  readonly killSwitch: KillSwitch;
  readonly admission: Admission;
  /** Questions of this run of the service, also where the ledger could not keep that they were asked. */
  readonly #raised = new Set<string>();

  constructor(parts: ControlParts) {
    this.#parts = parts;
    const { ledger, problem } = parts;
    this.#budgets = new Budgets({
      budgets: () => ledger.setting('budgets'),
      setBudgets: (budgets) => ledger.setSetting('budgets', budgets),
      raise: (id) => this.#raise(id),
      isRaised: (id) => this.#raised.has(id) || ledger.isRaised(id),
    });
    this.audit = new Audit(ledger, problem);
    const { alerts, audit } = this;
    this.killSwitch = new KillSwitch({ ...parts, alerts, audit, waiting: this.#waiting });
    const { killSwitch } = this;
    this.admission = new Admission({ ...parts, budgets: this.#budgets, killSwitch, alerts, waiting: this.#waiting });
  }

  /** A request has ended, or may cost less than was reserved for it. */
  settled(): void {
    this.#waiting.wake();
  }

  /** To be called for a request that nobody held, as soon as it is known whose it is: its task may have been stopped since it came. */
  sent(request: LiveRequest): void {
    if (!request.identity) return;
    const stop = this.killSwitch.of(request.identity.task);
    if (stop) request.cutNow(refusalOf(stop));
    else this.hold({ ...request.identity, request });
  }

  dispose(): void {
    this.killSwitch.dispose();
  }

  /** To be called when something was spent: asks, once, about limits that are crossed, and stops where it was told to. */
  hold(spender: Spender): void {
    if (!this.#budgets.any) return;
    const { spending, changed } = this.#parts;
    if (this.killSwitch.any) this.killSwitch.look();
    const keys = spending.keysOf(spender);
    const stop = this.killSwitch.of(keys.root);
    const spentOn = (limit: BudgetLimit): bigint => spending.spentOn(limit);
    for (const crossing of this.#budgets.newCrossings(keys, spentOn)) {
      if (stop && isAnswered(crossing, stop)) continue;
      this.alerts.add(alertOf(crossing, keys.root));
      changed({ kind: 'task', task: spender.task });
    }
    if (stop) return;
    const stopping = (): Crossing | undefined => this.#budgets.stopping(keys, spentOn, (limit) => spending.committedOn(limit));
    let crossing = stopping();
    while (crossing && this.admission.passes(crossing.limit)) {
      this.#budgets.letRun(limitId(crossing.limit));
      crossing = stopping();
    }
    if (!crossing) return;
    if (this.#isOver(crossing.limit)) this.killSwitch.cutAt(crossing);
    else this.killSwitch.stopAt(spender, crossing);
  }

  /** A day or month that is over: what was sent in it is still on its way. */
  #isOver({ scope, key }: BudgetLimit): boolean {
    return (scope === 'day' || scope === 'month') && this.#parts.calendar(this.#parts.now())[scope] !== key;
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
    for (const stop of this.killSwitch.all) {
      if (stop.by !== 'budget' || this.#wouldStillStop(stop)) continue;
      const { root } = stop;
      this.killSwitch.release(root);
      const spentUsd = picoToUsd(spending.tree(root));
      this.audit.add({
        at: this.#parts.now(),
        what: 'resumed',
        by: 'user',
        task: root,
        spentUsd,
        reason: 'the budget was changed',
      });
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

  #wouldStillStop(stop: Stop): boolean {
    const { spending } = this.#parts;
    const keys = this.#lastKeysOf(stop.root);
    // The task may have begun another run since.
    const then = stop.scope === 'run' || stop.scope === 'request' ? { ...keys, [stop.scope]: stop.limitKey } : keys;
    // What it was stopped at may not be used up: its next request did not fit.
    if (this.#budgets.binding(then).some((limit) => isLimitOf(stop, limit))) return true;
    return this.#budgets.binding(keys).some((limit) => budgetLevel(spending.spentOn(limit), limit.limit) === 'exceeded');
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
    const stop = this.killSwitch.of(root);
    const held = [...live].filter(
      (request) => request.heldSince !== undefined && request.identity && trees.rootOf(request.identity.task) === root,
    );
    const usedUp = this.#budgets
      .binding(this.#lastKeysOf(task))
      .filter((limit) => budgetLevel(spending.spentOn(limit), limit.limit) === 'exceeded');
    for (const limit of usedUp) this.#budgets.letRun(limitId(limit));
    if (stop?.limitId) this.#budgets.letRun(stop.limitId);
    // The request that was refused comes again under another name.
    if (stop?.scope === 'request') this.admission.passNext(root);
    for (const request of held) this.admission.letGo(request);
    if (usedUp.length === 0 && held.length === 0 && !stop?.limitId) return;
    this.audit.add({ at: now(), what: 'let run', by: 'user', task: root, spentUsd: picoToUsd(spending.tree(root)), reason });
    this.alerts.dropTask(root);
    this.#waiting.wake();
    changed({ kind: 'task', task });
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

  /** Something was spent on a model that has no price, which no limit in USD can see: tells once for a task and a model. */
  unpriced(spender: Spender, model: string): void {
    if (!this.#budgets.any) return;
    const { spending, changed } = this.#parts;
    const keys = spending.keysOf(spender);
    const limit = this.#budgets.limits(keys).find(({ unit, scope }) => unit === 'usd' && scope !== 'request');
    if (!limit || !this.#raise(`unpriced:${keys.root}:${model}`)) return;
    const alert = alertOf({ limit, level: 'warning', spent: spending.spentOn(limit) }, keys.root);
    this.alerts.add({ ...alert, id: `unpriced:${keys.root}:${model}`, kind: 'unpriced', model });
    changed({ kind: 'task', task: spender.task });
  }

  /** An agent goes round in circles: tells once for each run of it, and stops it where the user asked for that. */
  runAway(spender: Spender, runaway: Runaway, stops: boolean): void {
    const { spending, changed, now } = this.#parts;
    const { root, run } = spending.keysOf(spender);
    if (this.killSwitch.of(root) || !this.#raise(`runaway:${runaway.what}:${root}:${run}`)) return;
    if (stops) this.killSwitch.stopRunaway(root, runaway);
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

  /** Lets a stopped tree go on; if a budget had stopped it, past the limit it had reached. */
  resume(task: string, reason?: string): StopResult {
    const { trees, spending, now } = this.#parts;
    const root = trees.rootOf(task);
    const stop = this.killSwitch.of(root);
    const usd = picoToUsd(spending.tree(root));
    if (stop?.by === 'budget') this.letRun(root, reason);
    this.killSwitch.release(root);
    if (stop) this.audit.add({ at: now(), what: 'resumed', by: 'user', task: root, spentUsd: usd, reason });
    return { task: root, state: 'idle', cutRequests: 0, usd };
  }
}
