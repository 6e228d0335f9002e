import { type Pico, picoToUsd } from '../core/money.ts';
import { errorOf } from '../core/plusMinus.ts';
import type { Basis, Billing, Observation, Priced } from '../core/request.ts';
import { noUsage, promptTokens, type Usage, usageClasses } from '../core/usage.ts';
import type { Grouping } from './reportOptions.ts';

/** What is summed: requests that have their price. */
export interface PricedRequest {
  readonly request: Observation;
  readonly priced: Priced;
}

/** A sum as it is printed. `usd` is null where nothing in it has a price; the splits add up to it. */
export interface Sum extends Usage {
  readonly requests: number;
  readonly usd: string | null;
  /** How far `usd` may be off, for what of it is estimated. */
  readonly plusMinusUsd: string;
  /** Tokens of requests without a price: they are in the counts and not in `usd`. */
  readonly unpricedTokens: number;
  readonly basis: Readonly<Record<Exclude<Basis, 'unpriced'>, string>>;
  readonly billing: Readonly<Record<Billing, string>>;
}

export type Row = { readonly [K in Grouping]?: string } & Sum;

/** Adds requests up. Money stays integer. */
export class Summing {
  readonly #usage: { -readonly [K in keyof Usage]: number } = { ...noUsage };
  readonly #basis: Record<Exclude<Basis, 'unpriced'>, Pico> = { reported: 0n, priced: 0n, estimated: 0n };
  readonly #billing: Record<Billing, Pico> = { metered: 0n, plan: 0n, unknown: 0n };
  #requests = 0;
  #pricedRequests = 0;
  #cost: Pico = 0n;
  #error: Pico = 0n;
  #unpricedTokens = 0;

  add({ request, priced }: PricedRequest): void {
    this.#requests += 1;
    for (const name of usageClasses) this.#usage[name] += request.usage[name];
    if (priced.cost === null || priced.basis === 'unpriced') {
      this.#unpricedTokens += promptTokens(request.usage) + request.usage.output;
      return;
    }
    this.#pricedRequests += 1;
    this.#cost += priced.cost;
    this.#error += errorOf(priced.cost, priced.basis, request.prediction);
    this.#basis[priced.basis] += priced.cost;
    this.#billing[request.billing] += priced.cost;
  }

  sum(): Sum {
    return {
      ...this.#usage,
      requests: this.#requests,
      usd: this.#requests > 0 && this.#pricedRequests === 0 ? null : picoToUsd(this.#cost),
      plusMinusUsd: picoToUsd(this.#error),
      unpricedTokens: this.#unpricedTokens,
      basis: mapValues(this.#basis),
      billing: mapValues(this.#billing),
    };
  }
}

/** Rows by the words asked for, in their order; `day` is a day of the machine's time zone. */
export function summed(
  requests: Iterable<PricedRequest>,
  by: readonly Grouping[],
): { readonly totals: Sum; readonly rows: readonly Row[] } {
  const totals = new Summing();
  const groups = new Map<string, { readonly words: readonly string[]; readonly summing: Summing }>();
  for (const each of requests) {
    totals.add(each);
    const words = by.map((grouping) => wordOf(each.request, grouping));
    const key = JSON.stringify(words);
    const group = groups.get(key) ?? { words, summing: new Summing() };
    groups.set(key, group);
    group.summing.add(each);
  }
  const sorted = [...groups.values()].sort((a, b) => compareWords(a.words, b.words));
  return { totals: totals.sum(), rows: sorted.map(({ words, summing }) => ({ ...named(by, words), ...summing.sum() })) };
}

function wordOf(request: Observation, grouping: Grouping): string {
  switch (grouping) {
    case 'day':
      return dayOf(request.at);
    case 'model':
      return request.model;
    case 'agent':
      return request.agent;
    case 'task':
      return request.task;
    case 'mode':
      return request.mode?.name ?? '';
    case 'workspace':
      return request.workspace ?? '';
  }
}

const quarter = 15 * 60_000;
const days = new Map<number, string>();

/** Local day of a moment; time zones differ by quarters of an hour, so one look-up a quarter is enough. */
export function dayOf(at: number): string {
  const slot = Math.floor(at / quarter);
  let day = days.get(slot);
  if (day === undefined) {
    const date = new Date(at);
    day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    days.set(slot, day);
  }
  return day;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function compareWords(a: readonly string[], b: readonly string[]): number {
  for (const [i, word] of a.entries()) {
    const other = b[i] ?? '';
    if (word !== other) return word < other ? -1 : 1;
  }
  return 0;
}

function named(by: readonly Grouping[], words: readonly string[]): { [K in Grouping]?: string } {
  return Object.fromEntries(by.map((grouping, i) => [grouping, words[i]]));
}

function mapValues<K extends string>(amounts: Record<K, Pico>): Record<K, string> {
  return Object.fromEntries(Object.entries<Pico>(amounts).map(([name, amount]) => [name, picoToUsd(amount)])) as Record<
    K,
    string
  >;
}
