import type { Pico } from '../core/money.ts';
import type { Billing, Priceable, Priced } from '../core/request.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SpendKeys, Spent } from './budgets.ts';
import type { LiveRequest } from './liveRequest.ts';
import type { TaskTrees } from './taskTrees.ts';

export interface SpendingParts {
  readonly ledger: Ledger;
  readonly price: (p: Priceable) => Priced;
  readonly trees: TaskTrees;
  readonly live: ReadonlySet<LiveRequest>;
  readonly now: () => number;
  readonly calendar: (at: number) => { readonly day: string; readonly month: string };
}

/** A USD budget is about real dollars; until someone has said that a subscription covers it, it may be real. */
const budgeted: readonly Billing[] = ['metered', 'unknown'];

/** What has been spent as budgets see it: the ledger's sums, and what is on its way at what it has come to. */
export class Spending {
  readonly #parts: SpendingParts;
  /** Sums of the ledger since it last changed: an answer that streams asks for them at every piece. */
  readonly #sums = new Map<string, Pico>();

  constructor(parts: SpendingParts) {
    this.#parts = parts;
  }

  /** The ledger, or an answer of the user's that it sums by, has changed. */
  changed(): void {
    this.#sums.clear();
  }

  keysOf({ task, run }: { readonly task: string; readonly run?: string | undefined }): SpendKeys {
    const { trees, calendar, now } = this.#parts;
    const root = trees.rootOf(task);
    return { run: run ?? root, root, ...calendar(now()) };
  }

  of(task: string): Spent {
    const { ledger, trees } = this.#parts;
    const { root, day, month } = this.keysOf({ task });
    const inTree = ({ identity }: LiveRequest): boolean => identity !== undefined && trees.rootOf(identity.task) === root;
    const inTotals = ({ incoming }: LiveRequest): boolean => incoming.upstream !== 'sample';
    const tree = (): Pico =>
      this.#stored(`tree ${root}`, () => ledger.spent({ kind: 'task', task: root }, budgeted)) + this.#running(inTree);
    return {
      tree,
      run: (run) =>
        run === root
          ? tree()
          : this.#stored(`run ${root} ${run}`, () => ledger.spent({ kind: 'run', task: root, run }, budgeted)) +
            this.#running((request) => inTree(request) && request.identity?.run === run),
      day: () => this.#stored(`day ${day}`, () => ledger.spent({ kind: 'day' }, budgeted)) + this.#running(inTotals),
      month: () => this.#stored(`month ${month}`, () => ledger.spent({ kind: 'month' }, budgeted)) + this.#running(inTotals),
    };
  }

  /** What a running request costs beyond what the ledger has of it. */
  extraOf(request: LiveRequest): Pico {
    return request.storedCost === null ? 0n : this.costOf(request) - (request.storedCost ?? 0n);
  }

  /** What a running request has come to. */
  costOf(request: LiveRequest): Pico {
    if (!request.prompt) return 0n;
    const { cost } = this.#parts.price({
      provider: request.provider,
      model: request.model,
      usage: request.usageSoFar(),
      counted: 'estimated',
      at: request.incoming.at,
    });
    return cost ?? 0n;
  }

  /** Who pays for a request: its login tells, or else the user's answer about its agent. */
  billingOf({ incoming, identity }: LiveRequest): Billing {
    if (incoming.upstream === 'sample') return 'metered';
    if (incoming.billing !== 'unknown' || !identity) return incoming.billing;
    return this.#parts.ledger.billingAnswers().get(identity.agent) ?? 'unknown';
  }

  #running(fits: (request: LiveRequest) => boolean): Pico {
    let sum = 0n;
    for (const request of this.#parts.live) {
      if (fits(request) && budgeted.includes(this.billingOf(request))) sum += this.extraOf(request);
    }
    return sum;
  }

  #stored(name: string, ask: () => Pico): Pico {
    let sum = this.#sums.get(name);
    if (sum === undefined) {
      sum = ask();
      this.#sums.set(name, sum);
    }
    return sum;
  }
}
