import assert from 'node:assert/strict';
import { type Advice, savingOf } from '../../../src/advisor/advice.ts';
import { advise, isWorthACard } from '../../../src/advisor/advise.ts';
import type { Policy } from '../../../src/core/adviceNames.ts';
import { presets } from '../../../src/core/routingPresets.ts';
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
    const configured = (_agent: string, mode: string) => (mode === 'code' ? { ...minimax, since: 0 } : undefined);

    it('is those steps on the model that the setting names, read cold at first and by its tokenizer: a range', () => {
      const script = planThenCode(5);
      const steps = script.steps.filter(({ mode }) => mode === 'code');
      const found = only(advise(script.input({}, configured)), 'drift');
      assert.deepEqual(
        [found.evidence, found.from, found.to?.model, found.requests],
        ['estimated', opus.model, minimax.model, 5],
      );
      assert.equal(
        found.spent,
        steps.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n),
      );
      assert.ok(found.would.low < found.would.high && found.would.high < found.spent);
      assert.ok(found.cold > 0n);
    });

    it('promises nothing where reading the whole prompt cold costs more than is saved', () => {
      const script = new Script();
      script.task([
        { model: opus, mode: 'plan', turns: 40, size: 2 },
        { model: opus, turns: 2 },
      ]);
      script.rest();
      none(advise(script.input({}, () => ({ ...sonnet, since: 0 }))), 'drift');
    });

    it('is no exact promise where a habit tells it, either', () => {
      const script = new Script();
      for (let n = 0; n < 4; n++) {
        script.rest();
        script.task([
          { model: opus, mode: 'plan', turns: 2 },
          { model: minimax, turns: 4 },
        ]);
      }
      script.rest();
      script.task([
        { model: opus, mode: 'plan', turns: 2 },
        { model: opus, turns: 4 },
      ]);
      script.rest();
      const found = only(advise(script.input()), 'drift');
      assert.equal(found.evidence, 'estimated');
      assert.ok(found.would.low < found.would.high);
    });

    it('is none after one step, without a setting or a habit, or where the setting names that very model', () => {
      none(advise(planThenCode(1).input({}, configured)), 'drift');
      none(advise(planThenCode(5).input()), 'drift');
      none(advise(planThenCode(5).input({}, () => ({ ...opus, since: 0 }))), 'drift');
    });

    it('is none in what ran before the setting was written, or while it was', () => {
      const script = planThenCode(5);
      const began = script.steps.find(({ mode }) => mode === 'code')?.at ?? 0;
      const since = (at: number) => advise(script.input({}, () => ({ ...minimax, since: at })));
      none(since(script.at), 'drift');
      none(since(began + minute), 'drift');
      only(since(began - 1), 'drift');
    });
  });

  describe('the user’s policy', () => {
    /** A mode in which each of drift, inversion and a run past the line would be told. */
    const everything = (mode: string) => {
      const script = new Script(2);
      for (let n = 0; n < 24; n++) {
        script.rest(10 * 60 * minute);
        script.task([{ model: opus, mode, turns: 4 }]);
        script.rest(10 * 60 * minute);
        script.task([{ model: sonnet, mode, turns: 30, size: 2 }]);
      }
      script.rest();
      script.task([
        { model: opus, mode: 'other one', turns: 2 },
        { model: opus, mode, turns: 40, pause: 20_000 },
      ]);
      return (policy: Policy) =>
        new Set(
          advise(script.input(policy, (_agent, name) => (name === mode ? { ...haiku, since: 0 } : undefined))).map(
            ({ rule }) => rule,
          ),
        );
    };

    it('holds for every rule: never is never', () => {
      const found = everything('code');
      for (const rule of ['drift', 'inversion', 'past the line'] as const) assert.ok(found({}).has(rule), rule);
      assert.deepEqual([...found({ code: { allow: 'never' } })], []);
      assert.deepEqual([...found(presets.nothing)], []);
    });

    it('planning, orchestration and debugging get no offer by themselves; that a run is far above its like is none', () => {
      for (const mode of ['debug', 'architect', 'orchestrator']) {
        const found = everything(mode);
        for (const rule of ['drift', 'inversion', 'mode'] as const) assert.ok(!found({}).has(rule), `${mode}: ${rule}`);
        assert.ok(found({}).has('past the line'));
        assert.ok(found({ [mode]: { allow: 'ask' } }).has('drift'));
        assert.deepEqual([...found({ [mode]: { allow: 'never' } })], []);
      }
    });

    it('presets mean modes of any name', () => {
      const found = everything('reviewer');
      assert.ok(found({}).has('inversion'));
      assert.deepEqual([...found(presets['only side requests'])], []);
      assert.deepEqual([...found(presets.nothing)], []);
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
    assert.ok(isWorthACard({ ...found, own: undefined }));
    assert.ok(!isWorthACard({ ...found, own: undefined, billing: 'plan' }));
    assert.ok(!isWorthACard({ ...found, own: undefined, billing: 'unknown' }));
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

  it('the same, of tasks paid the same way only', () => {
    const script = new Script();
    for (let n = 0; n < 16; n++) {
      script.rest(3 * 60 * minute);
      script.task([{ model: sonnet, turns: 5 }], { billing: n < 4 ? 'metered' : 'plan' });
      script.rest(3 * 60 * minute);
      script.task([{ model: haiku, turns: 40 }], { billing: n < 4 ? 'metered' : 'plan' });
    }
    assert.equal(only(advise(script.input()), 'inversion').billing, 'plan');
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
