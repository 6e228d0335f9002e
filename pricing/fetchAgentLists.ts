import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decimalOf, format } from '../src/core/decimal.ts';
import type { Rates } from '../src/core/priceBookData.ts';
import { writes } from './cacheWrites.ts';
import type { Catalog } from './schema.ts';

/**
 * The price lists that two coding agents carry with them: they name hundreds of small sellers that no catalogue has. Plain input, output and cache prices
 * without dates or tiers, so they only fill gaps (`merge.ts`). Their packages are installed in a folder of their own and asked for their data.
 */

const run = promisify(execFile);

export const clineList = { name: '@cline/llms', version: '0.0.86', date: '2026-09-27', licence: 'Apache-2.0' };
export const rooList = { name: '@roo-code/types', version: '1.115.0', date: '2026-08-29', licence: 'MIT' };

/** Seller of each of Roo's lists; the lists not named here are other agents' logins and plans. */
const rooSellers: Readonly<Record<string, string>> = {
  basetenModels: 'baseten',
  bedrockModels: 'bedrock',
  fireworksModels: 'fireworks',
  internationalZAiModels: 'zai',
  mainlandZAiModels: 'zhipuai',
  minimaxModels: 'minimax',
  mistralModels: 'mistral',
  moonshotModels: 'moonshotai',
  sambaNovaModels: 'sambanova',
  vertexModels: 'vertex',
  xaiModels: 'xai',
};

const asked = `
import * as cline from '@cline/llms';
import * as roo from '@roo-code/types';
const rows = { cline: [], roo: [] };
for (const seller of cline.getProviderIds())
  for (const [id, { pricing }] of Object.entries(cline.getGeneratedModelsForProvider(seller) ?? {}))
    if (pricing) rows.cline.push([seller, id, pricing.input, pricing.output, pricing.cacheRead, pricing.cacheWrite]);
for (const [list, models] of Object.entries(roo))
  if (/Models$/.test(list) && typeof models === 'object')
    for (const [id, m] of Object.entries(models))
      rows.roo.push([list, id, m.inputPrice, m.outputPrice, m.cacheReadsPrice, m.cacheWritesPrice]);
console.log(JSON.stringify(rows));
`;

type Row = readonly [seller: string, id: string, input?: number, output?: number, cacheRead?: number, cacheWrite?: number];

/** Installs the packages below `temp` and answers their lists. */
export async function readAgentLists(temp: string): Promise<{ readonly cline: Catalog; readonly roo: Catalog }> {
  await writeFile(join(temp, 'package.json'), '{"type":"module"}');
  const packages = [clineList, rooList].map(({ name, version }) => `${name}@${version}`);
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...packages], { cwd: temp });
  await writeFile(join(temp, 'ask.js'), asked);
  const { stdout } = await run(process.execPath, ['ask.js'], { cwd: temp, maxBuffer: 64 * 1024 * 1024 });
  const { cline, roo } = JSON.parse(stdout) as { cline: readonly Row[]; roo: readonly Row[] };
  const ofSellers = roo.flatMap(([list, ...rest]): Row[] => {
    const seller = rooSellers[list];
    return seller ? [[seller, ...rest]] : [];
  });
  return { cline: catalogOf(clineList, cline), roo: catalogOf(rooList, ofSellers) };
}

/** Pictures, films, sound and pages are charged by other units. */
const otherUnits = /image|imagine|video|audio|speech|tts|voice|music|omni-live|transcri|whisper|ocr|rerank/;

function catalogOf({ name, version, date, licence }: typeof clineList, rows: readonly Row[]): Catalog {
  const models = new Map<string, Catalog['models'][number]>();
  for (const [provider, written, input = 0, output = 0, cacheRead, cacheWrite] of rows) {
    const model = written.toLowerCase();
    // 0 stands for plans, trials and "not known".
    if (!(input > 0) || !(output > 0) || /\s|:free$/.test(model) || otherUnits.test(model)) continue;
    const rates: Rates = {
      input: text(input),
      output: text(output),
      ...(cacheRead ? { cacheRead: text(cacheRead) } : {}),
      ...(cacheWrite ? writes(model, text(input), text(cacheWrite)) : {}),
    };
    models.set(`${provider} ${model}`, { provider, model, periods: [{ rates }] });
  }
  return { package: name, version, licence, date, models: [...models.values()] };
}

function text(value: number): string {
  return format(decimalOf(value));
}
