import { type BudgetLimit, limitId } from '../../core/budget.ts';
import type { Prompt, Refusal } from '../../gateway/meter.ts';
import type { LiveRequest } from '../liveRequest.ts';
import type { Spender } from '../spending.ts';
import type { Alerts } from './alerts.ts';
import type { Budgets, Crossing } from './budgets.ts';
import { alertOf, stopOf } from './crossing.ts';
import type { KillSwitch } from './killSwitch.ts';
import type { ControlParts } from './parts.ts';
import { type Reserve, wholeReserve } from './reserve.ts';
import { refusalOf, type Stop } from './stops.ts';
import type { Waiting } from './waiting.ts';

export interface AdmissionParts extends ControlParts {
  readonly budgets: Budgets;
  readonly killSwitch: KillSwitch;
  readonly alerts: Alerts;
  /** Requests that wait for a verdict. */
  readonly waiting: Waiting;
}

/** Longest that a request waits for others to end, where its client does not tell how long it would wait (ms). */
const othersPatience = 4 * 60_000;

/** Whether a request may go: at once, never, or when others have ended or a person has decided. */
type Verdict =
  | { readonly kind: 'go'; readonly reserve: Reserve }
  | { readonly kind: 'refuse'; readonly stop: Stop }
  | { readonly kind: 'wait'; readonly for: 'others' | 'person'; readonly crossing: Crossing };

/** Which requests may be sent: what each may come to is set aside before it leaves. */
export class Admission {
  readonly #parts: AdmissionParts;
  /** Requests that are held for the same answer, by the question's id. */
  readonly #asking = new Map<string, Set<LiveRequest>>();
  /** Trees of which one request may pass what one may cost, with the id of that one once it is known. */
  readonly #passes = new Map<string, string | undefined>();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Whether a request has to wait for a verdict before it is sent. */
  get mayRefuse(): boolean {
    return this.#parts.killSwitch.any || this.#parts.budgets.mayRefuse;
  }

  /**
   * Lets a request go and reserves what it may come to, or says why not. One that does not fit while others are on their way is held until they end; one that
   * does not fit an `ask` budget is held until someone has decided. Nobody is held longer than `patience`, or than the client would wait.
   */
  async admit(request: LiveRequest, prompt: Prompt): Promise<Refusal | undefined> {
    try {
      return await this.#admit(request, prompt);
    } finally {
      this.#asksNoMore(request);
    }
  }

  /** The next request of a tree that would cost more than one may, may. */
  passNext(root: string): void {
    this.#passes.set(root, undefined);
  }

