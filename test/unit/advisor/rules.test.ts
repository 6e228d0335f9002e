import assert from 'node:assert/strict';
import { type Advice, savingOf } from '../../../src/advisor/advice.ts';
import { advise, isWorthACard } from '../../../src/advisor/advise.ts';
import { detection } from '../../bench/advisor/detection.ts';
import { deepseek, haiku, minimax, minute, opus, Script, sonnet } from './scripted.ts';

const only = (advice: readonly Advice[], rule: Advice['rule']): Advice => {
  const found = advice.filter((one) => one.rule === rule);
  assert.equal(found.length, 1, `${rule}: ${advice.map(({ id }) => id).join(', ')}`);
  return found[0] as Advice;
};
const none = (advice: readonly Advice[], rule: Advice['rule']): void => assert.ok(!advice.some((one) => one.rule === rule), rule);

describe('what the advisor finds', () => {
  it('what is planted in scripted histories and nothing else (K1)', () => {
    for (const { what, measured, met } of detection(64)) assert.ok(met, `${what}: ${measured}`);
  });

  describe('a mode on another model than its setting says', () => {
    const planThenCode = (turns: number) => {
      const script = new Script();
      script.task([
        { model: opus, mode: 'plan', turns: 3 },
        { model: opus, turns },
      ]);
      script.rest();
      return script;
    };
    const configured = (_agent: string, mode: string) => (mode === 'code' ? minimax : undefined);

    it('is exact: those steps, at the price of the model that the setting names', () => {
      const script = planThenCode(5);
      const steps = script.steps.filter(({ mode }) => mode === 'code');
      const found = only(advise(script.input({}, configured)), 'drift');
      assert.deepEqual([found.evidence, found.from, found.to, found.requests], ['exact', opus.model, minimax, 5]);
      assert.equal(
        found.spent,
        steps.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n),
      );
      assert.equal(found.would.low, found.would.high);
      assert.ok(found.would.likely < found.spent);
    });

    it('is none after one step, without a setting or a habit, or where the setting names that very model', () => {
      none(advise(planThenCode(1).input({}, configured)), 'drift');
      none(advise(planThenCode(5).input()), 'drift');
      none(advise(planThenCode(5).input({}, () => opus)), 'drift');
    });
  });

  it('what small models are made for, and never what architects, orchestrators and debuggers do', () => {
    const script = new Script();
    for (let n = 0; n < 30; n++) {
      script.rest();
      script.task([
        { model: opus, kind: 'title', turns: 1 },
        { model: opus, mode: 'plan', turns: 4 },
        { model: opus, mode: 'debug', turns: 4 },
        { model: opus, mode: 'orchestrator', turns: 4 },
        { model: minimax, mode: 'ask', turns: 2 },
      ]);
    }
    const advice = advise(script.input());
    const found = only(advice, 'utility');
    assert.equal(found.to?.model, 'claude-haiku-5-5');
    assert.ok(found.would.low < found.would.high);
    none(advice, 'mode');
    assert.ok(advise(script.input({ plan: { allow: 'ask', candidates: [haiku.model] } })).length > 0);
    none(advise(script.input({ title: { allow: 'never' } })), 'utility');
  });

  it('a dear mode, from the tasks the user has done with either model', () => {
    const script = new Script();
    for (let n = 0; n < 24; n++) {
      script.rest(3 * 60 * minute);
      script.task([{ model: opus, turns: 6 }]);
      script.rest(3 * 60 * minute);
      script.task([{ model: minimax, turns: 6 }]);
    }
    const found = only(advise(script.input()), 'mode');
    assert.equal(found.to?.model, minimax.model);
    assert.ok((found.own?.to.kept ?? 0) >= 20 && found.own?.to.redone === 0);
    assert.ok(savingOf(found).least > 0n);
    assert.ok(found.tasks >= 20 && isWorthACard(found));
    // Without a single task of one's own the list price is no promise.
    const alone = new Script();
    for (let n = 0; n < 24; n++) {
      alone.rest(3 * 60 * minute);
      alone.task([{ model: opus, turns: 6 }]);
    }
    const guess = advise(alone.input({ code: { allow: 'ask', candidates: [sonnet.model] } })).filter(
      ({ rule }) => rule === 'mode',
    );
    assert.ok(guess.every((one) => !isWorthACard(one)));
  });

  it('no card for what was redone more often there, for a plan, for what is only to be shown', () => {
    const script = new Script();
    for (let n = 0; n < 24; n++) {
      script.rest(3 * 60 * minute);
      script.task([{ model: opus, turns: 6 }]);
      script.rest(3 * 60 * minute);
      // The cheap model is taken over by the dear one in every third task.
      script.task([{ model: minimax, turns: 6 }, ...(n % 3 === 0 ? [{ model: opus, turns: 4 }] : [])]);
    }
    const found = only(advise(script.input()), 'mode');
    assert.ok((found.own?.to.redone ?? 0) >= 6);
    assert.ok(!isWorthACard(found));
    assert.ok(!isWorthACard({ ...found, own: undefined, billing: 'plan' }));
    assert.ok(!isWorthACard({ ...found, own: undefined, allow: 'quiet' }));
  });

  it('a cheaper-listed model that costs more per kept task', () => {
    const script = new Script();
    for (let n = 0; n < 14; n++) {
      script.rest(3 * 60 * minute);
      script.task([{ model: sonnet, turns: 5 }]);
      script.rest(3 * 60 * minute);
      script.task([{ model: haiku, turns: 40 }]);
    }
    const found = only(advise(script.input()), 'inversion');
    assert.deepEqual([found.from, found.to?.model], [haiku.model, sonnet.model]);
    const few = new Script();
    for (let n = 0; n < 5; n++) {
      few.rest(3 * 60 * minute);
      few.task([{ model: sonnet, turns: 5 }]);
      few.rest(3 * 60 * minute);
      few.task([{ model: haiku, turns: 40 }]);
    }
    none(advise(few.input()), 'inversion');
  });

  it('a cache gone cold in a pause, a large result read again, thinking for few words, many small turns', () => {
    const cold = new Script();
    cold.task([
      { model: opus, turns: 12 },
      { model: opus, turns: 1, pause: 30 * minute },
    ]);
    const steps = cold.steps.map((step, at) =>
      at === 11
        ? {
            ...step,
            at: step.at + 30 * minute,
            usage: { ...step.usage, cacheRead: 0, cacheWrite5m: step.usage.cacheWrite5m + step.usage.cacheRead },
          }
        : step,
    );
    const input = cold.input();
    const priced = steps.map((step) => ({ ...step, cost: input.price({ ...step, counted: 'reported' }).cost }));
    cold.steps.splice(0, cold.steps.length, ...priced);
    assert.equal(only(advise(cold.input()), 'cold cache').requests, 1);

    const big = new Script();
    big.task([
      { model: opus, turns: 2 },
      { model: opus, turns: 1, size: 30 },
      { model: opus, turns: 15 },
    ]);
    assert.equal(only(advise(big.input()), 'big result').evidence, 'exact');

    const thought = new Script();
    for (let n = 0; n < 45; n++) thought.task([{ model: opus, turns: 1, output: 3_000, reasoning: 2_900 }]);
    assert.equal(only(advise(thought.input()), 'thinking').requests, 45);

    const small = new Script();
    for (let n = 0; n < 8; n++) small.task([{ model: opus, turns: 10, output: 60 }]);
    assert.ok(only(advise(small.input()), 'small turns').requests >= 50);
  });

  it('nothing of a history without prices, and nothing of none', () => {
    assert.deepEqual(advise(new Script().input()), []);
    const script = new Script();
    for (let n = 0; n < 30; n++) script.task([{ model: deepseek, turns: 3 }]);
    script.steps.splice(0, script.steps.length, ...script.steps.map((step) => ({ ...step, cost: null })));
    assert.deepEqual(advise(script.input()), []);
  });
});
