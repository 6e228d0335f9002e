import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { decimalOf, format } from '../src/core/decimal.ts';
import type { PricePeriod, Rates } from '../src/core/priceBookData.ts';
import { writes } from './cacheWrites.ts';
import { readAgentLists } from './fetchAgentLists.ts';
import type { Catalog } from './schema.ts';

/**
 * Reads two public price catalogues and two agents' own lists out of their npm packages (exact versions, package files only, nothing is run but
 * their data) and writes down what the book can use, one row per provider and model. `SOURCES.md` has their licences.
 */

const run = promisify(execFile);

type CatalogModel = Catalog['models'][number];

const piAi = { name: '@earendil-works/pi-ai', version: '1.5.2' };
const genaiPrices = { name: '@pydantic/genai-prices', version: '0.1.8', date: '2026-09-23' };

export async function fetchCatalogs(folder: string): Promise<void> {
  const temp = await mkdtemp(join(tmpdir(), 'price-catalogs-'));
  try {
    await writeCatalog(join(folder, 'pi-ai.json'), await readPiAi(await unpack(temp, piAi)));
    await writeCatalog(join(folder, 'genai-prices.json'), await readGenaiPrices(await unpack(temp, genaiPrices)));
    const { cline, roo } = await readAgentLists(await mkdtemp(join(temp, 'lists-')));
    await writeCatalog(join(folder, 'cline-llms.json'), cline);
    await writeCatalog(join(folder, 'roo-types.json'), roo);
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

async function unpack(temp: string, { name, version }: { readonly name: string; readonly version: string }): Promise<string> {
  const { stdout } = await run('npm', ['pack', `${name}@${version}`, '--ignore-scripts', '--silent', '--pack-destination', temp]);
  const folder = await mkdtemp(join(temp, 'package-'));
  await run('tar', ['xzf', join(temp, stdout.trim().split('\n').at(-1) ?? ''), '-C', folder]);
  return join(folder, 'package');
}

/** One row per line, so that a new version of a catalogue shows as a readable difference. */
async function writeCatalog(path: string, catalog: Catalog): Promise<void> {
  const { models, ...head } = catalog;
  const rows = [...models]
    .sort((a, b) => compare(a.provider, b.provider) || compare(a.model, b.model))
    .map((row) => JSON.stringify(row));
  await writeFile(path, `${JSON.stringify(head).slice(0, -1)},"models":[\n${rows.join(',\n')}\n]}\n`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// pi-ai: current prices, no dates; 0 stands for "no such price"; one write price, whose lifetime the family tells.

interface PiCost {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}
interface PiModel {
  readonly id: string;
  readonly type: string;
  readonly provider: string;
  readonly cost: PiCost & { readonly tiers?: readonly (PiCost & { readonly inputTokensAbove: number })[] };
}

async function readPiAi(folder: string): Promise<Catalog> {
  const data = join(folder, 'dist/providers/data');
  const manifest = JSON.parse(await readFile(join(data, '.manifest.json'), 'utf8')) as { generatedAt: string };
  const models = new Map<string, CatalogModel>();
  for (const file of (await readdir(data)).filter((name) => name.endsWith('.json') && !name.startsWith('.'))) {
    const byApi = JSON.parse(await readFile(join(data, file), 'utf8')) as Record<string, Record<string, PiModel>>;
    for (const model of Object.values(byApi).flatMap((each) => Object.values(each))) {
      const { cost, provider, id } = model;
      const free = cost.input === 0 && cost.output === 0;
      if (model.type !== 'chat' || cost.input < 0 || (free && !id.endsWith('-free')) || id.endsWith(':free')) continue;
      const tiers = cost.tiers?.map((tier) => ({ above: tier.inputTokensAbove, rates: piRates(id, tier) }));
      const period: PricePeriod = { rates: piRates(id, cost), ...(tiers?.length ? { tiers } : {}) };
      models.set(`${provider} ${id.toLowerCase()}`, { provider, model: id.toLowerCase(), periods: [period as never] });
    }
  }
  return {
    package: piAi.name,
    version: piAi.version,
    licence: 'MIT',
    date: manifest.generatedAt.slice(0, 10),
    models: [...models.values()],
  };
}

function piRates(id: string, cost: PiCost): Rates {
  const read = cost.cacheRead > 0 ? { cacheRead: text(cost.cacheRead) } : {};
  const write = cost.cacheWrite > 0 ? writes(id, text(cost.input), text(cost.cacheWrite)) : {};
  return { input: text(cost.input), output: text(cost.output), ...read, ...write };
}

// genai-prices: dated prices and search fees. Its match rules by prefix or part are not used: they give neighbours' prices.

type GenaiPrice =
  | number
  | { readonly base: number; readonly tiers: readonly { readonly start: number; readonly price: number }[] };
type GenaiPrices = Readonly<Record<string, GenaiPrice>>;
interface GenaiCondition {
  readonly constraint?: { readonly type: string; readonly start_date?: string };
  readonly prices: GenaiPrices;
}
interface GenaiMatch {
  readonly equals?: string;
  readonly or?: readonly GenaiMatch[];
}
interface GenaiProvider {
  readonly id: string;
  readonly models: readonly {
    readonly id: string;
    readonly match: GenaiMatch;
    readonly prices: GenaiPrices | readonly GenaiCondition[];
  }[];
}

/** Charged by something a chat request has none of: such a model cannot be priced by tokens alone. */
const otherUnits = /hours|kpages|requests_kcount|messages_kcount|output_(?:image|audio|video)|output_citation/;

async function readGenaiPrices(folder: string): Promise<Catalog> {
  const source = await readFile(join(folder, 'dist/index.js'), 'utf8');
  const name = /^const (\w+) ?= ?\[/.exec(source)?.[1];
  if (!name) throw new Error('genai-prices has another form than expected');
  const copy = join(folder, 'dist/catalog.mjs');
  await writeFile(copy, `${source}\nexport const catalogue = ${name};\n`);
  const { catalogue } = (await import(pathToFileURL(copy).href)) as { catalogue: readonly GenaiProvider[] };
  const models = catalogue.flatMap((provider) =>
    provider.models.flatMap((model): CatalogModel[] => {
      const conditions: readonly GenaiCondition[] = Array.isArray(model.prices)
        ? model.prices
        : [{ prices: model.prices as GenaiPrices }];
      const usable = conditions.every(({ constraint, prices }) => (!constraint || constraint.start_date) && isTokenPrice(prices));
      if (!usable || /[\s]/.test(model.id) || model.id.endsWith(':free')) return [];
      const aliases = equalIds(model.match).filter((id) => id !== model.id && !/\s/.test(id));
      return [
        {
          provider: provider.id,
          model: model.id.toLowerCase(),
          ...(aliases.length ? { aliases: [...new Set(aliases.map((each) => each.toLowerCase()))].sort() } : {}),
          periods: periodsOf(model.id, conditions) as never,
        },
      ];
    }),
  );
  return { package: genaiPrices.name, version: genaiPrices.version, licence: 'MIT', date: genaiPrices.date, models };
}

function isTokenPrice(prices: GenaiPrices): boolean {
  const input = prices.input_mtok;
  return input !== undefined && amountOf(input) > 0 && !Object.keys(prices).some((key) => otherUnits.test(key));
}

function equalIds(match: GenaiMatch): readonly string[] {
  return [...(match.equals ? [match.equals] : []), ...(match.or ?? []).flatMap(equalIds)];
}

function periodsOf(id: string, conditions: readonly GenaiCondition[]): readonly PricePeriod[] {
  const starts = conditions.map(({ constraint }) => constraint?.start_date && `${constraint.start_date}T00:00:00Z`);
  return conditions.map(({ prices }, at) => ({
    ...(starts[at] ? { from: starts[at] } : {}),
    ...(starts[at + 1] ? { to: starts[at + 1] } : {}),
    ...periodOf(id, prices),
  }));
}

function periodOf(id: string, prices: GenaiPrices): PricePeriod {
  const edges = Object.values(prices).flatMap((price) =>
    typeof price === 'number' ? [] : price.tiers.map((tier) => tier.start),
  );
  const tiers = [...new Set(edges)].sort((a, b) => a - b);
  const search = prices.web_searches_kcount;
  return {
    rates: genaiRates(id, prices, 0),
    ...(tiers.length ? { tiers: tiers.map((start) => ({ above: edge(start), rates: genaiRates(id, prices, start) })) } : {}),
    ...(search !== undefined ? { webSearchPer1000: text(amountOf(search)) } : {}),
  };
}

/** The catalogue starts some tiers one token early (271 999, 199 999): vendors say "more than". */
function edge(start: number): number {
  return start % 1000 === 999 ? start + 1 : start;
}

function genaiRates(id: string, prices: GenaiPrices, start: number): Rates {
  const rate = (key: string) => (prices[key] === undefined ? undefined : text(amountOf(prices[key], start)));
  const input = rate('input_mtok') ?? '0';
  const write = rate('cache_write_mtok');
  const all = {
    input,
    output: rate('output_mtok') ?? '0',
    cacheRead: rate('cache_read_mtok'),
    ...(write ? writes(id, input, write) : {}),
    inputAudio: rate('input_audio_mtok'),
  };
  const hour = rate('cache_write_1h_mtok');
  return Object.fromEntries(
    Object.entries({ ...all, ...(hour ? { cacheWrite1h: hour } : {}) }).filter(([, value]) => value !== undefined),
  ) as unknown as Rates;
}

function amountOf(price: GenaiPrice, start = 0): number {
  if (typeof price === 'number') return price;
  return price.tiers.findLast((tier) => tier.start <= start)?.price ?? price.base;
}

function text(value: number): string {
  return format(decimalOf(value));
}
