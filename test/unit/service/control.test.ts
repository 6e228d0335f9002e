import assert from 'node:assert/strict';
import type { Place, Priceable, Priced } from '../../../src/core/request.ts';
import { usage } from '../../../src/core/usage.ts';
import type { Exchange, Prompt, Refusal } from '../../../src/gateway/meter.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { Meter } from '../../../src/service/meter.ts';

/** A dollar for a million tokens of any class: 1,000 tokens are $0.001. Model `x` has no price. */
const price = ({ model, usage: all, counted }: Priceable): Priced => ({
  cost: model === 'x' ? null : BigInt(all.uncachedInput + all.cacheWrite30m + all.output) * 1_000_000n,
  basis: counted === 'reported' ? 'priced' : 'estimated',
});

/** Lets everything that was promised happen. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what is held and stopped, on a clock of the test', () => {
  const day = 24 * 60 * 60_000;
  let now: number;
  let ledger: Ledger;
  let meter: Meter;
  let opened: number;

  const start = (): Meter =>
    new Meter({
      ledger,
      price,
      now: () => now,
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
      problem: (what, error) => assert.fail(`${what}: ${String(error)}`),
    });

  beforeEach(() => {
    now = Date.UTC(2026, 10, 25, 23, 59);
    opened = 0;
    ledger = Ledger.open(':memory:', { price, now: () => now, zone: 'UTC' });
    meter = start();
  });

  afterEach(() => {
    meter.dispose();
    ledger.close();
  });

  /** A request of 1,000 tokens with an answer that can be cut. */
  function open(
    task: string,
    read?: Promise<void>,
    opening?: string,
  ): { exchange: Exchange; verdict: Promise<Refusal | undefined> } {
    const identity: Place = { agent: 'claude-code', task: `claude-code:${task}` };
    const prompt: Prompt = {
      model: 'm',
      stream: true,
      kind: 'work',
      tokens: 1_000,
      counted: 'exact',
      plusMinus: 0,
      body: { hiddenOutput: false },
      identity,
      ...(opening === undefined ? {} : { opening }),
    };
    const incoming = { id: `rq_${opened++}`, at: now, protocol: 'anthropic', upstream: 'p', path: '/v1/messages' } as const;
    const exchange = meter.open(
      { ...incoming, headers: {}, billing: 'metered', identity: read ? undefined : identity },
      Promise.resolve(read).then(() => prompt),
    );
    return { exchange, verdict: Promise.resolve(exchange.admission()) };
  }

  /** One that goes and costs $0.001 in all. */
  async function whole(task: string): Promise<void> {
    const { exchange, verdict } = open(task);
    assert.equal(await verdict, undefined);
    exchange.settle({ outcome: 'ok', usage: usage({ uncachedInput: 900, output: 100 }), outputTokens: 100, status: 200 });
    await turn();
  }

  /** The verdict on a request that is refused. */
  async function refused(task: string): Promise<string> {
    const { exchange, verdict } = open(task);
    const refusal = await verdict;
    assert.ok(refusal, 'it was let go');
    exchange.settle({ outcome: 'refused', outputTokens: 0, status: 402 });
    await turn();
    return refusal.message;
  }

  it('cuts a request that was on its way before anyone knew whose it is, when that task was stopped meanwhile', async () => {
    await whole('a');
    let read: (() => void) | undefined;
    const { exchange, verdict } = open('a', new Promise<void>((resolve) => (read = resolve)));
    assert.equal(await verdict, undefined);
    meter.control.killSwitch.stop('claude-code:a');
    assert.equal(exchange.cut.aborted, false);
    read?.();
    await turn();
    assert.equal(exchange.cut.aborted, true);
    exchange.settle({ outcome: 'cut', outputTokens: 0, status: 200 });
    await turn();
  });

  it('hangs a conversation that names no parent below the task that gave it its prompt, but none that ran before', async () => {
    const parentOf = (task: string): string | undefined => ledger.task(`claude-code:${task}`)?.parent;
    open('~old', undefined, 'Fix the failing tests');
    await turn();
    const { exchange } = open('~parent', undefined, 'Let others look');
    await turn();
    const prompts = ['Fix the failing tests', 'Look at the files'];
    exchange.called(prompts.map((prompt) => ({ tool: 'task', input: { prompt } })));
    for (const [task, prompt] of [
      ['~old', 'Fix the failing tests'],
      ['~sub', 'Look at the files'],
    ] as const)
      open(task, undefined, prompt);
    await turn();
    assert.deepEqual([parentOf('~old'), parentOf('~sub')], [undefined, 'claude-code:~parent']);
    meter.control.killSwitch.stop('claude-code:~parent');
    assert.ok(meter.control.killSwitch.of('claude-code:~sub'));
    assert.equal(meter.control.killSwitch.of('claude-code:~old'), undefined);
  });

  it('tells once for a task and model that a limit in USD cannot hold where there is no price', () => {
    const told = () => meter.control.alerts.all.map((alert) => ('model' in alert ? [alert.kind, alert.task, alert.model] : []));
    let n = 0;
    const spend = (task: string, model: string, billing: 'metered' | 'plan' = 'metered'): void =>
      meter.observe([
        {
          source: 'sessions',
          keys: [`k:${n++}`],
          at: now,
          agent: 'claude-code',
          task: `claude-code:${task}`,
          kind: 'work',
          provider: 'p',
          model,
          usage: usage({ uncachedInput: 10 }),
          counted: 'reported',
          billing,
          outcome: 'ok',
        },
      ]);
    spend('a', 'x');
    meter.control.setBudget({ scope: 'task', tokens: 1_000_000, action: 'stop' });
    spend('a', 'x');
    assert.deepEqual(told(), []);
    meter.control.setBudget({ scope: 'day', usd: '5', action: 'stop' });
    spend('a', 'm');
    spend('a', 'x', 'plan');
    assert.deepEqual(told(), []);
    spend('a', 'x');
    spend('a', 'x');
    spend('b', 'x');
    assert.deepEqual(told(), [
      ['unpriced', 'claude-code:a', 'x'],
      ['unpriced', 'claude-code:b', 'x'],
    ]);
  });

  it('counts what runs past midnight in the day in which it began, and in no other', async () => {
    meter.control.setBudget({ scope: 'day', usd: '1', action: 'stop' });
    const { exchange, verdict } = open('a');
    assert.equal(await verdict, undefined);
    const spent = (): string | undefined => meter.control.limits('claude-code:a')[0]?.spent;
    assert.equal(spent(), '0.001');
    now += 2 * 60_000;
    exchange.progress({ outputTokens: 150 });
    assert.equal(spent(), '0');
    exchange.settle({ outcome: 'ok', usage: usage({ uncachedInput: 900, output: 200 }), outputTokens: 200, status: 200 });
    await turn();
    assert.equal(spent(), '0');
  });

  it('frees what the budget of a day has stopped when the day is over, also after a restart, and nothing else', async () => {
    meter.control.setBudget({ scope: 'day', usd: '0.0015', action: 'stop' });
    await whole('a');
    assert.match(await refused('a'), /today's budget/);
    meter.control.killSwitch.stop('claude-code:b');
    meter.dispose();
    meter = start();
    assert.match(await refused('a'), /today's budget/);
    now += day;
    await whole('a');
    assert.match(await refused('b'), /you stopped this task/);
    const [newest] = meter.control.audit.list(1);
    assert.deepEqual([newest?.what, newest?.by, newest?.task], ['resumed', 'budget', 'claude-code:a']);
  });

  it('frees it for the windows without a request, too', async () => {
    meter.control.setBudget({ scope: 'month', usd: '0.0015', action: 'stop' });
    await whole('a');
    await refused('a');
    now += day;
    meter.control.killSwitch.look();
    assert.ok(meter.control.killSwitch.of('claude-code:a'), 'the month goes on');
    now += 10 * day;
    meter.control.killSwitch.look();
    assert.equal(meter.control.killSwitch.of('claude-code:a'), undefined);
    assert.deepEqual(ledger.stops(), []);
  });

  it('keeps the hard cap of the month when a task is let run past its own budget', async () => {
    meter.control.setBudget({ scope: 'task', usd: '0.0005', action: 'ask' });
    meter.control.setBudget({ scope: 'month', usd: '0.0025', action: 'stop' });
    const { exchange, verdict } = open('a');
    await turn();
    meter.control.letRun('claude-code:a');
    assert.equal(await verdict, undefined);
    exchange.settle({ outcome: 'ok', usage: usage({ uncachedInput: 900, output: 100 }), outputTokens: 100, status: 200 });
    await turn();
    await whole('a');
    assert.match(await refused('a'), /this month's budget/);
  });

  it('resumes one task past the budget of the day, and no other', async () => {
    meter.control.setBudget({ scope: 'day', usd: '0.0015', action: 'stop' });
    await whole('a');
    await refused('a');
    meter.control.resume('claude-code:a');
    await whole('a');
    assert.match(await refused('b'), /today's budget/);
  });

  it('resumes a task past the limit that had stopped it, not past another of the same amount', async () => {
    meter.control.setBudget({ scope: 'task', usd: '0.0015', action: 'stop' });
    meter.control.setBudget({ scope: 'month', usd: '0.0015', action: 'stop' });
    await whole('a');
    assert.match(await refused('a'), /this task's budget/);
    meter.control.resume('claude-code:a');
    assert.match(await refused('a'), /this month's budget/);
  });
});
