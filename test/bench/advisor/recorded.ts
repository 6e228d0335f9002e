import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { advise, isWorthACard } from '../../../src/advisor/advise.ts';
import { stepOf } from '../../../src/advisor/step.ts';
import { readSessions } from '../../../src/cli/report.ts';
import { inputOf, price } from '../../unit/advisor/scripted.ts';
import type { AdvisorRow } from './row.ts';

const homes = fileURLToPath(new URL('../../fixtures/homes/', import.meta.url));

/** The session files that real agents wrote, which the tests keep: the rules read them, and such small histories are no ground for a card. */
export async function recorded(): Promise<AdvisorRow[]> {
  let requests = 0;
  let rows = 0;
  let cards = 0;
  for (const name of readdirSync(homes)) {
    const { requests: seen } = await readSessions({ home: `${homes}${name}`, env: {}, platform: 'linux' });
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
  ];
}
