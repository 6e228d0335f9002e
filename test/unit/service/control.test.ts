import assert from 'node:assert/strict';
import { usage } from '../../../src/core/usage.ts';
import { MeterRig, turn } from './meterRig.ts';

describe('what is held and stopped, on a clock of the test', () => {
  const day = 24 * 60 * 60_000;
  let rig: MeterRig;

  beforeEach(() => {
    rig = new MeterRig();
  });

  afterEach(() => rig.dispose());

  it('cuts a request that was on its way before anyone knew whose it is, when that task was stopped meanwhile', async () => {
    await rig.whole('a');
    let read: (() => void) | undefined;
    const { exchange, verdict } = rig.open('a', { read: new Promise<void>((resolve) => (read = resolve)) });
    assert.equal(await verdict, undefined);
    rig.meter.control.killSwitch.stop('claude-code:a');
    assert.equal(exchange.cut.aborted, false);
    read?.();
    await turn();
    assert.equal(exchange.cut.aborted, true);
    exchange.settle({ outcome: 'cut', outputTokens: 0, status: 200 });
    await turn();
  });

  it('hangs a conversation that names no parent below the task that gave it its prompt, but none that ran before', async () => {
    const parentOf = (task: string): string | undefined => rig.ledger.task(`claude-code:${task}`)?.parent;
    rig.open('~old', { prompt: { opening: 'Fix the failing tests' } });
    await turn();
    const { exchange } = rig.open('~parent', { prompt: { opening: 'Let others look' } });
    await turn();
    const prompts = ['Fix the failing tests', 'Look at the files'];
    exchange.called(prompts.map((prompt) => ({ tool: 'task', input: { prompt } })));
    for (const [task, prompt] of [
      ['~old', 'Fix the failing tests'],
      ['~sub', 'Look at the files'],
    ] as const)
      rig.open(task, { prompt: { opening: prompt } });
    await turn();
    assert.deepEqual([parentOf('~old'), parentOf('~sub')], [undefined, 'claude-code:~parent']);
    rig.meter.control.killSwitch.stop('claude-code:~parent');
    assert.ok(rig.meter.control.killSwitch.of('claude-code:~sub'));
    assert.equal(rig.meter.control.killSwitch.of('claude-code:~old'), undefined);
  });

  it('tells once for a task and model that a limit in USD cannot hold where there is no price', () => {
    const told = () =>
      rig.meter.control.alerts.all.map((alert) => ('model' in alert ? [alert.kind, alert.task, alert.model] : []));
    let n = 0;
    const spend = (task: string, model: string, billing: 'metered' | 'plan' = 'metered'): void =>
      rig.meter.observe([
        {
          source: 'sessions',
          keys: [`k:${n++}`],
          at: rig.now,
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
    rig.meter.control.setBudget({ scope: 'task', tokens: 1_000_000, action: 'stop' });
    spend('a', 'x');
    assert.deepEqual(told(), []);
    rig.meter.control.setBudget({ scope: 'day', usd: '5', action: 'stop' });
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
    rig.meter.control.setBudget({ scope: 'day', usd: '1', action: 'stop' });
    const { exchange, verdict } = rig.open('a');
    assert.equal(await verdict, undefined);
    const spent = (): string | undefined => rig.meter.control.limits('claude-code:a')[0]?.spent;
    assert.equal(spent(), '0.001');
    rig.now += 2 * 60_000;
    exchange.progress({ outputTokens: 150 });
    assert.equal(spent(), '0');
    exchange.settle({ outcome: 'ok', usage: usage({ uncachedInput: 900, output: 200 }), outputTokens: 200, status: 200 });
    await turn();
    assert.equal(spent(), '0');
  });

  it('frees what the budget of a day has stopped when the day is over, also after a restart, and nothing else', async () => {
    rig.meter.control.setBudget({ scope: 'day', usd: '0.0015', action: 'stop' });
    await rig.whole('a');
    assert.match(await rig.refused('a'), /today's budget/);
    rig.meter.control.killSwitch.stop('claude-code:b');
    rig.restart();
    assert.match(await rig.refused('a'), /today's budget/);
    rig.now += day;
    await rig.whole('a');
    assert.match(await rig.refused('b'), /you stopped this task/);
    const [newest] = rig.meter.control.audit.list(1);
    assert.deepEqual([newest?.what, newest?.by, newest?.task], ['resumed', 'budget', 'claude-code:a']);
  });

  it('refuses what passes the gateway, and has windows tell an agent whose newest request does not', async () => {
    const told = (id: string, more: object = {}): void =>
      rig.meter.observe([
        {
          source: 'sessions',
          keys: [id],
          at: rig.now,
          agent: 'claude-code',
          task: 'claude-code:a',
          kind: 'work',
          provider: 'p',
          model: 'm',
          usage: usage({ uncachedInput: 10 }),
          counted: 'reported',
          billing: 'unknown',
          outcome: 'ok',
          ...more,
        },
      ]);
    const stop = () => rig.meter.control.killSwitch.stop('claude-code:a').stop;
    const { exchange } = rig.open('a');
    await turn();
    exchange.settle({ outcome: 'ok', outputTokens: 100, status: 200 });
    await turn();
    // Its own record knows more of the very same request.
    told('rq:rq_0', { usage: usage({ uncachedInput: 900, output: 100 }) });
    assert.deepEqual([stop()?.state, stop()?.way], ['stopped', 'gateway']);
    rig.meter.control.resume('claude-code:a');
    rig.now += 60_000;
    told('k:beside');
    assert.deepEqual([stop()?.state, stop()?.asked], ['stopping', 'interrupt']);
  });

  it('frees it for the windows without a request, too', async () => {
    rig.meter.control.setBudget({ scope: 'month', usd: '0.0015', action: 'stop' });
    await rig.whole('a');
    await rig.refused('a');
    rig.now += day;
    rig.meter.control.killSwitch.look();
    assert.ok(rig.meter.control.killSwitch.of('claude-code:a'), 'the month goes on');
    rig.now += 10 * day;
    rig.meter.control.killSwitch.look();
    assert.equal(rig.meter.control.killSwitch.of('claude-code:a'), undefined);
    assert.deepEqual(rig.ledger.stops(), []);
  });

  it('keeps the hard cap of the month when a task is let run past its own budget', async () => {
    rig.meter.control.setBudget({ scope: 'task', usd: '0.0005', action: 'ask' });
    rig.meter.control.setBudget({ scope: 'month', usd: '0.0025', action: 'stop' });
    const { exchange, verdict } = rig.open('a');
    await turn();
    rig.meter.control.letRun('claude-code:a');
    assert.equal(await verdict, undefined);
    exchange.settle({ outcome: 'ok', usage: usage({ uncachedInput: 900, output: 100 }), outputTokens: 100, status: 200 });
    await turn();
    await rig.whole('a');
    assert.match(await rig.refused('a'), /this month's budget/);
  });

  it('resumes one task past the budget of the day, and no other', async () => {
    rig.meter.control.setBudget({ scope: 'day', usd: '0.0015', action: 'stop' });
    await rig.whole('a');
    await rig.refused('a');
    rig.meter.control.resume('claude-code:a');
    await rig.whole('a');
    assert.match(await rig.refused('b'), /today's budget/);
  });

  it('resumes a task past the limit that had stopped it, not past another of the same amount', async () => {
    rig.meter.control.setBudget({ scope: 'task', usd: '0.0015', action: 'stop' });
    rig.meter.control.setBudget({ scope: 'month', usd: '0.0015', action: 'stop' });
    await rig.whole('a');
    assert.match(await rig.refused('a'), /this task's budget/);
    rig.meter.control.resume('claude-code:a');
    assert.match(await rig.refused('a'), /this month's budget/);
  });
});
