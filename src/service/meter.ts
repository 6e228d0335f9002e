import type { Identity } from '../agents/agent.ts';
import { certainKind } from '../agents/kinds.ts';
import type { Disposable } from '../core/disposable.ts';
import { isGuessedTask } from '../core/guessedTask.ts';
import { asTheUserSays, type ModeKind } from '../core/mode.ts';
import type { Pico } from '../core/money.ts';
import { roughPlusMinus } from '../core/plusMinus.ts';
import type { Billing, Observation, Priceable, Priced } from '../core/request.ts';
import { noUsage, promptTokens, type Usage } from '../core/usage.ts';
import type { Call, Exchange, GatewayMeter, Incoming, Prompt, Refusal, Settlement } from '../gateway/meter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { outcomeOf, type StoredRequest, sourceBits } from '../ledger/record.ts';
import type { Change } from './changes.ts';
import { Control } from './control/control.ts';
import { type Reserve, reserveOf } from './control/reserve.ts';
import { Runaways } from './control/runaways.ts';
import type { StoppedSpend } from './control/stopWatch.ts';
import { HandOvers } from './handOvers.ts';
import { asidesOf, type LiveMeter, LiveRequest } from './liveRequest.ts';
import { PendingWrites } from './pendingWrites.ts';
import { expectedUsage, type Previous, predictInput, worstUsage } from './prediction.ts';
import { type Spender, Spending } from './spending.ts';
import { TaskTrees } from './taskTrees.ts';

export interface MeterOptions {
  readonly ledger: Ledger;
  readonly price: (p: Priceable) => Priced;
  readonly now: () => number;
  readonly calendar: (at: number) => { readonly day: string; readonly month: string };
  /** Our count and the provider's count of the same prompt, for whoever learns from the pair. */
  readonly countedBoth: (incoming: Incoming, prompt: Prompt, reported: number) => void;
  /** Keyed hash of a prompt, as `Prompt.opening` is of the first words of a conversation. */
  readonly openingMark: (prompt: string) => string;
  /** Something that windows show has changed. */
  readonly changed: (change: Change) => void;
  /** What the user calls agents' modes: their names in lower case. */
  readonly modes: () => Readonly<Record<string, ModeKind>>;
  /** What is done about an agent that runs away. */
  readonly runaway: () => 'off' | 'warn' | 'stop';
  /** The longest answer (tokens) the user reckons with, where they say so. */
  readonly maxOutput: () => number | undefined;
  /** Longest that a request is held for a budget (ms). */
  readonly patience?: number;
  /** Hears of trouble that was passed over; never of content. */
  readonly problem: (what: string, error: unknown) => void;
}

/** People need a moment to decide; agents' own limits are minutes. Milliseconds. */
const usualPatience = 60_000;
/** How often a streaming request is written down as far as it has come (ms). */
const writeEvery = 1_000;
/** Records older than this (ms) are history that is being read in: nobody is asked about a budget of then. */
const recent = 10 * 60_000;

/** The heart of the service: what passes the gateway and what sources saw becomes rows, and is held against budgets. */
export class Meter implements GatewayMeter, LiveMeter, Disposable {
  readonly #options: MeterOptions;
  readonly #ledger: Ledger;
  readonly #live = new Set<LiveRequest>();
  readonly #previous = new Map<string, Previous>();
  readonly #trees: TaskTrees;
  readonly #writes: PendingWrites;
  readonly #runaways: Runaways;
  readonly #handOvers: HandOvers;
  readonly spending: Spending;
  readonly control: Control;

