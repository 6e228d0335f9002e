import assert from 'node:assert/strict';
import fc from 'fast-check';
import { usdToPico } from '../../../src/core/money.ts';
import type { Place, Priceable, Priced } from '../../../src/core/request.ts';
import { type Usage, usage } from '../../../src/core/usage.ts';
import type { Exchange, Prompt, Refusal } from '../../../src/gateway/meter.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { Meter } from '../../../src/service/meter.ts';

/**
 * Random schedules of parallel requests against the real meter and a real ledger: no socket, no clock, every step chosen at random. What the provider bills is kept
 * by the test itself; the meter sees of it what a gateway sees.
 */

/** USD per million tokens: 3 in, 3.75 written, 0.3 read, 15 out. */
const rates: readonly (readonly [keyof Usage, bigint])[] = [
  ['uncachedInput', 3_000_000n],
  ['cacheWrite5m', 3_750_000n],
  ['cacheRead', 300_000n],
  ['output', 15_000_000n],
];
const costOf = (all: Usage): bigint => rates.reduce((sum, [name, rate]) => sum + BigInt(all[name]) * rate, 0n);
const price = ({ usage: all, counted }: Priceable): Priced => ({
  cost: costOf(all) + BigInt(all.cacheWrite30m + all.cacheWrite1h) * 3_000_000n,
  basis: counted === 'reported' ? 'priced' : 'estimated',
});

/** Output tokens that one event brings at most. */
const eventTokens = 20;

interface Plan {
  readonly task: number;
  readonly prompt: number;
  readonly output: number;
  readonly streams: boolean;
  /** Part of the prompt that the provider finds in its cache, and whether it writes the rest. */
  readonly cached: number;
  readonly writes: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  task: fc.nat(3),
  prompt: fc.integer({ min: 1, max: 4_000 }),
  output: fc.integer({ min: 1, max: 3_000 }),
  streams: fc.boolean(),
  cached: fc.double({ min: 0, max: 1, noNaN: true }),
  writes: fc.boolean(),
});

/** One request as its provider and its agent live it. */
class Run {
  readonly exchange: Exchange;
  readonly plan: Plan;
  readonly admission: Promise<Refusal | undefined>;
  state: 'asking' | 'streaming' | 'over' = 'asking';
  told = false;
  out = 0;

  constructor(meter: Meter, id: string, plan: Plan) {
    this.plan = plan;
    const identity: Place = { agent: 'claude-code', task: `claude-code:t/${plan.task}`, parent: 'claude-code:t' };
    const prompt: Prompt = {
      model: 'm',
      stream: plan.streams,
      maxOutput: 3_000,
      kind: 'work',
      tokens: plan.prompt,
      counted: 'exact',
      plusMinus: 0,
      body: { hiddenOutput: false, ...(plan.writes ? { cacheWrite: '5m' } : {}) },
      identity,
    };
    this.exchange = meter.open(
      {
        id,
        at: 0,
        protocol: 'anthropic',
        upstream: 'p',
        path: '/v1/messages',
        isReadable: true,
        headers: {},
        billing: 'metered',
        identity,
      },
      Promise.resolve(prompt),
    );
    this.admission = Promise.resolve(this.exchange.admission());
    void this.admission.then((refusal) => {
      if (this.state !== 'asking') return;
      if (!refusal) this.state = 'streaming';
      else this.#settle('refused', undefined);
    });
  }

