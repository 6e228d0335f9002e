import { picoToUsd } from '../../core/money.ts';
import type { Runaway } from '../../core/runaway.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { StopResult } from '../../protocol/api.ts';
import type { Spender } from '../spending.ts';
import type { Alerts } from './alerts.ts';
import type { Audit } from './audit.ts';
import type { Crossing } from './budgets.ts';
import { alertOf, limitText, stopOf } from './crossing.ts';
import type { ControlParts } from './parts.ts';
import { refusalOf, type Stop, Stops } from './stops.ts';
import { StopWatch } from './stopWatch.ts';
import type { Waiting } from './waiting.ts';

export interface KillSwitchParts extends ControlParts {
  readonly alerts: Alerts;
  readonly audit: Audit;
  /** Whoever waits for a verdict. */
  readonly waiting: Waiting;
}

/** How soon after midnight a task that yesterday's budget had stopped is free (ms); its own next request frees it at once. */
const lookForNewDay = 60_000;

/** Which task trees may send nothing more: stopping, setting free, and the watch over whether a stop is one. */
export class KillSwitch {
  readonly #parts: KillSwitchParts;
  readonly #stops: Stops;
  /** Whether stops are stops. */
  readonly watch: StopWatch;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: KillSwitchParts) {
    this.#parts = parts;
    this.#stops = new Stops(parts.ledger, parts.problem);
    this.watch = watchOf(parts);
    for (const { root, at } of this.#stops.all) this.watch.keep(root, at);
    this.look();
  }

  get any(): boolean {
    return this.#stops.any;
  }

  get all(): readonly Stop[] {
    return this.#stops.all;
  }

  /** The stop that a task is under; `undefined` for one that may go on. */
  of(task: string): Stop | undefined {
    return this.#stops.get(this.#parts.trees.rootOf(task));
  }

  /** What the user of a stopped task reads; `undefined` for one that may go on. */
  whyStopped(task: string): string | undefined {
    const stop = this.of(task);
    return stop && refusalOf(stop).message;
  }

  /** Sets free what a day's or month's budget had stopped, once that is over. */
  look(): void {
    const { now, calendar, spending } = this.#parts;
    clearTimeout(this.#timer);
    const of = calendar(now());
    let left = false;
    for (const { root, scope, limitKey } of this.#stops.all) {
      if (scope !== 'day' && scope !== 'month') continue;
      if (limitKey === of[scope]) left = true;
      else {
        const spentUsd = picoToUsd(spending.tree(root));
        this.release(root);
        this.#parts.audit.add({ at: now(), what: 'resumed', by: 'budget', task: root, spentUsd, reason: `the ${scope} is over` });
      }
    }
    if (left) this.#timer = setTimeout(() => this.look(), lookForNewDay).unref();
  }

  /** Stops the whole tree a task belongs to: what streams is cut, what comes is refused. */
  stop(task: string, reason?: string): StopResult {
    const { trees, spending, now } = this.#parts;
    const root = trees.rootOf(task);
    const spent = spending.tree(root);
    const already = this.#stops.get(root);
    const stop: Stop = already ?? { root, at: now(), by: 'user', spent, unit: 'usd' };
    const cutRequests = this.#apply(stop);
    this.#parts.alerts.dropTask(root);
    if (!already)
      this.#parts.audit.add({ at: stop.at, what: 'stopped', by: 'user', task: root, spentUsd: picoToUsd(spent), reason });
    const row = this.watch.get(root);
    return { task: root, state: 'stopped', cutRequests, usd: picoToUsd(spent), ...(row ? { stop: row } : {}) };
  }

  /** Stops the tree of whoever would spend past a limit. */
  stopAt(spender: Spender, { limit, spent }: Crossing, unanswered = false): Stop {
    const { spending, now } = this.#parts;
    const { root } = spending.keysOf(spender);
    const already = this.#stops.get(root);
    if (already) return already;
    const stop = stopOf({ limit, level: 'exceeded', spent }, root, now());
    this.#parts.alerts.dropTask(root);
    const alert = alertOf({ limit, level: 'exceeded', spent }, root);
    this.#parts.alerts.add({ ...alert, id: `stopped:${root}:${stop.at}`, kind: 'stopped' });
    this.#apply(stop);
    this.look();
    const reason = unanswered ? 'nobody answered in time' : undefined;
    this.#parts.audit.add({
      at: stop.at,
      what: 'stopped',
      by: 'budget',
      task: root,
      spentUsd: picoToUsd(spending.tree(root)),
      limit: limitText(limit),
      reason,
    });
    return stop;
  }

  /** Cuts what is still on its way of a day or month that is over, and stops nothing: the new one has a budget of its own. */
  cutAt({ limit, spent }: Crossing): void {
    const { live, spending, trees, audit, now } = this.#parts;
    const refusal = refusalOf(stopOf({ limit, level: 'exceeded', spent }, limit.root, now()));
    let cut = 0;
    for (const request of live) {
      const isIts = request.identity && trees.rootOf(request.identity.task) === limit.root && spending.isIn(limit, request);
      if (isIts && request.cutNow(refusal)) cut++;
    }
    if (cut === 0) return;
    const spentUsd = picoToUsd(spending.tree(limit.root));
    const reason = `sent before the ${limit.scope} was over`;
    audit.add({ at: now(), what: 'stopped', by: 'budget', task: limit.root, spentUsd, limit: limitText(limit), reason });
  }

  /** Stops the tree of an agent that goes round in circles. */
  stopRunaway(root: string, runaway: Runaway): void {
    const { alerts, audit, spending, now } = this.#parts;
    const spent = spending.tree(root);
    const stop: Stop = { root, at: now(), by: 'runaway', spent, unit: 'usd' };
    alerts.dropTask(root);
    this.#apply(stop);
    const reason = JSON.stringify(runaway);
    audit.add({ at: stop.at, what: 'stopped', by: 'runaway', task: root, spentUsd: picoToUsd(spent), reason });
  }

  /** Sets a stopped tree free. */
  release(root: string): void {
    this.#stops.clear(root);
    this.watch.end(root);
    this.#parts.alerts.dropTask(root);
    this.#parts.waiting.wake();
    this.#parts.changed({ kind: 'task', task: root });
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
    this.#parts.waiting.wake();
    changed({ kind: 'task', task: stop.root });
    return cut;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.watch.dispose();
  }
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
      // What came last tells how it works now: an agent may have been started anew beside the gateway.
      ledger.lastPassedGateway(root),
    moments: (root) => last(root).map(({ at }) => at),
    changed: (task) => changed({ kind: 'task', task }),
  });
}
