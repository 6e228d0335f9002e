import { costTable, madeUpTable, type Run } from './costTable.ts';
import { detection } from './detection.ts';
import { escalation } from './escalation.ts';
import { prompts } from './prompts.ts';
import { recorded } from './recorded.ts';
import type { AdvisorRow } from './row.ts';
import { savings } from './savings.ts';
import { speed } from './speed.ts';

/** Every measure; `folder` holds a cost table of public runs. */
export async function advisorRows(folder: string | undefined): Promise<AdvisorRow[]> {
  const runs = folder === undefined ? [] : costTable(folder);
  const tables: readonly (readonly [string, readonly Run[]])[] = [
    ['mini-SWE-agent', runs.filter(({ harness }) => harness === 'mini')],
    ['OpenHands', runs.filter(({ harness }) => harness === 'oh')],
    ['both harnesses', runs.filter(({ harness }) => harness === 'mini' || harness === 'oh')],
    ['made up', madeUpTable()],
  ];
  return [
    ...detection(),
    ...(await recorded()),
    ...tables.flatMap(([name, table]) => savings(table, name)),
    ...prompts(),
    ...tables.filter(([name]) => name !== 'both harnesses').flatMap(([name, table]) => escalation(table, name)),
    ...speed(),
  ];
}
