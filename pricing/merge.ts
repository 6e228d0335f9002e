import { isLocal, modelName, proprietaryVendor, providerName, shorterNames, withoutDate } from '../src/core/models.ts';
import { PriceBook } from '../src/core/priceBook.ts';
import type { BookData, ModelPrices, PricePeriod, PriceSource, Rates } from '../src/core/priceBookData.ts';
import type { Catalog, HandRow } from './schema.ts';

/** What the book is made of. Hand-kept rows win over both catalogues, the fresher catalogue over the dated one; agents' own lists, best first, fill gaps. */
export interface Ingredients {
  readonly hand: readonly HandRow[];
  readonly piAi: Catalog;
  readonly genaiPrices: Catalog;
  readonly lists: readonly Catalog[];
}

type Rows = Map<string, ModelPrices>;

/** Makes the book: one row per provider and model, sorted, the same for the same ingredients. */
export function merge({ hand, piAi, genaiPrices, lists }: Ingredients): BookData {
  const sources: Record<string, PriceSource> = {
    'pi-ai': catalogSource(piAi, 'https://github.com/earendil-works/pi'),
    'genai-prices': catalogSource(genaiPrices, 'https://github.com/pydantic/genai-prices'),
  };
  const rows: Rows = new Map();
  addGenaiPrices(rows, genaiPrices);
  addPiAi(rows, piAi);
  for (const row of hand) addHandRow(rows, sources, row);
  dropDated(rows);
  addBedrockClaude(rows);
  const checks = Object.values(sources).map(({ checkedAt }) => checkedAt);
  const asOf = checks.sort().at(-1) ?? '';
  const kept = [...rows.values()].filter((row) => !isVendorsPrice(row, rows, Date.parse(asOf)));
  const models = kept.map((row) => tidy(row, rows));
  for (const list of lists) addGaps(models, sources, list, Date.parse(asOf));
  models.sort(byProviderAndModel);
  return { schemaVersion: 1, asOf, sources: used(sources, models), models };
}

/**
 * Rows of an agent's list for what the book could not price, and for resellers that only the list knows, where they sell a maker's model at another price than the
 * maker. Not for a maker's model that the maker's own card does not know: without dates and tiers such a row is as good as a guess. Not for a model that a seller
 * had once: the list is behind. Not for subscriptions, whose list prices nobody pays.
 */
function addGaps(models: ModelPrices[], sources: Record<string, PriceSource>, list: Catalog, at: number): void {
  const name = list.package.replace(/^@/, '').replace('/', '-');
  sources[name] = catalogSource(list, `https://www.npmjs.com/package/${list.package}`);
  const book = new PriceBook({ schemaVersion: 1, asOf: '', sources, models });
  const sellers = new Set(models.filter((row) => !row.confidence).map((row) => row.provider));
  const known = new Set(models.flatMap((row) => [row.model, ...(row.aliases ?? [])].map((model) => key(row.provider, model))));
  for (const { provider: written, model, periods } of list.models) {
    const provider = providerName(written);
    const maker = proprietaryVendor(modelName(model).id);
    if (isUnusable(provider, model) || /plan|coding|^cline/.test(provider) || isLocal(provider, model)) continue;
    if (known.has(key(provider, model))) continue;
    const found = book.resolve({ id: model, provider, at });
    const isResold = maker !== undefined && maker !== provider;
    if (
      isResold
        ? sellers.has(provider) || !isResellersPrice(periods.at(-1), cardOf(book, models, { id: model, provider, at }))
        : found
    )
      continue;
    models.push({ provider, model, source: name, confidence: 'low', periods });
    known.add(key(provider, model));
  }
}

/** What a maker asks, or has asked or will ask, for a model that a reseller may write with its thinking named. */
interface Card {
  readonly periods: readonly PricePeriod[];
  /** What it asks under the very name now, where it sells it under that. */
  readonly named: Rates | undefined;
}

function cardOf(
  book: PriceBook,
  models: readonly ModelPrices[],
  question: { id: string; provider: string; at: number },
): Card | undefined {
  const whole = book.resolve(question);
  const found = whole ?? book.resolve({ ...question, id: question.id.replace(/-(?:thinking|reasoning)$/, '') });
  const row = models.find(({ provider, model }) => `${provider}/${model}` === found?.canonical);
  return row && { periods: row.periods, named: whole?.rates };
}

