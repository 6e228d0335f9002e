import assert from 'node:assert/strict';
import fc from 'fast-check';
import { best, better } from '../../../src/core/merge.ts';
import type { Observation } from '../../../src/core/request.ts';
import { usage } from '../../../src/core/usage.ts';

const seen: Observation = {
  source: 'sessions',
  keys: ['msg:msg_1'],
  at: 1000,
  agent: 'claude-code',
  task: 'claude-code:a',
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  usage: usage({ uncachedInput: 10, output: 5 }),
  counted: 'reported',
  billing: 'unknown',
  outcome: 'ok',
};

const observation: fc.Arbitrary<Observation> = fc.record(
  {
    source: fc.constantFrom('gateway', 'sessions', 'otlp', 'extension'),
    keys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }).map((keys) => keys.sort()),
    at: fc.integer({ min: 0, max: 3 }),
    began: fc.integer({ min: 0, max: 3 }),
    agent: fc.constantFrom('claude-code', 'opencode', 'other'),
    task: fc.constantFrom('t1', 't2', 't3'),
    parent: fc.constantFrom('t1', 't9'),
    run: fc.constantFrom('r1', 'r2'),
    mode: fc.record(
      { kind: fc.constantFrom('code', 'architect', 'other'), name: fc.constantFrom('x', 'y', 'default') },
      { noNullPrototype: true },
    ),
    kind: fc.constantFrom('work', 'title', 'other'),
    workspace: fc.constantFrom('/a', '/b'),
    branch: fc.constantFrom('main', 'fix'),
    provider: fc.constantFrom('anthropic', 'bedrock'),
    model: fc.constantFrom('m1', 'm2'),
    usage: fc.record({ uncachedInput: fc.nat(2), cacheRead: fc.nat(2), output: fc.nat(2) }).map(usage),
    counted: fc.constantFrom('reported', 'estimated'),
    reportedUsd: fc.constantFrom('0.1', '0.10', '0.2'),
    billing: fc.constantFrom('metered', 'plan', 'unknown'),
    serviceTier: fc.constantFrom('standard', 'priority'),
    region: fc.constantFrom('us', 'eu'),
    outcome: fc.constantFrom('running', 'ok', 'cut', 'error'),
    sample: fc.constant(true),
    prediction: fc.record(
      {
        promptTokens: fc.nat(2),
        counted: fc.constantFrom('exact', 'estimated'),
        expected: fc.constantFrom(1n, null),
        worst: fc.constantFrom(2n, null),
      },
      { noNullPrototype: true },
    ),
  },
  {
    noNullPrototype: true,
    requiredKeys: ['source', 'keys', 'at', 'agent', 'task', 'provider', 'model', 'usage', 'counted', 'billing', 'outcome'],
  },
) as fc.Arbitrary<Observation>;

describe('better', () => {
  it('does not depend on the order of the two', () => {
    fc.assert(
      fc.property(observation, observation, (a, b) => assert.deepEqual(better(a, b), better(b, a))),
      { numRuns: 2000 },
    );
  });

  it('does not depend on batching', () => {
    fc.assert(
      fc.property(observation, observation, observation, (a, b, c) =>
        assert.deepEqual(better(better(a, b), c), better(a, better(b, c))),
      ),
      { numRuns: 3000 },
    );
  });

  it('changes nothing when the same is seen again', () => {
    fc.assert(fc.property(observation, (a) => assert.deepEqual(better(a, { ...a }), a)));
  });

  it('keeps the last of the lines that grow', () => {
    const grown = { ...seen, at: 1400, usage: usage({ uncachedInput: 10, output: 90 }) };
    assert.equal(better(grown, seen).usage.output, 90);
    assert.equal(better(grown, seen).at, 1000);
  });

  it('lets the provider replace our estimate', () => {
    const estimate: Observation = {
      ...seen,
      source: 'gateway',
      counted: 'estimated',
      usage: usage({ uncachedInput: 12, output: 99 }),
    };
    const merged = better(estimate, seen);
    assert.equal(merged.counted, 'reported');
    assert.equal(merged.usage.output, 5);
  });

  it('never lets a witness that was not told who sold an answer hide one that was', () => {
    const told: Observation = { ...seen, provider: 'bedrock', model: 'claude-sonnet-4-5' };
    const pushed: Observation = { ...seen, source: 'otlp', provider: '', model: 'claude-sonnet-4-5' };
    for (const merged of [better(told, pushed), better(pushed, told)]) assert.equal(merged.provider, 'bedrock');
    const more = { ...pushed, usage: usage({ uncachedInput: 10, output: 6 }) };
    for (const merged of [better(told, more), better(more, told)])
      assert.deepEqual([merged.provider, merged.usage.output], ['bedrock', 6]);
  });

  it('keeps what the gateway counted of an answer it cut, whatever the agent wrote down', () => {
    const cut: Observation = {
      ...seen,
      source: 'gateway',
      outcome: 'cut',
      counted: 'estimated',
      usage: usage({ uncachedInput: 10, output: 400 }),
    };
    assert.equal(better(seen, cut).outcome, 'cut');
    assert.equal(better(seen, cut).usage.output, 400);
    assert.equal(better(seen, cut).counted, 'estimated');
  });

  it('joins the keys, so that a third witness of either is the same request', () => {
    assert.deepEqual(better({ ...seen, keys: ['rq:1', 'msg:msg_1'] }, seen).keys, ['msg:msg_1', 'rq:1']);
  });

  it('fills the gaps of a place and keeps task and parent together', () => {
    const gateway: Observation = {
      ...seen,
      source: 'gateway',
      agent: 'other',
      task: 'other:t1',
      parent: 'other:p',
      branch: 'main',
    };
    const file: Observation = { ...seen, mode: { kind: 'architect', name: 'plan' }, workspace: '/w' };
    const merged = better(gateway, file);
    assert.equal(merged.task, 'claude-code:a');
    assert.equal(merged.parent, undefined);
    assert.equal(merged.mode?.name, 'plan');
    assert.equal(merged.workspace, '/w');
    assert.equal(merged.branch, 'main');
  });

  it('merges any number', () => {
    assert.equal(best([seen]), seen);
    assert.throws(() => best([]), RangeError);
  });
});
