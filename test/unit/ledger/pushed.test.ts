import assert from 'node:assert/strict';
import { guessedTask } from '../../../src/core/guessedTask.ts';
import type { Observation } from '../../../src/core/request.ts';
import { noon, openLedger, second, sighting } from './fixtures.ts';

type Given = NonNullable<Parameters<typeof sighting>[0]>;
const counts = { uncachedInput: 900, cacheRead: 3_000, output: 62 };
const codex = (given: Given): Observation =>
  sighting({ agent: 'codex', task: 'codex:t1', provider: 'openai', model: 'gpt-5.5', usage: counts, ...given } as Parameters<
    typeof sighting
  >[0]);
const claude = (given: Given): Observation => sighting({ usage: counts, ...given });
const cline = (given: Given): Observation => sighting({ agent: 'cline', usage: counts, ...given });

/** The same request by three doors: keys and ends differ as the real programs' do. */
const doors: Readonly<Record<string, readonly Observation[]>> = {
  'telemetry knows no id of the answer': [
    codex({ source: 'gateway', keys: ['rq:rq_a', 'resp:resp_a'], at: noon }),
    codex({ source: 'sessions', keys: ['resp:resp_a', 'total:t1/1'], at: noon + 900 }),
    codex({ source: 'otlp', keys: ['codexOtlp:a'], at: noon + 40 }),
  ],
  'telemetry knows the id of the request': [
    claude({
      source: 'gateway',
      keys: ['rq:rq_a', 'msg:msg_a', 'req:req_a'],
      at: noon,
      task: 'claude-code:s/a1',
      parent: 'claude-code:s',
    }),
    claude({ source: 'sessions', keys: ['msg:msg_a'], at: noon - 300, task: 'claude-code:s/a1', parent: 'claude-code:s' }),
    claude({
      source: 'otlp',
      keys: ['req:req_a'],
      at: noon + second,
      task: guessedTask('claude-code', 's'),
      parent: 'claude-code:s',
    }),
  ],
  'telemetry knows another name of the task': [
    cline({ source: 'otlp', keys: ['clineOtlp:a'], at: noon + 30, task: guessedTask('cline', '01JD') }),
    cline({ source: 'sessions', keys: ['cline:m1/1'], at: noon, task: 'cline:1764' }),
  ],
  'only the gateway and telemetry see it, under a mark each': [
    cline({ source: 'gateway', keys: ['rq:rq_a'], at: noon, task: guessedTask('cline', 'abc') }),
    cline({ source: 'otlp', keys: ['clineOtlp:a'], at: noon + 30, task: 'cline:s1' }),
  ],
};

function orders<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((one, at) => orders([...list.slice(0, at), ...list.slice(at + 1)]).map((rest) => [one, ...rest]));
}

describe('ledger: a request that telemetry tells too', () => {
  for (const [name, sightings] of Object.entries(doors)) {
    it(`is one row in any order, and when all of it comes again: ${name}`, () => {
      for (const order of orders(sightings)) {
        const ledger = openLedger();
        for (const one of [...order, ...order.toReversed()]) ledger.observe([one]);
        const rows = ledger.requests();
        const sources = order.map(({ source }) => source).join();
        assert.equal(rows.length, 1, sources);
        assert.equal(rows[0]?.task.includes(':~'), false, sources);
        if (sightings.length === 3) assert.equal(rows[0]?.task, sightings[0]?.task, sources);
        assert.deepEqual(ledger.verify(), [], sources);
      }
    });
  }

  it('is never taken for another request of the same length a moment before', () => {
    const first = { at: noon, usage: counts };
    const next = { at: noon + 2 * second, usage: { ...counts, cacheRead: 3_400 } };
    for (const order of orders<Observation>([
      codex({ source: 'otlp', keys: ['codexOtlp:a'], ...first }),
      codex({ source: 'sessions', keys: ['resp:resp_b'], ...next }),
      codex({ source: 'otlp', keys: ['codexOtlp:b'], ...next }),
      codex({ source: 'sessions', keys: ['resp:resp_a'], ...first }),
    ])) {
      const ledger = openLedger();
      for (const one of order) ledger.observe([one]);
      assert.deepEqual(
        ledger
          .requests()
          .map(({ usage }) => usage.cacheRead)
          .sort(),
        [3_000, 3_400],
      );
      assert.deepEqual(ledger.verify(), []);
    }
  });
});
