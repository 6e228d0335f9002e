import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { advise, isWorthACard } from '../../../src/advisor/advise.ts';
import { stepOf } from '../../../src/advisor/step.ts';
import type { RequestFacts } from '../../../src/agents/agent.ts';
import { identify } from '../../../src/agents/registry.ts';
import { readSessions } from '../../../src/cli/report.ts';
import { RequestSet } from '../../../src/core/requestSet.ts';
import { inputOf, price } from '../../unit/advisor/scripted.ts';
import { type AdvisorRow, percent } from './row.ts';

const homes = fileURLToPath(new URL('../../fixtures/homes/', import.meta.url));

/** The session files that real agents wrote, which the tests keep: the rules read them, and such small histories are no ground for a card. */
export async function recorded(): Promise<AdvisorRow[]> {
  let requests = 0;
  let rows = 0;
  let cards = 0;
  for (const name of readdirSync(homes)) {
    const seen = new RequestSet();
    await readSessions({ home: `${homes}${name}`, env: {}, platform: 'linux' }, seen);
    const steps = [...seen.rows()].flatMap((one) => stepOf(one, price(one)) ?? []);
    const now = Math.max(0, ...steps.map(({ at }) => at)) + 3_600_000;
    const advice = advise(inputOf(steps, now));
    requests += steps.length;
    rows += advice.length;
    cards += advice.filter(isWorthACard).length;
  }
  return [
    {
      id: 'K1',
      what: `cards on the recorded histories of real agents (${requests} requests; ${rows} rows)`,
      measured: String(cards),
      target: '0',
      baseline: '',
      met: cards === 0,
    },
    kinds(),
  ];
}

/** Recorded requests of Claude Code, OpenCode, Kilo and Codex: what each was for is known from what the agent was told to do. */
function kinds(): AdvisorRow {
  const file = new URL('../../fixtures/advisor/requests.json', import.meta.url);
  const all = JSON.parse(readFileSync(file, 'utf8')) as readonly (RequestFacts & { readonly truth: string })[];
  const right = all.filter(({ truth, ...facts }) => identify(facts).kind === truth).length;
  return {
    id: '§1',
    what: `kinds told right on ${all.length} recorded requests of four real agents`,
    measured: percent(right / all.length, 1),
    target: '≥ 99 %',
    baseline: '',
    met: right / all.length >= 0.99,
  };
}