  /** What the provider bills for it so far: the whole prompt as soon as it was sent, and what it has written. */
  get billed(): bigint {
    return this.told || this.state === 'streaming' ? costOf(this.#usage()) : 0n;
  }

  /** The next thing that happens to it. */
  step(): void {
    if (this.state !== 'streaming') return;
    this.told = true;
    if (this.exchange.cut.aborted) {
      this.#settle('cut', undefined);
      return;
    }
    const { output, streams } = this.plan;
    this.out = streams ? Math.min(output, this.out + eventTokens) : output;
    if (streams) this.exchange.progress({ usage: { ...this.#usage(), output: 0 }, outputTokens: this.out });
    // The cut is heard after the event that led to it.
    if (this.exchange.cut.aborted) this.#settle('cut', undefined);
    else if (this.out === output) this.#settle('ok', this.#usage());
  }

  #usage(): Usage {
    const { prompt, cached, writes } = this.plan;
    const read = Math.floor(prompt * cached);
    return usage({ cacheRead: read, [writes ? 'cacheWrite5m' : 'uncachedInput']: prompt - read, output: this.out });
  }

  #settle(outcome: 'ok' | 'cut' | 'refused', final: Usage | undefined): void {
    this.state = 'over';
    this.exchange.settle({ outcome, ...(final ? { usage: final } : {}), outputTokens: this.out, status: 200 });
  }
}

/** Lets everything that was promised happen. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What was billed in the end. `forgetful`: what is set aside for a request is forgotten as soon as it was let go. */
async function play(plans: readonly Plan[], limit: string, order: () => number, forgetful = false): Promise<bigint> {
  const ledger = Ledger.open(':memory:', { price, now: () => 0, zone: 'UTC' });
  const meter = new Meter({
    ledger,
    price,
    now: () => 0,
    calendar: () => ({ day: 'd', month: 'm' }),
    countedBoth: () => {},
    changed: () => {},
    maxOutput: () => undefined,
    runaway: () => 'off',
    openingMark: (prompt) => prompt,
    modes: () => ({}),
    problem: (what, error) => assert.fail(`${what}: ${String(error)}`),
  });
  meter.control.setBudget({ scope: 'task', usd: limit, action: 'stop' });
  const waiting = [...plans];
  const runs: Run[] = [];
  for (let moves = 0; moves < 20_000; moves++) {
    const open = runs.filter(({ state }) => state === 'streaming');
    const next = waiting.length > 0 && (open.length === 0 || order() < 0.3) ? waiting.shift() : undefined;
    if (next) runs.push(new Run(meter, `rq_${runs.length}`, next));
    else if (open.length === 0) break;
    else open[Math.floor(order() * open.length)]?.step();
    await turn();
    if (forgetful) for (const request of meter.live) request.reserve = undefined;
  }
  assert.ok(
    runs.every(({ state }) => state === 'over'),
    'every request came to an end',
  );
  const spent = runs.reduce((sum, run) => sum + run.billed, 0n);
  meter.dispose();
  ledger.close();
  return spent;
}

/** Fast and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The promise: one per cent of the budget or 50 tokens of output, whichever is more. Pico-dollars. */
function allowed(limit: bigint): bigint {
  const tokens = 50n * 15_000_000n;
  return limit / 100n > tokens ? limit / 100n : tokens;
}

describe('a hard cap over random schedules of parallel requests', function () {
  this.timeout(900_000);
  const schedules = Number(process.env.SPEND_METER_SCHEDULES ?? 400);
  const schedule = [fc.array(plan, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 120 }), fc.nat()] as const;
  const usd = (thousandths: number): string => `0.${String(thousandths).padStart(3, '0')}`;

  it(`is passed by no more than was promised in any of ${schedules}`, async () => {
    await fc.assert(
      fc.asyncProperty(...schedule, async (plans, thousandths, seed) => {
        const limit = usdToPico(usd(thousandths));
        const over = (await play(plans, usd(thousandths), randomFrom(seed))) - limit;
        assert.ok(over <= allowed(limit), `passed by ${over} of ${limit}`);
      }),
      { numRuns: schedules },
    );
  });

  it('is passed by more than that where nothing is set aside for what is on its way', async () => {
    const found = await fc.check(
      fc.asyncProperty(...schedule, async (plans, thousandths, seed) => {
        const limit = usdToPico(usd(thousandths));
        return (await play(plans, usd(thousandths), randomFrom(seed), true)) - limit <= allowed(limit);
      }),
      { numRuns: 400, endOnFailure: true },
    );
    assert.ok(found.failed);
  });
});