  /** Whether a request passes this limit on what one may cost, because it is the one that may. */
  passes({ scope, root, key }: BudgetLimit): boolean {
    if (scope !== 'request' || !this.#passes.has(root)) return false;
    const chosen = this.#passes.get(root) ?? key;
    this.#passes.set(root, chosen);
    return chosen === key;
  }

  async #admit(request: LiveRequest, prompt: Prompt): Promise<Refusal | undefined> {
    const { now, patience, changed } = this.#parts;
    const client = clientPatience(request) ?? othersPatience;
    const since = now();
    let askedAt: number | undefined;
    for (;;) {
      // A client that left needs no answer.
      if (request.done) return undefined;
      const verdict = this.#judge(request, prompt);
      if (verdict.kind === 'go') {
        this.#parts.letGo(request, verdict.reserve);
        return undefined;
      }
      if (verdict.kind === 'refuse') return refusalOf(verdict.stop);
      if (verdict.for === 'person') this.#askToGoOn(request, verdict.crossing);
      request.heldSince ??= now();
      if (request.identity) changed({ kind: 'request', id: request.incoming.id, task: request.identity.task });
      if (verdict.for === 'person') askedAt ??= now();
      const until = verdict.for === 'person' ? Math.min((askedAt ?? 0) + patience, since + client) : since + client;
      const inTime = await this.#parts.waiting.next(until - now());
      if (inTime || request.done || !request.identity) continue;
      // The day may have ended meanwhile.
      const last = this.#judge(request, prompt);
      if (last.kind === 'wait') return refusalOf(this.#outOfTime(request.identity, last));
    }
  }

  /** Nobody answered: the task is stopped. Others took too long: only this request is refused. */
  #outOfTime(place: Spender, { crossing, for: whom }: Extract<Verdict, { kind: 'wait' }>): Stop {
    if (whom === 'person') return this.#parts.killSwitch.stopAt(place, crossing, true);
    return stopOf(crossing, crossing.limit.root, this.#parts.now());
  }

  #judge(request: LiveRequest, prompt: Prompt): Verdict {
    const { spending, reserve, killSwitch, budgets } = this.#parts;
    const need = reserve(request, prompt);
    const place = request.identity;
    if (!place) return { kind: 'go', reserve: need };
    killSwitch.look();
    const stop = killSwitch.of(place.task);
    if (stop) return { kind: 'refuse', stop };
    let wait: Verdict | undefined;
    for (const limit of budgets.binding(spending.keysOf({ ...place, request }))) {
      // A subscription's request costs no real money.
      if (!spending.counts(limit, request)) continue;
      const spent = spending.spentOn(limit);
      const others = spending.reservedOn(limit, request);
      const whole = wholeReserve(need, limit.unit);
      if (spent + others.amount + whole <= limit.limit) continue;
      if (this.passes(limit)) {
        budgets.letRun(limitId(limit));
        continue;
      }
      const crossing: Crossing = { limit, level: 'exceeded', spent };
      // What is on its way was let go and may cost less than was set aside for it: it is not cut for a request that comes after it. Where it is spent already, nothing is to be waited for.
      if (others.requests > 0 && (others.mayCostLess || spent + whole <= limit.limit))
        wait ??= { kind: 'wait', for: 'others', crossing };
      else if (limit.action === 'stop') return { kind: 'refuse', stop: this.#stopFor(request, place, crossing) };
      else wait = { kind: 'wait', for: 'person', crossing };
    }
    return wait ?? { kind: 'go', reserve: need };
  }

  /** Its tree is stopped; while something of it is on its way, which a stop would cut, only this request is refused. */
  #stopFor(request: LiveRequest, place: Spender, crossing: Crossing): Stop {
    const { live, trees, now, killSwitch } = this.#parts;
    const { root } = crossing.limit;
    const isOnItsWay = [...live].some(
      (one) => one !== request && !one.waits && !one.done && one.identity && trees.rootOf(one.identity.task) === root,
    );
    return isOnItsWay ? stopOf(crossing, root, now()) : killSwitch.stopAt(place, crossing);
  }

  /** A request is held for someone's answer: asks, unless the very question is open already, or another is held for its answer. */
  #askToGoOn(request: LiveRequest, crossing: Crossing): void {
    const { trees, changed, alerts } = this.#parts;
    if (!request.identity) return;
    const root = trees.rootOf(request.identity.task);
    const id = `held:${limitId(crossing.limit)}`;
    this.#asksNoMore(request, id);
    const asking = this.#asking.get(id);
    if (asking) {
      asking.add(request);
      return;
    }
    this.#asking.set(id, new Set([request]));
    const alert = alertOf(crossing, root);
    if (alerts.all.some((one) => one.id === alert.id)) return;
    alerts.add({ ...alert, id, kind: 'held' });
    changed({ kind: 'task', task: request.identity.task });
  }

  /** Once nobody is held for it any more, a question is none. `but`: what it is held for now. */
  #asksNoMore(request: LiveRequest, but?: string): void {
    for (const [id, held] of this.#asking) {
      if (id === but || !held.delete(request) || held.size > 0) continue;
      this.#asking.delete(id);
      if (this.#parts.alerts.claim(id) && request.identity) this.#parts.changed({ kind: 'task', task: request.identity.task });
    }
  }

  /** Past the limits that a held request has no room under; those that nobody was asked about hold on. */
  letGo(request: LiveRequest): void {
    const { spending, reserve } = this.#parts;
    const { identity, prompt } = request;
    if (!identity || !prompt) return;
    const need = reserve(request, prompt);
    for (const limit of this.#parts.budgets.binding(spending.keysOf({ ...identity, request }))) {
      const isAsked = limit.action === 'ask' && spending.counts(limit, request);
      if (isAsked && spending.spentOn(limit) + wholeReserve(need, limit.unit) > limit.limit)
        this.#parts.budgets.letRun(limitId(limit));
    }
  }
}

/** SDKs tell how long they wait for an answer (seconds); a held request is answered while somebody still listens. */
function clientPatience({ incoming }: LiveRequest): number | undefined {
  const seconds = Number(incoming.headers['x-stainless-timeout']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 800 : undefined;
}
