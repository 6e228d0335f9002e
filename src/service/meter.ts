import type { Identity } from '../agents/agent.ts';
import type { Pico } from '../core/money.ts';
import { picoToUsd } from '../core/money.ts';
import type { Billing, Observation, Priceable, Priced } from '../core/request.ts';
import { noUsage, promptTokens } from '../core/usage.ts';
import type { Exchange, GatewayMeter, Incoming, Prompt, Refusal, Settlement } from '../gateway/meter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { outcomeOf, type StoredRequest } from '../ledger/record.ts';
import type { Budget, StopResult } from '../protocol/api.ts';
import type { Alert } from '../protocol/state.ts';
import { Alerts } from './alerts.ts';
import { Budgets, type Crossing, type SpendKeys } from './budgets.ts';
import { type LiveMeter, LiveRequest } from './liveRequest.ts';
import { expectedUsage, type Previous, predictInput, worstUsage } from './prediction.ts';
import { Spending } from './spending.ts';
import { refusalOf, type Stop, Stops } from './stops.ts';
import { TaskTrees } from './taskTrees.ts';

export interface MeterOptions {
  readonly ledger: Ledger;
  readonly price: (p: Priceable) => Priced;
  readonly now: () => number;
  readonly calendar: (at: number) => { readonly day: string; readonly month: string };
  /** Our count and the provider's count of the same prompt, for whoever learns from the pair. */
  readonly countedBoth: (incoming: Incoming, prompt: Prompt, reported: number) => void;
  /** Something that windows show has changed. */
  readonly changed: (change: Change) => void;
}

export type Change =
  | { readonly kind: 'request'; readonly id: string; readonly task: string }
  | { readonly kind: 'task'; readonly task: string }
  | { readonly kind: 'other' };

/** Records older than this (ms) are history that is being read in: nobody is asked about a budget of then. */
const recent = 10 * 60_000;

/** The heart of the service: what passes the gateway and what sources saw becomes rows, budgets are held, tasks are stopped. */
export class Meter implements GatewayMeter, LiveMeter {
  readonly #options: MeterOptions;
  readonly #ledger: Ledger;
  readonly #live = new Set<LiveRequest>();
  readonly #previous = new Map<string, Previous>();
  readonly #trees: TaskTrees;
  readonly #budgets: Budgets;
  readonly #stops: Stops;
  readonly alerts = new Alerts();
  readonly spending: Spending;

