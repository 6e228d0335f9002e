import { type BudgetLimit, fitsOnly, onlyText } from '../core/budget.ts';
import type { Pico } from '../core/money.ts';
import type { Billing, Place, Priceable, Priced } from '../core/request.ts';
import { promptTokens, type Usage } from '../core/usage.ts';
import type { Ledger, SpentScope } from '../ledger/ledger.ts';
import type { SpendKeys } from './control/budgets.ts';
import { inputOf, stillReserved } from './control/reserve.ts';
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

/** Who spends: a task's place, and the one request it is about where it is about one. */
export type Spender = Pick<Place, 'agent' | 'task' | 'run' | 'mode' | 'workspace'> & {
  readonly request?: LiveRequest | undefined;
};

/** A USD budget is about real dollars; until someone has said that a subscription covers it, it may be real. */
const realMoney: readonly Billing[] = ['metered', 'unknown'];
const anyMoney: readonly Billing[] = ['metered', 'plan', 'unknown'];

const nothing = { usd: 0n, tokens: 0n };

/** What has been spent as budgets see it: the ledger's sums, and what is on its way at what it has come to. */
export class Spending {
  readonly #parts: SpendingParts;
  /** Sums of the ledger since it last changed: an answer that streams asks for them at every piece. */
  readonly #sums = new Map<string, bigint>();

  constructor(parts: SpendingParts) {
    this.#parts = parts;
  }

  /** The ledger, or an answer of the user's that it sums by, has changed. */
  changed(): void {
    this.#sums.clear();
  }

  keysOf({ agent, task, run, mode, workspace, request }: Spender): SpendKeys {
    const { trees, calendar, now } = this.#parts;
    const root = trees.rootOf(task);
    // One that runs past midnight is the day's in which it was sent; one that waits would be the present one's.
    const at = !request || request.waits ? now() : request.at;
    return {
      agent,
      mode: mode?.kind,
      workspace,
      request: request?.incoming.id,
      run: run ?? root,
      root,
      ...calendar(at),
    };
  }

  /** How much of a limit is spent: pico-dollars or tokens, as its unit is. */
  spentOn(limit: BudgetLimit): bigint {
    return this.#stored(limit) + this.#sum(limit, (request) => this.#beyondStored(request, limit));
  }

  /** What a task tree has cost in real money. */
  tree(root: string): Pico {
    const { ledger, live, trees } = this.#parts;
    let sum = ledger.spent({ kind: 'task', task: root }, realMoney);
    for (const request of live) {
      const isIn = request.identity && trees.rootOf(request.identity.task) === root;
      if (isIn && realMoney.includes(this.billingOf(request))) sum += this.extraOf(request);
    }
    return sum;
  }