/**
 * Whether a reseller has a price of its own. A list that is behind has one of the maker's other days; and one that says nothing of what is read from a cache, which most of an agent's
 * prompt is, is no price of it.
 */
function isResellersPrice(period: PricePeriod | undefined, card: Card | undefined): boolean {
  if (!period || !card) return false;
  if (card.periods.some(({ rates }) => rates.cacheRead !== undefined) && period.rates.cacheRead === undefined) return false;
  const asked = card.named === undefined ? [] : [card.named, ...card.periods.map(({ rates }) => rates)];
  return asked.every((rates) => isAnotherPrice(period.rates, rates));
}

/** Less than a twentieth is a rate of exchange or a rounding. */
function isAnotherPrice(one: Rates, other: Rates): boolean {
  const differs = (a: string, b: string) => Math.abs(Number(a) - Number(b)) > Number(b) / 20;
  return differs(one.input, other.input) || differs(one.output, other.output);
}

function catalogSource(catalog: Catalog, url: string): PriceSource {
  return { url, kind: 'catalog', checkedAt: catalog.date, package: `${catalog.package}@${catalog.version}` };
}

function key(provider: string, model: string): string {
  return `${provider} ${model}`;
}

/** What the catalogues write for their own machinery, under a seller that does not sell it, and Claude on Bedrock, which is derived. */
function isUnusable(provider: string, model: string): boolean {
  return (
    /^(?:ft:|regional\.)|-$|^moderation$|auto$|router$/.test(model) ||
    // What they speak has another price than what they write.
    /^(?:openai\/)?gpt-(?:4o-(?:mini-)?)?audio/.test(model) ||
    (provider === 'amazon-bedrock' && /claude/.test(model)) ||
    (provider === 'google' && /^claude/.test(model)) ||
    (provider === 'openai' && /^gpt-oss/.test(model))
  );
}

/** What a catalogue or list names and the book leaves unpriced on purpose (`SOURCES.md` says why). */
export function isLeftOut(written: string, model: string): boolean {
  const provider = providerName(written);
  const maker = proprietaryVendor(modelName(model).id);
  return (
    isUnusable(provider, model) ||
    /plan|coding|^cline/.test(provider) ||
    provider === 'openrouter' ||
    (maker !== undefined && maker !== provider)
  );
}

function addGenaiPrices(rows: Rows, catalog: Catalog): void {
  for (const { provider: written, model, aliases, periods } of catalog.models) {
    const provider = providerName(written);
    if (isUnusable(provider, model)) continue;
    // What OpenRouter charges depends on who served the request; it reports that cost itself.
    const confidence = provider === 'openrouter' ? 'low' : undefined;
    const row: ModelPrices = { provider, model, aliases, source: 'genai-prices', confidence, periods };
    rows.set(key(provider, model), row);
  }
}

function addPiAi(rows: Rows, catalog: Catalog): void {
  for (const { provider: written, model, periods } of catalog.models) {
    const provider = providerName(written);
    if (isUnusable(provider, model)) continue;
    // Its OpenRouter rows of open-weight models mix the prices of different endpoints.
    if (provider === 'openrouter' && !proprietaryVendor(modelName(model).id)) continue;
    const dated = rows.get(key(provider, model));
    if (dated && sameRates(dated.periods.at(-1), periods.at(-1))) continue;
    rows.set(key(provider, model), { provider, model, aliases: dated?.aliases, source: 'pi-ai', periods });
  }
}

function addHandRow(rows: Rows, sources: Record<string, PriceSource>, row: HandRow): void {
  const { note: _note, source, aliases, ...rest } = row;
  const { host, pathname } = new URL(source.url);
  const name = `${host}${pathname} ${source.checkedAt}`.replace(/\s/g, '@');
  sources[name] = { url: source.url, kind: source.kind ?? 'vendor', checkedAt: source.checkedAt };
  const before = rows.get(key(row.provider, row.model));
  for (const alias of aliases ?? []) rows.delete(key(row.provider, alias));
  const all = [...(aliases ?? []), ...(before?.aliases ?? [])];
  rows.set(key(row.provider, row.model), { ...rest, aliases: all.length ? all : undefined, source: name });
}