  constructor(options: MeterOptions) {
    this.#options = options;
    this.#ledger = options.ledger;
    this.#trees = new TaskTrees((task) => this.#ledger.task(task)?.parent);
    this.#budgets = new Budgets({
      budgets: () => this.#ledger.budgets() as readonly Budget[],
      setBudget: (budget) => this.#ledger.setBudget(budget),
      raise: (id) => this.#ledger.raise(id),
      isRaised: (id) => this.#ledger.isRaised(id),
    });
    this.#stops = new Stops(this.#ledger);
    this.spending = new Spending({
      ledger: options.ledger,
      price: options.price,
      trees: this.#trees,
      live: this.#live,
      now: options.now,
      calendar: options.calendar,
    });
    this.#ledger.recoverOpen();
  }

  // ---- requests on their way

  get live(): ReadonlySet<LiveRequest> {
    return this.#live;
  }

  open(incoming: Incoming, prompt: Promise<Prompt>): Exchange {
    const request = new LiveRequest(incoming, prompt, this);
    this.#live.add(request);
    void prompt.then((read) => this.#hasRead(request, read));
    return request;
  }

  admit(request: LiveRequest): undefined | Promise<Refusal | undefined> {
    if (!this.#stops.any && !this.#budgets.anyStop) return undefined;
    return request.read.then(() => this.#verdict(request));
  }

  ticked(request: LiveRequest): void {
    if (!request.identity || request.storedCost === undefined) return;
    this.#options.changed({ kind: 'request', id: request.incoming.id, task: request.identity.task });
    this.#holdBudgets(request.identity);
  }

  settled(request: LiveRequest, result: Settlement): void {
    void request.read.then(() => {
      this.#live.delete(request);
      this.#storeSettled(request, result);
    });
  }

  #hasRead(request: LiveRequest, prompt: Prompt): void {
    request.prompt = prompt;
    const identity = prompt.problem && request.incoming.identity ? request.incoming.identity : prompt.identity;
    request.identity = honest(identity, request.incoming);
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
      expected: price(expectedUsage(request.predictedInput, previous)),
      worst: price(worstUsage(request.predictedInput, prompt.maxOutput)),
    };
    if (request.done) return;
    this.#take([request.observation(at, 'running', request.predictedInput, 'estimated')]);
    // Where a stop budget is in force, `admission` asks for the verdict before anything is sent.
    if (!this.#budgets.anyStop) this.#holdBudgets(request.identity);
  }

  #verdict(request: LiveRequest): Refusal | undefined {
    const identity = request.identity;
    if (!identity) return undefined;
    const root = this.#trees.rootOf(identity.task);
    // This request is not sent, so what it would have cost is not spent.
    const stop = this.#stops.get(root) ?? this.#stopByBudget(identity, request.storedCost ?? 0n);
    return stop && refusalOf(stop);
  }

  #storeSettled(request: LiveRequest, result: Settlement): void {
    const { usage, counted } = settledUsage(request, result);
    this.#take([request.observation(this.#options.now(), result.outcome, usage, counted, result)]);
    if (!request.identity) return;
    const { prompt } = request;
    if (counted === 'reported' && result.outcome === 'ok' && prompt && !prompt.problem) {
      this.#options.countedBoth(request.incoming, prompt, promptTokens(usage));
    }
    this.#holdBudgets(request.identity);
  }

  // ---- what sources saw

  /** Takes in sightings of any source. */
  observe(observations: readonly Observation[]): void {
    for (const { task, parent } of observations) this.#trees.learn(task, parent);
    this.#take(observations);
    const since = this.#options.now() - recent;
    const fresh = new Map<string, Observation>();
    for (const seen of observations) if (seen.at >= since) fresh.set(`${seen.task}\0${seen.run ?? ''}`, seen);
    for (const seen of fresh.values()) this.#holdBudgets(seen);
  }

  #take(observations: readonly (Observation | undefined)[]): void {
    const rows = this.#ledger.observe(observations.filter((one) => one !== undefined));
    this.spending.changed();
    for (const row of rows) this.#remember(row);
  }

  #remember(row: StoredRequest): void {
    const { seen } = row;
    if (seen.at < this.#options.now() - recent && outcomeOf(row) !== 'running') {
      // History that is being read in is not told row by row.
      this.#options.changed({ kind: 'other' });
      return;
    }
    this.#options.changed({ kind: 'request', id: row.id, task: seen.task });
    for (const request of this.#live) if (request.incoming.id === row.id) request.storedCost = row.cost;
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

  /** The user says who pays for an agent. */
  setBilling(agent: string, billing: Billing): void {
    this.#ledger.setBilling(agent, billing);
    this.spending.changed();
  }

  // ---- budgets

  get budgets(): readonly Budget[] {
    return this.#budgets.all;
  }

  setBudget(budget: Budget): void {
    const scope = budget.scope.startsWith('task:') ? `task:${this.#trees.rootOf(budget.scope.slice(5))}` : budget.scope;
    this.#budgets.set({ ...budget, scope });
    for (const { by, root } of this.#stops.all) {
      if (by === 'budget' && !this.#budgets.stopping(this.#lastKeysOf(root), this.spending.of(root))) this.#release(root);
    }
    for (const request of this.#live) if (request.identity) this.#holdBudgets(request.identity);
    this.#options.changed({ kind: 'other' });
  }

  /** How a task tree stands against its budgets. */
  standing(task: string, run: string | undefined): ReturnType<Budgets['standing']> {
    return this.#budgets.standing(this.spending.keysOf({ task, run }), this.spending.of(task));
  }

  /** The user lets a task go on although its budget is reached; a later, other limit asks again. */
  letRun(task: string): void {
    this.#budgets.letRun(this.#lastKeysOf(task), this.spending.of(task));
    this.alerts.dropTask(this.#trees.rootOf(task));
    this.#options.changed({ kind: 'task', task });
  }

  /** What a task's last run falls under. */
  #lastKeysOf(task: string): SpendKeys {
    return this.spending.keysOf({ task, run: this.#ledger.task(task)?.run?.id });
  }

  #holdBudgets(place: Pick<Identity, 'task' | 'run'>): void {
    if (!this.#budgets.any) return;
    const keys = this.spending.keysOf(place);
    const spent = this.spending.of(place.task);
    const stop = this.#stops.get(keys.root);
    for (const crossing of this.#budgets.newCrossings(keys, spent)) {
      if (stop && isAnswered(crossing, stop)) continue;
      this.alerts.add(alertOf(crossing, keys.root));
      this.#options.changed({ kind: 'task', task: place.task });
    }
    this.#stopByBudget(place);
  }

  #stopByBudget(place: Pick<Identity, 'task' | 'run'>, unsent: Pico = 0n): Stop | undefined {
    const keys = this.spending.keysOf(place);
    const already = this.#stops.get(keys.root);
    if (already) return already;
    if (!this.#budgets.anyStop) return undefined;
    const crossing = this.#budgets.stopping(keys, this.spending.of(place.task));
    if (!crossing) return undefined;
    const stop: Stop = {
      root: keys.root,
      at: this.#options.now(),
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
    return this.#stops.get(this.#trees.rootOf(task)) !== undefined;
  }

  /** Stops the whole tree a task belongs to: what streams is cut, what comes is refused. */
  stop(task: string): StopResult {
    const root = this.#trees.rootOf(task);
    const spent = this.spending.of(root).tree(root);
    const stop: Stop = this.#stops.get(root) ?? { root, at: this.#options.now(), by: 'user', spent };
    const cutRequests = this.#apply(stop);
    this.alerts.dropTask(root);
    return { task: root, state: 'stopped', cutRequests, usd: picoToUsd(spent) };
  }

  /** Lets a stopped tree go on; if a budget had stopped it, past the limit it had reached. */
  resume(task: string): StopResult {
    const root = this.#trees.rootOf(task);
    const stop = this.#stops.get(root);
    if (stop?.by === 'budget') this.letRun(root);
    this.#release(root);
    return { task: root, state: 'idle', cutRequests: 0, usd: picoToUsd(this.spending.of(root).tree(root)) };
  }

  #apply(stop: Stop): number {
    this.#stops.set(stop);
    const refusal = refusalOf(stop);
    let cut = 0;
    for (const request of this.#live) {
      if (request.identity && this.#trees.rootOf(request.identity.task) === stop.root && request.cutNow(refusal)) cut++;
    }
    this.#options.changed({ kind: 'task', task: stop.root });
    return cut;
  }

  #release(root: string): void {
    this.#stops.clear(root);
    this.alerts.dropTask(root);
    this.#options.changed({ kind: 'task', task: root });
  }
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
  if (result.usage && result.outcome === 'ok') return { usage: result.usage, counted: 'reported' };
  // A provider that answers with an error before anything else bills nothing.
  if (result.outcome === 'error' && result.status >= 400 && !request.answered) return { usage: noUsage, counted: 'reported' };
  return { usage: request.usageSoFar(), counted: 'estimated' };
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

function previousKey(task: string, model: string): string {
  return `${task}\0${model}`;
}