  /** Other requests on their way, and what they may still come to before they can be stopped. `mayCostLess`: of some it is not told yet what their prompt costs. */
  reservedOn(
    limit: BudgetLimit,
    but: LiveRequest,
  ): { readonly amount: bigint; readonly requests: number; readonly mayCostLess: boolean } {
    let requests = 0;
    let mayCostLess = false;
    const amount = this.#sum(limit, (request) => {
      const { reserve } = request;
      if (request === but || request.waits) return 0n;
      requests++;
      if (!request.inputIsTold) mayCostLess = true;
      if (!reserve || request.done) return 0n;
      return stillReserved(reserve, limit.unit, this.#inParts(request, limit.unit));
    });
    return { amount, requests, mayCostLess };
  }

  /** What requests on their way will come to whatever is done now: prompts whose price is not told yet, and answers that cannot be cut. */
  committedOn(limit: BudgetLimit): bigint {
    return this.#sum(limit, (request) => {
      const { reserve } = request;
      if (request.waits || request.done || !reserve) return 0n;
      return stillReserved(
        { ...reserve, output: reserve.canBeCut ? nothing : reserve.output },
        limit.unit,
        this.#inParts(request, limit.unit),
      );
    });
  }

  #inParts(request: LiveRequest, unit: BudgetLimit['unit']): Parameters<typeof stillReserved>[2] {
    const whole = this.soFar(request, unit);
    const input = this.#amountOf(request, inputOf(request.usageSoFar()), unit);
    return { input, output: whole - input, inputIsTold: request.inputIsTold };
  }

  /** Whether a request counts for a limit: a plan's value is not real money. */
  counts(limit: BudgetLimit, request: LiveRequest): boolean {
    return limit.unit === 'tokens' || limit.plan || realMoney.includes(this.billingOf(request));
  }

  /** What one request has come to. */
  soFar(request: LiveRequest, unit: BudgetLimit['unit']): bigint {
    return request.prompt ? this.#amountOf(request, request.usageSoFar(), unit) : 0n;
  }

  /** What a running request costs beyond what the ledger has of it: less than nothing where it waits to be let go. */
  extraOf(request: LiveRequest): Pico {
    if (request.stored?.cost === null) return 0n;
    return (request.waits ? 0n : this.costOf(request)) - (request.stored?.cost ?? 0n);
  }

  /** What a running request has come to. */
  costOf(request: LiveRequest): Pico {
    return this.soFar(request, 'usd');
  }

  /** Who pays for a request: its login tells, or else the user's answer about its agent. */
  billingOf({ incoming, identity }: LiveRequest): Billing {
    if (incoming.upstream === 'sample') return 'metered';
    if (incoming.billing !== 'unknown' || !identity) return incoming.billing;
    return this.#parts.ledger.billingAnswers().get(identity.agent) ?? 'unknown';
  }

  #amountOf({ provider, model, at, terms }: LiveRequest, usage: Usage, unit: BudgetLimit['unit']): bigint {
    if (unit === 'tokens') return tokensOf(usage);
    const asked = { provider, model, usage, counted: 'estimated', at } as const;
    const { price } = this.#parts;
    // Where its terms have no price, the usual one is the least that it costs.
    return price({ ...asked, ...terms }).cost ?? price(asked).cost ?? 0n;
  }

  /** What waits to be let go has a row with what it is expected to cost, and costs nothing so far. */
  #beyondStored(request: LiveRequest, limit: BudgetLimit): bigint {
    const soFar = request.waits ? 0n : this.soFar(request, limit.unit);
    if (limit.scope === 'request') return soFar;
    return soFar - this.#storedOf(request, limit.unit);
  }

  #storedOf({ stored }: LiveRequest, unit: BudgetLimit['unit']): bigint {
    if (unit === 'usd') return stored?.cost ?? 0n;
    return stored === undefined ? 0n : tokensOf(stored.seen.usage);
  }

  #sum(limit: BudgetLimit, of: (request: LiveRequest) => bigint): bigint {
    let sum = 0n;
    for (const request of this.#parts.live) {
      if (this.isIn(limit, request) && this.counts(limit, request)) sum += of(request);
    }
    return sum;
  }

  /** Whether a request on its way is one of those that a limit is for. */
  isIn({ scope, key, root, only }: BudgetLimit, request: LiveRequest): boolean {
    const { identity, incoming } = request;
    if (!identity) return false;
    switch (scope) {
      case 'request':
        return incoming.id === key;
      case 'run':
        return this.#parts.trees.rootOf(identity.task) === root && (key === root || identity.run === key);
      case 'task':
        return this.#parts.trees.rootOf(identity.task) === root;
      case 'day':
      case 'month':
        if (incoming.upstream === 'sample' || this.#parts.calendar(request.at)[scope] !== key) return false;
        return fitsOnly(only, { ...identity, mode: identity.mode?.kind });
    }
  }

  #stored(limit: BudgetLimit): bigint {
    if (limit.scope === 'request') return 0n;
    const name = [limit.scope, limit.root, limit.key, onlyText(limit.only), limit.unit, limit.plan].join(' ');
    let sum = this.#sums.get(name);
    if (sum === undefined) {
      const { ledger } = this.#parts;
      const scope = this.#ledgerScope(limit);
      sum = limit.unit === 'tokens' ? BigInt(ledger.spentTokens(scope)) : ledger.spent(scope, limit.plan ? anyMoney : realMoney);
      this.#sums.set(name, sum);
    }
    return sum;
  }

  #ledgerScope({ scope, key, root, only }: BudgetLimit): SpentScope {
    switch (scope) {
      case 'day':
      case 'month':
        return { kind: scope, key, only };
      case 'run':
        // A task that tells no runs apart is one run.
        return key === root ? { kind: 'task', task: root } : { kind: 'run', task: root, run: key };
      default:
        return { kind: 'task', task: root };
    }
  }
}

function tokensOf(usage: Usage): bigint {
  return BigInt(promptTokens(usage) + usage.output);
}