/** A dated id that costs what the undated one does is the same model: the row that knows more stays. */
function dropDated(rows: Rows): void {
  for (const [name, row] of [...rows]) {
    const base = rows.get(key(row.provider, withoutDate(row.model)));
    if (!base || base === row) continue;
    const [own, other] = [row.periods.at(-1)?.rates, base.periods.at(-1)?.rates];
    if (own?.input === other?.input && own?.output === other?.output) rows.delete(name);
  }
}

/** Bedrock sells Claude at Anthropic's card; everything but its global profiles costs 10 % more from Claude 4.5 on. */
function addBedrockClaude(rows: Rows): void {
  const places = ['regional', 'us', 'us-gov', 'eu', 'apac', 'jp', 'au', 'in', 'ca'];
  const tenPercent = Object.fromEntries(places.map((place) => [place, '1.1']));
  for (const row of [...rows.values()].filter((each) => each.provider === 'anthropic' && each.model.startsWith('claude-'))) {
    const premium = !/^claude-(?:v?\d|instant|(?:opus|sonnet)-4(?:-1)?$)/.test(row.model);
    const periods = row.periods.map(({ from, to, rates, tiers }): PricePeriod => {
      const serviceTiers = { batch: { multiplier: '0.5' } };
      return { from, to, rates, tiers, serviceTiers, ...(premium ? { regions: tenPercent } : {}) };
    });
    const of = `${row.provider}/${row.model}`;
    rows.set(key('amazon-bedrock', row.model), { ...row, provider: 'amazon-bedrock', of, periods });
  }
}

/** A reseller's row that says what the maker's own card says: the maker's card, with its dates, stands in for it. */
function isVendorsPrice(row: ModelPrices, rows: Rows, at: number): boolean {
  const { id, variant } = modelName(row.model);
  const vendor = proprietaryVendor(id);
  if (!vendor || vendor === row.provider || variant || row.of) return false;
  const own = rows.get(key(vendor, id));
  return own !== undefined && sameRates(current(own, at), current(row, at));
}

function current(row: ModelPrices, at: number): PricePeriod | undefined {
  return row.periods.find(({ from, to }) => (!from || Date.parse(from) <= at) && (!to || at < Date.parse(to)));
}

/** What every catalogue knows: input, output, cache read, and the same in each tier. */
function sameRates(a: PricePeriod | undefined, b: PricePeriod | undefined): boolean {
  if (!a || !b || (a.tiers?.length ?? 0) !== (b.tiers?.length ?? 0)) return false;
  const same = (left: Partial<Rates>, right: Partial<Rates>) =>
    left.input === right.input && left.output === right.output && left.cacheRead === right.cacheRead;
  return (
    same(a.rates, b.rates) &&
    (a.tiers ?? []).every((tier, at) => {
      const other = b.tiers?.[at];
      return other?.above === tier.above && same(tier.rates, other.rates);
    })
  );
}

/** Leaves out aliases that are found anyway or that name another row, and everything undefined. */
function tidy(row: ModelPrices, rows: Rows): ModelPrices {
  const found = (alias: string) => {
    const name = modelName(alias).id;
    return alias === row.model || [name, ...shorterNames(name).map((each) => each.id)].includes(row.model);
  };
  const aliases = [...new Set(row.aliases ?? [])]
    .filter((alias) => !found(alias) && !rows.has(key(row.provider, alias)) && !rows.has(key(row.provider, modelName(alias).id)))
    .sort();
  const { provider, model, of, source, confidence, periods } = row;
  return clean({ provider, model, of, aliases: aliases.length ? aliases : undefined, source, confidence, periods });
}

function clean<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function byProviderAndModel(a: ModelPrices, b: ModelPrices): number {
  const [left, right] = [key(a.provider, a.model), key(b.provider, b.model)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function used(sources: Readonly<Record<string, PriceSource>>, models: readonly ModelPrices[]): Record<string, PriceSource> {
  const names = [...new Set(models.map((row) => row.source))].sort();
  return Object.fromEntries(names.flatMap((name) => (sources[name] ? [[name, sources[name]]] : [])));
}

/** The file's text: one row per line, so that a change of price shows as a changed line. */
export function bookText(book: BookData): string {
  const { models, ...head } = book;
  return `${JSON.stringify(head).slice(0, -1)},"models":[\n${models.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`;
}
