import assert from 'node:assert/strict';
import { usage } from '../../../src/core/usage.ts';
import { type Asked, MeterRig, turn } from './meterRig.ts';

const task = (name: string): string => `claude-code:${name}`;

describe('a hard cap', () => {
  let rig: MeterRig;
  const control = () => rig.meter.control;
  const cap = (scope: 'request' | 'run' | 'task' | 'day', usd: string, more: object = {}): void =>
    control().setBudget({ scope, usd, action: 'stop', ...more });
  const spentOn = (scope: string, of = 'a'): string | undefined =>
    control()
      .limits(task(of))
      .find((limit) => limit.scope === scope)?.spent;
  const audited = (): (string | undefined)[] =>
    control()
      .audit.list(20)
      .map(({ what }) => what);

  beforeEach(() => {
    rig = new MeterRig();
  });

  afterEach(() => rig.dispose());

  describe('that is narrowed to a folder', () => {
    const only = { workspace: '/home/me/shop' };
    const inShop = { place: { workspace: '/home/me/shop' } };

    it('holds from the first request that says where its agent works', async () => {
      cap('day', '0.0025', { only });
      await rig.whole('a', { place: { workspace: '/home/me/other' } });
      await rig.whole('a', inShop);
      await rig.whole('b', inShop);
      assert.match(await rig.refused('c', inShop), /today's budget/);
    });

    it('is one folder however it is spelled, and no other that begins alike', async () => {
      cap('day', '0.0005', { only: { workspace: 'c:\\work\\shop\\' } });
      for (const workspace of ['C:\\work\\shop', 'c:\\work\\shop', 'C:\\work\\shop\\web'])
        assert.match(await rig.refused(workspace, { place: { workspace } }), /today's budget/);
      await rig.whole('a', { place: { workspace: 'C:\\work\\shopping' } });
    });

    it('holds for a request that does not say it where its task, or the one that started it, is known to work there', async () => {
      cap('day', '0.0025', { only });
      await rig.whole('a', inShop);
      await rig.whole('a');
      assert.match(await rig.refused('sub', { place: { parent: task('a') } }), /today's budget/);
      await rig.whole('elsewhere');
    });
  });

  it('counts by the terms that a request asks for, and by those that its answer tells', async () => {
    cap('task', '0.02');
    const asked = rig.open('a');
    assert.equal(await asked.verdict, undefined);
    asked.exchange.progress({ usage: { uncachedInput: 1_000 }, outputTokens: 500, serviceTier: 'priority' });
    assert.equal(spentOn('task'), '0.015');
    asked.exchange.progress({ outputTokens: 1_000 });
    assert.equal(asked.exchange.cut.aborted, true);
    // Ten times 1,000 tokens and the margin of a cut do not fit any more; the usual price would.
    cap('task', '0.01', { only: { agent: 'claude-code' } });
    assert.match(
      await rig.refused('b', { prompt: { body: { hiddenOutput: false, serviceTier: 'priority' } } }),
      /does not cover its next request/,
    );
  });

  it('holds past midnight for what was sent before it', async () => {
    cap('day', '0.005');
    const { exchange, verdict } = rig.open('a');
    assert.equal(await verdict, undefined);
    rig.now += 2 * 60_000;
    exchange.progress({ outputTokens: 3_000 });
    assert.equal(exchange.cut.aborted, false);
    exchange.progress({ outputTokens: 4_000 });
    assert.equal(exchange.cut.aborted, true);
    assert.equal(control().killSwitch.of(task('a')), undefined, 'the day that stopped it is over');
  });

  it('of a day that is over cuts what was sent in it, and nothing of the new day', async () => {
    cap('day', '0.0025');
    const before = rig.open('a');
    assert.equal(await before.verdict, undefined);
    rig.now += 2 * 60_000;
    const after = rig.open('a');
    assert.equal(await after.verdict, undefined);
    before.exchange.progress({ usage: { uncachedInput: 1_000 }, outputTokens: 2_000 });
    assert.deepEqual([before.exchange.cut.aborted, after.exchange.cut.aborted], [true, false]);
    assert.deepEqual(audited(), ['stopped', 'budget']);
  });

  it('counts what was held over midnight in the day in which it is let go', async () => {
    cap('day', '0.0025');
    const before = [rig.open('a'), rig.open('b')];
    for (const { verdict } of before) assert.equal(await verdict, undefined);
    const held = ['c', 'd', 'e'].map((name) => rig.open(name));
    const gone: Asked[] = [];
    for (const one of held)
      void one.verdict.then((refusal) => {
        if (!refusal) gone.push(one);
      });
    await turn();
    assert.equal(gone.length, 0);
    rig.now += 2 * 60_000;
    for (const one of before) await rig.end(one);
    // The new day has room for two of them.
    await turn();
    assert.equal(gone.length, 2);
    for (const one of [...gone]) await rig.end(one);
    assert.equal(spentOn('day'), '0.002');
    assert.equal(rig.ledger.total({ from: '2026-11-26', to: '2026-11-26' }).requests, 2);
    assert.deepEqual(rig.ledger.verify(), []);
  });

  it('is not mistaken for another of the same amount', async () => {
    cap('day', '0.0025');
    cap('day', '0.0025', { only: { agent: 'codex' } });
    await rig.whole('a');
    await rig.whole('a');
    await rig.refused('a');
    cap('day', '0.0045');
    await rig.whole('a');
    await rig.whole('a');
    await rig.refused('a');
    control().resume(task('a'));
    const codex = { place: { agent: 'codex', task: 'codex:a', parent: task('a') } } as const;
    await rig.whole('codex', codex);
    await rig.whole('codex', codex);
    assert.match(await rig.refused('codex', codex), /today's budget/);
  });

  it('of a run is let go for that run alone', async () => {
    cap('run', '0.0015');
    const inRun = (run: string) => ({ place: { run } });
    await rig.whole('a', inRun('p1'));
    await rig.refused('a', inRun('p1'));
    await rig.refused('a', inRun('p2'));
    control().resume(task('a'));
    await rig.whole('a', inRun('p1'));
    await rig.whole('a', inRun('p2'));
    assert.match(await rig.refused('a', inRun('p2')), /this run's budget/);
  });

  it('of a request is let go for one request also where it would be cut on its way, and in every unit', async () => {
    cap('request', '0.0015');
    control().setBudget({ scope: 'request', tokens: 1_500, action: 'stop' });
    const cutAt = async (): Promise<boolean> => {
      const { exchange, verdict } = rig.open('a');
      assert.equal(await verdict, undefined);
      exchange.progress({ usage: { uncachedInput: 1_000 }, outputTokens: 1_000 });
      const isCut = exchange.cut.aborted;
      exchange.settle({ outcome: isCut ? 'cut' : 'ok', outputTokens: 1_000, status: 200 });
      await turn();
      return isCut;
    };
    assert.equal(await cutAt(), true);
    control().resume(task('a'));
    assert.equal(await cutAt(), false);
    assert.equal(await cutAt(), true);
  });

  it('of a request is let go for one request', async () => {
    cap('request', '0.0005');
    assert.match(await rig.refused('a'), /one request's budget/);
    assert.match(await rig.refused('a'), /one request's budget/);
    control().resume(task('a'));
    await rig.whole('a');
    assert.match(await rig.refused('a'), /one request's budget/);
  });

  it('cuts nothing of a task for a later request of it that does not fit', async () => {
    cap('task', '0.003');
    const first = rig.open('a');
    assert.equal(await first.verdict, undefined);
    first.exchange.progress({ usage: { uncachedInput: 1_000 }, outputTokens: 1_200 });
    assert.match(await rig.refused('a'), /does not cover its next request/);
    assert.equal(first.exchange.cut.aborted, false);
    assert.equal(control().killSwitch.of(task('a')), undefined);
    first.exchange.progress({ outputTokens: 2_000 });
    assert.equal(first.exchange.cut.aborted, true);
  });

  it('makes nobody wait for others where it is used up already', async () => {
    cap('day', '0.0025');
    await rig.whole('a');
    const running = rig.open('a');
    assert.equal(await running.verdict, undefined);
    running.exchange.progress({ usage: { uncachedInput: 1_000 }, outputTokens: 100 });
    assert.match(await rig.refused('b'), /today's budget/);
    await rig.end(running);
  });

  it('lets a request wait while another’s prompt may turn out to cost less', async () => {
    cap('day', '0.0025');
    const running = rig.open('a', { prompt: { tokens: 2_000 } });
    assert.equal(await running.verdict, undefined);
    const waiting = rig.open('b');
    let isLetGo = false;
    void waiting.verdict.then((refusal) => (isLetGo = refusal === undefined));
    await turn();
    assert.equal(isLetGo, false);
    running.exchange.progress({ usage: { uncachedInput: 100, cacheRead: 1_900 } });
    await turn();
    assert.equal(isLetGo, true);
    await rig.end(running);
    await rig.end(waiting);
  });

  it('sets the whole answer aside where it could not be followed', async () => {
    cap('task', '0.0025');
    assert.match(
      await rig.refused('a', { prompt: { maxOutput: 4_000 }, incoming: { isReadable: false } }),
      /does not cover its next request/,
    );
    await rig.whole('b', { prompt: { maxOutput: 4_000 } });
  });

  it('asks once, however many requests are held for the answer, and not at all once none is', async () => {
    control().setBudget({ scope: 'task', usd: '0.0005', action: 'ask' });
    const held = () => control().alerts.all.filter(({ kind }) => kind === 'held');
    const three = [rig.open('a'), rig.open('a'), rig.open('a', { place: { run: 'p2' } })];
    await turn();
    assert.equal(held().length, 1);
    control().alerts.claim(held()[0]?.id ?? '');
    const late = rig.open('a');
    await turn();
    assert.deepEqual(held(), [], 'somebody is being asked');
    for (const { exchange } of [...three, late]) exchange.settle({ outcome: 'refused', outputTokens: 0, status: 0 });
    await turn();
    const another = rig.open('a');
    await turn();
    assert.equal(held().length, 1);
    // It is another question now.
    control().setBudget({ scope: 'day', usd: '0.0006', action: 'ask' });
    control().setBudget({ scope: 'task', usd: '5', action: 'ask' });
    await turn();
    assert.deepEqual(
      held().map((alert) => 'scope' in alert && alert.scope),
      ['day'],
    );
    another.exchange.settle({ outcome: 'refused', outputTokens: 0, status: 0 });
    await turn();
    assert.deepEqual(held(), []);
  });

  it('forgets little of what an answer had come to when the service is killed', async () => {
    const { exchange, verdict } = rig.open('a');
    assert.equal(await verdict, undefined);
    await turn();
    exchange.progress({ usage: { uncachedInput: 800 }, outputTokens: 10 });
    rig.now += 1_500;
    exchange.progress({ outputTokens: 600 });
    const [running] = rig.ledger.requests();
    assert.deepEqual([running?.outcome, running?.basis, running?.usage.output], ['running', 'estimated', 600]);
    rig.ledger.recoverOpen();
    // What the agent has written down of it was its beginning.
    rig.meter.observe([
      {
        source: 'sessions',
        keys: ['rq:rq_0'],
        at: rig.now,
        agent: 'claude-code',
        task: task('a'),
        provider: 'p',
        model: 'm',
        usage: usage({ uncachedInput: 800, output: 3 }),
        counted: 'estimated',
        billing: 'unknown',
        outcome: 'cut',
      },
    ]);
    const [row] = rig.ledger.requests();
    assert.deepEqual([row?.outcome, row?.basis, row?.usage.uncachedInput, row?.usage.output], ['error', 'estimated', 800, 600]);
  });

  it('does not knock at a ledger that takes nothing for every piece of every answer', async () => {
    const { exchange, verdict } = rig.open('a');
    assert.equal(await verdict, undefined);
    await turn();
    rig.isInTrouble = true;
    const { observe } = rig.ledger;
    let knocks = 0;
    rig.ledger.observe = () => {
      knocks++;
      throw new Error('locked');
    };
    for (let second = 0; second < 60; second++) {
      rig.now += 1_000;
      exchange.progress({ usage: { uncachedInput: 800 }, outputTokens: second });
    }
    assert.equal(knocks, 1);
    rig.ledger.observe = observe;
    await rig.end({ exchange, verdict });
    assert.deepEqual(
      rig.ledger.requests().map(({ outcome, usd }) => [outcome, usd]),
      [['ok', '0.001']],
    );
  });

  it('counts what another model was asked within an answer, as a request of its own', async () => {
    cap('task', '0.0035');
    const { exchange, verdict } = rig.open('a');
    assert.equal(await verdict, undefined);
    exchange.settle({
      outcome: 'ok',
      usage: usage({ uncachedInput: 900, output: 100 }),
      asides: [{ model: 'adviser', usage: usage({ uncachedInput: 1_500, output: 500 }) }],
      answerId: 'msg_01XFDUDYJgAACzvnptvVoYEL',
      outputTokens: 100,
      status: 200,
    });
    await turn();
    assert.deepEqual(
      rig.ledger
        .requests()
        .map(({ model, usd }) => [model, usd])
        .sort(),
      [
        ['adviser', '0.002'],
        ['m', '0.001'],
      ],
    );
    assert.match(await rig.refused('a'), /budget/);
    // The agent's own record tells it again.
    rig.meter.observe([
      {
        source: 'sessions',
        keys: ['msg:msg_01XFDUDYJgAACzvnptvVoYEL/advisor/0'],
        at: rig.now,
        agent: 'claude-code',
        task: task('a'),
        kind: 'other',
        provider: 'p',
        model: 'adviser',
        usage: usage({ uncachedInput: 1_500, output: 500 }),
        counted: 'reported',
        billing: 'unknown',
        outcome: 'ok',
      },
    ]);
    assert.equal(rig.ledger.requests().filter(({ model }) => model === 'adviser').length, 1);
  });

  it('estimates an answer whose provider tells nothing but zeros', async () => {
    const { exchange, verdict } = rig.open('a');
    assert.equal(await verdict, undefined);
    exchange.settle({ outcome: 'ok', usage: usage({}), outputTokens: 200, status: 200 });
    await turn();
    const [row] = rig.ledger.requests();
    assert.deepEqual([row?.basis, row?.usd], ['estimated', '0.0012']);
  });

  it('leaves a trail: what a raised budget has set free, and nothing that was not done', async () => {
    cap('task', '0.0015');
    await rig.whole('a');
    await rig.refused('a');
    cap('task', '0.005');
    assert.deepEqual(audited(), ['resumed', 'budget', 'stopped', 'budget']);
    control().letRun(task('a'));
    assert.equal(audited().length, 4);
  });
});
