import assert from 'node:assert/strict';
import { reach } from '../../../src/advisor/candidates.ts';
import { mayShowDifficulty } from '../../../src/advisor/gate.ts';
import { rulingOf } from '../../../src/advisor/policy.ts';
import { costRatio } from '../../../src/advisor/ratio.ts';
import { redoneShare, taskOutcomes } from '../../../src/advisor/record.ts';
import { repriced } from '../../../src/advisor/repriced.ts';
import { tokenFactor } from '../../../src/advisor/tokenizer.ts';
import { withRedone } from '../../../src/advisor/withRedone.ts';
import { presetNames, presets } from '../../../src/core/routingPresets.ts';
import { usage } from '../../../src/core/usage.ts';
import { randomFrom } from '../tokens/textMaker.ts';
import { catalog, end, haiku, minimax, minute, opus, price, Script, sonnet } from './scripted.ts';

describe('the ratio of costs', () => {
  const random = randomFrom(5);
  const costs = (mean: number, n: number) => Array.from({ length: n }, () => mean * Math.exp((random() - 0.5) * 1.5));

  it('comes from the list where there is nothing else, with a range that makes no card', () => {
    const list = costRatio([], [], 0.5);
    assert.ok(list && list.low < 0.5 && list.high > 1 && list.bound > 1);
    assert.equal(costRatio([], [], undefined), undefined);
  });

  it('comes from tasks of one’s own the more there are', () => {
    const few = costRatio(costs(1, 4), costs(0.3, 4), 0.1);
    const many = costRatio(costs(1, 40), costs(0.3, 40), 0.1);
    assert.ok(few && many && many.high / many.low < few.high / few.low);
    assert.ok(many.likely > 0.2 && many.likely < 0.45 && many.bound < 1);
    const dearer = costRatio(costs(1, 40), costs(1.5, 40), 0.1);
    assert.ok(dearer && dearer.bound > 1 && dearer.likely > 1);
  });
});

describe('what has to be done again', () => {
  const ratio = { low: 0.2, likely: 0.3, high: 0.4, bound: 0.42, tasks: 20 };

  it('is paid on top; two accidents seldom come together', () => {
    const { low, likely, high } = withRedone(ratio, { kept: 18, redone: 2 });
    const again = redoneShare({ kept: 18, redone: 2 });
    assert.equal(likely, 0.3 + again.likely);
    assert.ok(low > 0.2 + again.low && low < likely && high > likely && high < 0.42 + again.high);
  });

  it('adds nothing to the range where it is known for certain', () => {
    const certain = withRedone(ratio, { kept: 1_000_000, redone: 0 });
    assert.ok(Math.abs(certain.low - 0.2) < 1e-4 && Math.abs(certain.high - 0.42) < 1e-4);
  });
});

describe('the same work on another model', () => {
  const at = end;
  const step = (model: typeof opus, tokens: Parameters<typeof usage>[0]) => {
    const used = usage(tokens);
    const { cost } = price({ ...model, usage: used, counted: 'reported', at });
    return {
      at,
      agent: 'kilo',
      task: 't',
      mode: 'code',
      modeKind: 'code',
      kind: 'work',
      ...model,
      usage: used,
      cost,
      billing: 'metered',
      outcome: 'ok',
    } as const;
  };
  const cost = (model: typeof opus, tokens: Parameters<typeof usage>[0]) =>
    price({ ...model, usage: usage(tokens), counted: 'reported', at }).cost ?? assert.fail();

  it('is priced class by class; same tokenizer, same tokens', () => {
    const first = { cacheWrite5m: 10_000, output: 500 };
    const second = { cacheRead: 10_000, cacheWrite5m: 2_000, output: 500 };
    const found = repriced([[step(sonnet, first), step(sonnet, second)]], () => true, haiku, price);
    assert.ok(found);
    assert.deepEqual(
      [found.would.low, found.would.high],
      [cost(haiku, first) + cost(haiku, second), cost(haiku, first) + cost(haiku, second)],
    );
    assert.equal(found.cold, 0n);
  });

  it('reads the prompt cold at a switch inside a task, and what was added cold on the way back', () => {
    const steps = [
      { ...step(sonnet, { cacheWrite5m: 50_000, output: 500 }), mode: 'plan' },
      step(sonnet, { cacheRead: 50_000, cacheWrite5m: 1_000, output: 500 }),
      { ...step(sonnet, { cacheRead: 51_000, cacheWrite5m: 1_000, output: 500 }), mode: 'plan' },
    ];
    const found = repriced([steps], ({ mode }) => mode === 'code', haiku, price);
    assert.ok(found);
    const there = cost(haiku, { cacheWrite5m: 50_000 }) - cost(haiku, { cacheRead: 50_000 });
    const back = cost(sonnet, { cacheWrite5m: 1_000 + 1_000 }) - cost(sonnet, { cacheRead: 1_000 + 1_000 });
    assert.equal(found.cold, there + back);
    assert.equal(found.would.likely, cost(haiku, { cacheWrite5m: 51_000, output: 500 }) + back);
  });

  it('counts the other tokenizer as a range, and needs a price', () => {
    const steps = [step(opus, { cacheWrite5m: 10_000, output: 500 })];
    const found = repriced([steps], () => true, minimax, price);
    assert.ok(found && found.would.low < found.would.high);
    assert.equal(
      repriced([steps], () => true, { provider: 'nobody', model: 'nothing' }, price),
      undefined,
    );
    assert.deepEqual(tokenFactor('claude-opus-4-8', 'claude-fable-5'), { low: 1, high: 1 });
    const newer = tokenFactor('claude-opus-4-8', 'gpt-5');
    assert.ok(newer.high < 0.8 && newer.low > 0.6);
  });
});