  constructor(options: MeterOptions) {
    this.#options = options;
    const { ledger, price, now, calendar, changed, problem } = options;
    this.#ledger = ledger;
    const trees = new TaskTrees((task) => ledger.task(task)?.parent);
    const live = this.#live;
    this.#trees = trees;
    this.spending = new Spending({ ledger, price, trees, live, now, calendar });
    this.control = new Control({
      ledger,
      trees,
      spending: this.spending,
      live,
      reserve: (request, prompt) =>
        reserveOf(prompt, request.incoming.isReadable, options.maxOutput(), this.#pricesOf(request, prompt)),
      letGo: (request, reserve) => this.#letGo(request, reserve),
      now,
      calendar,
      patience: options.patience ?? usualPatience,
      changed,
      problem,
    });
    this.#runaways = new Runaways({
      ledger,
      trees,
      now,
      isOn: () => options.runaway() !== 'off',
      found: (spender, runaway) => this.control.runAway(spender, runaway, options.runaway() === 'stop'),
    });
    this.#handOvers = new HandOvers({ mark: options.openingMark, now });
    this.#writes = new PendingWrites(ledger, (rows) => this.#wrote(rows), problem);
    ledger.recoverOpen();
  }

  // ---- requests on their way

  /** Tasks that go round in circles, and since when that shows (ms since the epoch). */
  get loops(): ReadonlyMap<string, number> {
    return this.#runaways.loops.since;
  }

  get live(): ReadonlySet<LiveRequest> {
    return this.#live;
  }

  open(incoming: Incoming, prompt: Promise<Prompt>): Exchange {
    const request = new LiveRequest(incoming, prompt, this);
    this.#live.add(request);
    prompt.then((read) => this.#hasRead(request, read)).catch((error: unknown) => this.#failed(error));
    return request;
  }

  admit(request: LiveRequest): undefined | Promise<Refusal | undefined> {
    if (!this.control.admission.mayRefuse) return undefined;
    request.waits = true;
    return request.read
      .then((prompt) => this.control.admission.admit(request, prompt))
      .catch((error: unknown) => {
        // It passes, and what it costs counts from now on.
        request.waits = false;
        request.heldSince = undefined;
        throw error;
      });
  }

  called(request: LiveRequest, calls: readonly Call[]): void {
    const give = ({ agent, task }: Identity): void => this.#handOvers.give(agent, task, calls);
    if (request.identity) give(request.identity);
    else request.read.then(() => request.identity && give(request.identity)).catch((error: unknown) => this.#failed(error));
  }

  ticked(request: LiveRequest, inputTold: boolean): void {
    if (!request.identity) return;
    const now = this.#options.now();
    // So that little of it is forgotten if the service is killed.
    if (request.stored && !this.#writes.isBehind && (inputTold || now - request.writtenAt >= writeEvery)) {
      request.writtenAt = now;
      const counted = request.inputIsTold ? 'reported' : 'estimated';
      this.#take(request.observation(request.at, 'running', request.usageSoFar(), counted));
    }
    // Its prompt may cost less than was set aside for it.
    if (inputTold) this.control.settled();
    this.#options.changed({ kind: 'request', id: request.incoming.id, task: request.identity.task });
    this.control.hold({ ...request.identity, request });
  }

  settled(request: LiveRequest, result: Settlement): void {
    request.read
      .then(() => {
        this.#live.delete(request);
        this.#storeSettled(request, result);
        this.control.settled();
      })
      .catch((error: unknown) => this.#failed(error));
  }

  /** Nothing that goes wrong here may reach an agent's traffic, or end the service that it passes through. */
  #failed(error: unknown): void {
    this.#options.problem('the meter failed on a request', error);
  }

  /** Prices as a request may be billed: by the terms it asks for, or by the usual ones where the provider does not keep to them. The dearer counts. */
  #pricesOf({ provider, at, terms }: LiveRequest, { model }: Prompt): (usage: Usage) => Pico | null {
    const { price } = this.#options;
    return (usage) => {
      const plain = price({ provider, model, usage, counted: 'estimated', at }).cost;
      if (terms.serviceTier === undefined && terms.region === undefined) return plain;
      const asked = price({ provider, model, usage, counted: 'estimated', at, ...terms }).cost;
      return asked === null || (plain !== null && plain > asked) ? plain : asked;
    };
  }

  /** A request that was held over midnight belongs to the day in which it is sent. */
  #letGo(request: LiveRequest, reserve: Reserve): void {
    const { calendar, now, problem } = this.#options;
    const before = calendar(request.at).day;
    request.letGo(reserve, now());
    if (calendar(request.at).day === before) return;
    try {
      this.#ledger.redate(`rq:${request.incoming.id}`, request.at);
    } catch (error) {
      problem('a request could not be put into the day in which it was sent', error);
    }
    this.spending.changed();
  }

  #hasRead(request: LiveRequest, prompt: Prompt): void {
    request.prompt = prompt;
    const identity = prompt.problem && request.incoming.identity ? request.incoming.identity : prompt.identity;
    const begun = this.#begun(identity, prompt);
    this.#trees.learn(begun.task, begun.parent);
    request.identity = this.#mapped(honest(this.#placed(begun), request.incoming));
    const { task, parent } = request.identity;
    this.#trees.learn(task, parent);
    const previous = this.#previousOf(task, request.model);
    const { at } = request.incoming;
    request.predictedInput = predictInput(prompt.tokens, at, prompt.model, previous);
    const price = (usage: Observation['usage']): Pico | null =>
      this.#options.price({ provider: request.provider, model: prompt.model, usage, counted: 'estimated', at }).cost;
    request.prediction = {
      promptTokens: prompt.tokens,
      counted: prompt.counted,
      plusMinus: prompt.plusMinus ?? roughPlusMinus,
      expected: price(expectedUsage(request.predictedInput, previous)),
      worst: price(worstUsage(request.predictedInput, prompt.maxOutput)),
    };
    this.#runaways.read(request, prompt);
    if (request.done) return;
    this.#take(request.observation(at, 'running', request.predictedInput, 'estimated'));
    // Where something may be refused, `admission` asks for the verdict before anything is sent.
    if (!request.waits) this.control.sent(request);
  }

  /** With the task that began it, where the request does not say which. */
  #begun(identity: Identity, { opening }: Prompt): Identity {
    if (identity.parent !== undefined || !isGuessedTask(identity.task)) return identity;
    // What runs already was begun by somebody else.
    if (this.#ledger.task(identity.task)) return identity;
    const parent = this.#handOvers.giver(identity.agent, identity.task, opening);
    return parent === undefined ? identity : { ...identity, parent };
  }

  /** In the folder that its task, or the task that started it, is known to work in, where the request does not say it. */
  #placed(identity: Identity): Identity {
    if (identity.workspace !== undefined) return identity;
    const known = [identity.task, identity.parent, this.#trees.rootOf(identity.task)];
    const workspace = known.map((task) => task && this.#ledger.task(task)?.workspace).find((found) => found);
    return workspace ? { ...identity, workspace } : identity;
  }

  #storeSettled(request: LiveRequest, result: Settlement): void {
    const { usage, counted } = settledUsage(request, result);
    const seen = request.observation(this.#options.now(), result.outcome, usage, counted, result);
    this.#take(seen);
    for (const aside of seen && counted === 'reported' ? asidesOf(seen, result.asides ?? []) : []) this.#take(aside);
    if (request.identity) this.#spent(request.identity);
    const { prompt } = request;
    if (counted === 'reported' && result.outcome === 'ok' && prompt && !prompt.problem) {
      this.#options.countedBoth(request.incoming, prompt, promptTokens(usage));
    }
  }

  #spent(spender: Spender): void {
    this.control.hold(spender);
    this.#runaways.spent(spender);
  }

  // ---- what sources saw

  /** Takes in sightings of a source that can tell them again. Throws what the ledger throws; nothing is kept of them then. */
  observe(raw: readonly Observation[]): void {
    const observations = raw.map((seen) => this.#mapped(seen));
    for (const { task, parent } of observations) this.#trees.learn(task, parent);
    this.#wrote(this.#ledger.observe(observations));
    const since = this.#options.now() - recent;
    const fresh = new Map<string, Observation>();
    for (const seen of observations) if (seen.at >= since) fresh.set(`${seen.task}\0${seen.run ?? ''}`, seen);
    for (const seen of fresh.values()) this.#spent(seen);
  }

  #mapped<T extends Identity>(place: T): T {
    if (!place.mode) return place;
    const kind = certainKind(place);
    return { ...place, ...(kind ? { kind } : {}), mode: asTheUserSays(place.mode, this.#options.modes()) };
  }

  #take(observation: Observation | undefined): void {
    if (observation) this.#writes.write([observation]);
  }

  #wrote(rows: readonly StoredRequest[]): void {
    this.spending.changed();
    for (const row of rows) this.#remember(row);
  }

  #remember(row: StoredRequest): void {
    const { seen } = row;
    if (outcomeOf(row) !== 'running') this.control.killSwitch.watch.saw(spendOf(row));
    if (seen.at < this.#options.now() - recent && outcomeOf(row) !== 'running') {
      // History that is being read in is not told row by row.
      this.#options.changed({ kind: 'other' });
      return;
    }
    this.#options.changed({ kind: 'request', id: row.id, task: seen.task });
    if (row.cost === null && seen.billing !== 'plan' && outcomeOf(row) !== 'refused') this.control.unpriced(seen, seen.model);
    for (const request of this.#live) if (request.incoming.id === row.id) request.stored = row;
    if (outcomeOf(row) === 'running' || promptTokens(seen.usage) === 0) return;
    const key = previousKey(seen.task, seen.model);
    const before = this.#previous.get(key);
    if (!before || before.at <= seen.at) this.#previous.set(key, { at: seen.at, model: seen.model, usage: seen.usage });
  }

  /** The task's last request to the same model; after a restart, from the ledger. */
  #previousOf(task: string, model: string): Previous | undefined {
    const known = this.#previous.get(previousKey(task, model));
    if (known) return known;
    const row = this.#ledger.requests({ task, limit: 5 }).find((one) => one.model === model && one.outcome !== 'running');
    return row && { at: row.at, model, usage: row.usage };
  }

  /** Writes what could not be written yet. */
  dispose(): void {
    this.control.dispose();
    this.#writes.dispose();
  }

  /** The user says who pays for an agent. */
  setBilling(agent: string, billing: Billing): void {
    this.#ledger.setBilling(agent, billing);
    this.spending.changed();
  }
}

