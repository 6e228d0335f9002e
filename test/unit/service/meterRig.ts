import assert from 'node:assert/strict';
import type { Place, Priceable, Priced } from '../../../src/core/request.ts';
import { usage } from '../../../src/core/usage.ts';
import type { Exchange, Incoming, Prompt, Refusal } from '../../../src/gateway/meter.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { Meter } from '../../../src/service/meter.ts';

/** A dollar for a million tokens of any class: 1,000 tokens are $0.001. `priority` costs ten times that. Model `x` has no price. */
const price = ({ model, usage: all, counted, serviceTier }: Priceable): Priced => ({
  cost:
    model === 'x'
      ? null
      : BigInt(all.uncachedInput + all.cacheWrite30m + all.output) * (serviceTier === 'priority' ? 10_000_000n : 1_000_000n),
  basis: counted === 'reported' ? 'priced' : 'estimated',
});

/** Lets everything that was promised happen. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export interface Asked {
  readonly exchange: Exchange;
  readonly verdict: Promise<Refusal | undefined>;
}

interface Asking {
  readonly place?: Partial<Place>;
  readonly prompt?: Partial<Prompt>;
  readonly incoming?: Partial<Incoming>;
  /** When it is known whose it is. */
  readonly read?: Promise<void>;
}

/** A meter and its ledger without anything around them, on a clock of the test. It begins a minute before midnight. */
export class MeterRig {
  now = Date.UTC(2026, 10, 25, 23, 59);
  readonly ledger: Ledger;
  meter: Meter;
  /** Something is to go wrong in this test. */
  isInTrouble = false;
  #opened = 0;

  constructor() {
    this.ledger = Ledger.open(':memory:', { price, now: () => this.now, zone: 'UTC' });
    this.meter = this.#start();
  }

  restart(): void {
    this.meter.dispose();
    this.meter = this.#start();
  }

  dispose(): void {
    this.meter.dispose();
    this.ledger.close();
  }

  /** A request of 1,000 tokens with an answer that can be cut. */
  open(task: string, { place, prompt, incoming, read }: Asking = {}): Asked {
    const identity: Place = { agent: 'claude-code', task: `claude-code:${task}`, ...place };
    const told: Prompt = {
      model: 'm',
      stream: true,
      kind: 'work',
      tokens: 1_000,
      counted: 'exact',
      plusMinus: 0,
      body: { hiddenOutput: false },
      identity,
      ...prompt,
    };
    const exchange = this.meter.open(
      {
        id: `rq_${this.#opened++}`,
        at: this.now,
        protocol: 'anthropic',
        upstream: 'p',
        path: '/v1/messages',
        isReadable: true,
        headers: {},
        billing: 'metered',
        identity: read ? undefined : identity,
        ...incoming,
      },
      Promise.resolve(read).then(() => told),
    );
    return { exchange, verdict: Promise.resolve(exchange.admission()) };
  }

  /** It ends well and costs $0.001 in all. */
  async end({ exchange }: Asked): Promise<void> {
    exchange.settle({ outcome: 'ok', usage: usage({ uncachedInput: 900, output: 100 }), outputTokens: 100, status: 200 });
    await turn();
  }

  /** One that goes and costs $0.001 in all. */
  async whole(task: string, asking?: Asking): Promise<void> {
    const asked = this.open(task, asking);
    assert.equal(await asked.verdict, undefined);
    await this.end(asked);
  }

  /** The verdict on a request that is refused. */
  async refused(task: string, asking?: Asking): Promise<string> {
    const { exchange, verdict } = this.open(task, asking);
    const refusal = await verdict;
    assert.ok(refusal, 'it was let go');
    exchange.settle({ outcome: 'refused', outputTokens: 0, status: 402 });
    await turn();
    return refusal.message;
  }

  #start(): Meter {
    return new Meter({
      ledger: this.ledger,
      price,
      now: () => this.now,
      calendar: (at) => {
        const text = new Date(at).toISOString();
        return { day: text.slice(0, 10), month: text.slice(0, 7) };
      },
      countedBoth: () => {},
      changed: () => {},
      maxOutput: () => undefined,
      runaway: () => 'off',
      openingMark: (prompt) => prompt,
      modes: () => ({}),
      problem: (what, error) => {
        if (!this.isInTrouble) assert.fail(`${what}: ${String(error)}`);
      },
    });
  }
}