describe('what became of a task', () => {
  it('is kept, redone when a dearer model took over or it ended badly, open while it is young', () => {
    const script = new Script();
    const kept = script.task([{ model: haiku }]);
    const redone = script.task([{ model: haiku }, { model: opus, turns: 2 }]);
    const cheaper = script.task([{ model: opus }, { model: haiku, turns: 2 }]);
    const broken = script.task([{ model: haiku, outcome: 'error' }]);
    script.rest();
    const young = script.task([{ model: haiku }]);
    const found = new Map(taskOutcomes(script.steps, script.at + minute, price).map(({ task, outcome }) => [task, outcome]));
    assert.deepEqual(
      [kept, redone, cheaper, broken, young].map((task) => found.get(task)),
      ['kept', 'redone', 'kept', 'redone', 'open'],
    );
  });

  it('without any of one’s own, as often as in public runs; else as counted', () => {
    assert.deepEqual(redoneShare({ kept: 0, redone: 0 }), { low: 0.05, likely: 0.1, high: 0.14 });
    assert.ok(redoneShare({ kept: 20, redone: 0 }).high < 0.1);
    assert.ok(redoneShare({ kept: 5, redone: 5 }).likely === 0.5);
  });
});

describe('what may be offered', () => {
  it('never a model that the agent cannot reach', () => {
    const anthropic = [{ provider: 'anthropic', model: 'claude-opus-4-8' }];
    const router = [{ provider: 'openrouter', model: 'anthropic/claude-opus-4.8' }];
    assert.deepEqual(reach('claude-haiku-4-5', 'kilo', anthropic, catalog), { provider: 'anthropic', model: 'claude-haiku-4-5' });
    assert.equal(reach('minimax-m3', 'kilo', anthropic, catalog), undefined);
    assert.equal(reach('gpt-5-mini', 'kilo', anthropic, catalog), undefined);
    assert.equal(reach('gpt-5-mini', 'claude-code', [...anthropic, { provider: 'openai', model: 'gpt-5' }], catalog), undefined);
    assert.equal(reach('minimax/minimax-m3', 'kilo', router, catalog)?.provider, 'openrouter');
    assert.equal(reach('nobody-knows', 'kilo', router, catalog), undefined);
  });

  it('at a cloud only what was used there, by the id it was used by', () => {
    const bedrock = { provider: 'amazon-bedrock', model: 'us.anthropic.claude-opus-4-8-v1:0' };
    const small = { provider: 'amazon-bedrock', model: 'us.anthropic.claude-haiku-4-5-20251001-v1:0' };
    const sonnet = { provider: 'bedrock', model: 'us.anthropic.claude-sonnet-4-6-v1:0' };
    for (const agent of ['claude-code', 'opencode'] as const) {
      assert.equal(reach('claude-haiku-4-5', agent, [bedrock], catalog), undefined);
      assert.equal(reach('claude-haiku-4-5', agent, [sonnet], catalog), undefined);
      assert.deepEqual(reach('claude-haiku-4-5-20251001', agent, [bedrock, small], catalog), small);
    }
  });

  it('is the user’s to say: the most exact name wins; planning, orchestration and debugging are never offered by themselves', () => {
    const mode = (name: string) => ({ kind: 'mode', agent: 'kilo', name }) as const;
    assert.equal(rulingOf({}, mode('plan'), 'architect').allow, 'never');
    assert.equal(rulingOf({}, mode('debug'), 'debug').allow, 'never');
    assert.equal(rulingOf({}, mode('orchestrator'), 'orchestrator').allow, 'never');
    assert.equal(rulingOf({}, mode('code'), 'code').allow, 'ask');
    const policy = { code: { allow: 'quiet', candidates: ['a'] }, 'kilo/build': { allow: 'never' } } as const;
    assert.deepEqual(rulingOf(policy, mode('build'), 'code'), { said: 'never', allow: 'never', candidates: ['a'] });
    assert.deepEqual(rulingOf(policy, mode('other'), 'code'), { said: 'quiet', allow: 'quiet', candidates: ['a'] });
    assert.equal(rulingOf({}, { kind: 'kind', name: 'title' }).allow, 'ask');
    assert.equal(rulingOf({}, mode('constructor'), '').allow, 'ask');
    assert.equal(rulingOf({ other: { allow: 'never' } }, mode('constructor'), '').allow, 'never');
  });

  it('presets keep the frontier for the architect', () => {
    for (const name of presetNames)
      assert.equal(rulingOf(presets[name], { kind: 'mode', agent: 'kilo', name: 'plan' }, 'architect').allow, 'never');
  });

  it('a score of difficulty only if it beats counting characters in three kinds of work', () => {
    const good = { family: 'a', auc: 0.7, lengthAuc: 0.6, ece: 0.05 };
    assert.equal(mayShowDifficulty([]), false);
    assert.equal(mayShowDifficulty([good, good]), false);
    assert.equal(mayShowDifficulty([good, good, good]), true);
    assert.equal(mayShowDifficulty([good, good, good, { ...good, auc: 0.5, ece: 0.3 }]), false);
  });
});