/** A row as the watch over stopped tasks sees it. */
function spendOf(row: StoredRequest): StoppedSpend {
  const { task, agent, began, at, outcome } = row.seen;
  return {
    id: row.id,
    task,
    agent,
    at: began ?? at,
    beganIsKnown: began !== undefined,
    refused: outcome === 'refused',
    guarded: (row.sources & sourceBits.gateway) !== 0,
  };
}

/** The sample agent is one only on the service's own stand-in: nobody hides real spending behind its header. */
function honest(identity: Identity, incoming: Incoming): Identity {
  if (identity.agent !== 'sample' || incoming.upstream === 'sample') return identity;
  return { ...identity, agent: 'other', task: `other:${identity.task}` };
}

function settledUsage(
  request: LiveRequest,
  result: Settlement,
): { usage: Observation['usage']; counted: Observation['counted'] } {
  if (result.outcome === 'refused') return { usage: noUsage, counted: 'reported' };
  if (result.usage && result.outcome === 'ok' && isLikely(result.usage, request))
    return { usage: result.usage, counted: 'reported' };
  // A provider that answers with an error before anything else bills nothing.
  if (result.outcome === 'error' && result.status >= 400 && !request.answered) return { usage: noUsage, counted: 'reported' };
  return { usage: request.usageSoFar(), counted: 'estimated' };
}

/** Some proxies tell nothing but zeros. */
function isLikely(usage: Usage, { prompt }: LiveRequest): boolean {
  return promptTokens(usage) > 0 || (prompt?.tokens ?? 0) === 0;
}

function previousKey(task: string, model: string): string {
  return `${task}\0${model}`;
}
