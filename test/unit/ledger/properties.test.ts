import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Observation, SourceKind } from '../../../src/core/request.ts';
import { promptTokens } from '../../../src/core/usage.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { hour, noon, openLedger, second, sighting } from './fixtures.ts';

const runs = Number(process.env.SPEND_METER_PROPERTY_RUNS ?? 80);

/** A request as it really was; what sources tell of it is drawn from it. */
const truth = fc.record({
  task: fc.constantFrom('codex:a', 'codex:b', 'codex:c'),
  // Few distinct moments, so that ties and neighbours are common.
  slot: fc.integer({ min: 0, max: 40 }),
  model: fc.constantFrom('dear', 'cheap', 'nameless'),
  mode: fc.constantFrom(undefined, 'plan', 'code', 'debug'),
  kind: fc.constantFrom(undefined, 'work', 'title'),
  run: fc.constantFrom(undefined, 'r1', 'r2'),
  billing: fc.constantFrom('metered', 'plan', 'unknown'),
  uncachedInput: fc.integer({ min: 0, max: 3000 }),
  cacheRead: fc.integer({ min: 0, max: 5000 }),
  cacheWrite5m: fc.integer({ min: 0, max: 1000 }),
  sample: fc.constantFrom(undefined, undefined, undefined, true),
  hash: fc.constantFrom(undefined, 's1', 's2'),
  sightings: fc.array(
    fc.record({
      source: fc.constantFrom<SourceKind>('gateway', 'sessions', 'otlp'),
      state: fc.constantFrom('running', 'ok', 'cut', 'estimated', 'partial'),
      keys: fc.constantFrom(['rq'], ['rq', 'msg'], ['msg'], ['msg', 'req'], ['req']),
      late: fc.integer({ min: 0, max: 3 }),
      copied: fc.boolean(),
      tellsMode: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});
type Truth = typeof truth extends fc.Arbitrary<infer T> ? T : never;

const factsOf = (systemHash: string) => ({
  system: 100,
  tools: 300,
  messages: 600,
  unusedTools: 200,
  systemHash,
  toolsHash: 't',
});

/**
 * Output tokens differ between requests, so that likeness alone never makes two one (likeness has its own test below);
 * and somebody saw every id of a request, sooner or later, so that its sightings are one by their keys.
 */
function sightingsOf(request: Truth, index: number): Observation[] {
  const knowsAll = {
    source: 'gateway',
    state: 'running',
    keys: ['rq', 'msg', 'req'],
    late: 0,
    copied: false,
    tellsMode: false,
  } as const;
  return [...request.sightings, knowsAll].map((told) => {
    const running = told.state === 'running';
    const output = running ? 0 : told.state === 'partial' ? 1000 + index * 10 - 3 : 1000 + index * 10;
    return sighting({
      source: told.source,
      keys: told.keys.map((space) => (space === 'rq' ? `rq:rq_${index}` : `${space}:${index}`)),
      at: noon - 30 * hour + request.slot * hour + told.late * second,
      task: told.copied ? `${request.task}-copy` : request.task,
      parent: request.task === 'codex:b' ? 'codex:a' : request.task === 'codex:c' ? 'codex:b' : undefined,
      model: request.model,
      mode: told.tellsMode ? request.mode : undefined,
      kind: request.kind,
      run: request.run,
      billing: told.source === 'sessions' ? 'unknown' : request.billing,
      usage: {
        uncachedInput: request.uncachedInput,
        cacheRead: request.cacheRead,
        cacheWrite5m: request.cacheWrite5m,
        output,
      },
      counted: told.state === 'estimated' || running ? 'estimated' : 'reported',
      outcome: running ? 'running' : told.state === 'cut' ? 'cut' : 'ok',
      sample: request.sample,
      ...(told.source === 'gateway' && request.hash !== undefined ? { facts: factsOf(request.hash) } : {}),
    });
  });
}

/** Everything the ledger tells, but for row numbers. */
function picture(ledger: Ledger): unknown {
  const ids = ['codex:a', 'codex:b', 'codex:c', 'codex:a-copy', 'codex:b-copy', 'codex:c-copy'];
  return {
    requests: ledger.requests({ limit: 10_000 }),
    tasks: ledger.tasks({ limit: 100 }),
    trees: ids.map((id) => ledger.task(id, { tree: true })?.usd),
    totals: (['today', '7d', 'month', 'all'] as const).map((range) => ledger.total(range)),
    modes: ledger.byMode('all'),
    models: ledger.byModel('all'),
    agents: ledger.byAgent('all'),
    week: ledger.week(),
  };
}

function filled(batches: readonly (readonly Observation[])[]): Ledger {
  const ledger = openLedger();
  for (const batch of batches) ledger.observe(batch);
  return ledger;
}

/** The observations in another order, some of them twice, cut into batches anywhere. */
function rearranged(all: readonly Observation[]): fc.Arbitrary<Observation[][]> {
  return fc
    .tuple(
      fc.shuffledSubarray([...all, ...all], { minLength: all.length, maxLength: all.length * 2 }),
      fc.infiniteStream(fc.nat(4)),
    )
    .map(([order, cuts]) => {
      // Whatever the shuffle left out comes at the end: every sighting comes at least once.
      const stream = [...order, ...all.filter((one) => !order.includes(one))];
      const batches: Observation[][] = [[]];
      for (const one of stream) {
        if (cuts.next().value === 0) batches.push([]);
        batches.at(-1)?.push(one);
      }
      return batches;
    });
}

describe('ledger: properties', function () {
  this.timeout(120_000);

  it('sums and rows do not depend on order, batching or repetition', () => {
    const scene = fc.array(truth, { minLength: 1, maxLength: 12 }).chain((truths) => {
      const all = truths.flatMap(sightingsOf);
      return fc.tuple(fc.constant(all), rearranged(all));
    });
    fc.assert(
      fc.property(scene, ([all, batches]) => {
        const once = filled([all]);
        const again = filled(batches);
        assert.deepEqual(once.verify(), []);
        assert.deepEqual(again.verify(), []);
        assert.deepEqual(picture(again), picture(once));
        once.close();
        again.close();
      }),
      { numRuns: runs },
    );
  });

  it('sources that share no id still make one row of one request, in any order', () => {
    const one = fc.record({
      gap: fc.integer({ min: 12, max: 400 }),
      late: fc.integer({ min: 0, max: 5 }),
      output: fc.integer({ min: 1, max: 3 }),
      input: fc.integer({ min: 1, max: 5000 }),
      mode: fc.constantFrom('plan', 'code'),
    });
    const scene = fc.array(one, { minLength: 1, maxLength: 15 }).chain((given) => {
      let at = noon - 2 * hour;
      const pairs = given.flatMap(({ gap, late, output, input, mode }, i) => {
        at += gap * second;
        const usage = { uncachedInput: input, output };
        return [
          sighting({ keys: [`rq:rq_${i}`, `resp:${i}`], at, usage }),
          sighting({ source: 'sessions', keys: [`line:${i}`], at: at + late * second, usage, mode, billing: 'unknown' }),
        ];
      });
      return fc.tuple(fc.constant(pairs), rearranged(pairs));
    });
    fc.assert(
      fc.property(scene, ([pairs, batches]) => {
        const ledger = filled(batches);
        assert.deepEqual(ledger.verify(), []);
        assert.equal(ledger.requests({ limit: 100 }).length, pairs.length / 2);
        assert.deepEqual(picture(ledger), picture(filled([pairs])));
        ledger.close();
      }),
      { numRuns: runs },
    );
  });

  it('holds its sums through recovery, new prices and whatever else is done, in any order', () => {
    type Step = { kind: 'observe'; batch: Observation[] } | { kind: 'recover' } | { kind: 'reprice'; factor: bigint };
    const steps = fc
      .array(truth, { minLength: 1, maxLength: 8 })
      .chain((truths) =>
        rearranged(truths.flatMap(sightingsOf)).chain((batches) =>
          fc.array(
            fc.oneof(
              { weight: 5, arbitrary: fc.constantFrom(...batches).map((batch): Step => ({ kind: 'observe', batch })) },
              { weight: 1, arbitrary: fc.constant<Step>({ kind: 'recover' }) },
              { weight: 1, arbitrary: fc.bigInt({ min: 1n, max: 3n }).map((factor): Step => ({ kind: 'reprice', factor })) },
            ),
            { minLength: 1, maxLength: 12 },
          ),
        ),
      );
    fc.assert(
      fc.property(steps, (todo) => {
        let factor = 1n;
        const ledger = openLedger({
          price: ({ usage }) => ({ cost: factor * BigInt(promptTokens(usage) * 3 + usage.output * 5), basis: 'priced' }),
        });
        for (const step of todo) {
          switch (step.kind) {
            case 'observe':
              ledger.observe(step.batch);
              break;
            case 'recover':
              ledger.recoverOpen();
              break;
            case 'reprice':
              factor = step.factor;
              Array.from(ledger.repricing());
          }
        }
        Array.from(ledger.repricing());
        assert.deepEqual(ledger.verify(), []);
        ledger.close();
      }),
      { numRuns: runs },
    );
  });
});
