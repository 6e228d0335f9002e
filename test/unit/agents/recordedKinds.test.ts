import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { RequestFacts } from '../../../src/agents/agent.ts';
import { identify } from '../../../src/agents/registry.ts';

interface Recorded extends RequestFacts {
  readonly agent: string;
  readonly truth: string;
}

/** Made by `test/agents/recordKinds.ts` of real agents' requests. */
const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/advisor/requests.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

describe('kinds of requests that real agents sent', () => {
  for (const agent of ['claude-code', 'opencode', 'kilo', 'codex']) {
    it(agent, () => {
      const own = recorded.filter((one) => one.agent === agent);
      assert.ok(own.length >= 4);
      for (const { truth, ...facts } of own) {
        const { agent: told, kind } = identify(facts);
        assert.deepEqual([told, kind], [agent, truth]);
      }
    });
  }

  it('with side requests among them', () => {
    const kinds = recorded.map(({ truth }) => truth);
    for (const kind of ['title', 'summary']) assert.ok(kinds.filter((one) => one === kind).length >= 3, kind);
  });
});
