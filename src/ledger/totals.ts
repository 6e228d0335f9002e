import type { Pico } from '../core/money.ts';
import type { Billing } from '../core/request.ts';
import { noUsage, type Usage } from '../core/usage.ts';
import type { Database } from './database.ts';
import type { Day, DaySpan } from './days.ts';
import type { Dim, Dims } from './dims.ts';
import { countColumns, moneyColumns, sumColumns } from './schema.ts';
import { emptySum, type Sum } from './sums.ts';

/** What the user answered when asked how an agent is paid, by agent. */
export type BillingAnswers = ReadonlyMap<string, Billing>;

/** Who pays a row: what was seen, or where nothing was, what the user said of the agent. */
export function billingOf(billing: string, agent: string, answers: BillingAnswers): Billing {
  if (billing === 'metered' || billing === 'plan') return billing;
  return answers.get(agent) ?? 'unknown';
}

/** Parts of a cost; `error` is how far the estimated part may be off. Pico-dollars. */
export interface BasisParts {
  reported: Pico;
  estimated: Pico;
  error: Pico;
}

/** Sums of requests, real dollars apart from plan value apart from what nobody has told. Pico-dollars. */
export interface Totals {
  requests: number;
  usage: Record<keyof Usage, number>;
  cost: Record<Billing, Pico>;
  requestsBy: Record<Billing, number>;
  reported: Pico;
  priced: Pico;
  estimated: Pico;
  /** What each of the three costs rests on; the rest of it is the provider's tokens at our prices. */
  byBasis: Record<Billing, BasisParts>;
  unpricedTokens: number;
  resentTokens: number;
  resent: Pico;
  /** Of the requests whose prompt was read: their number, our count of its parts, and what system prompt and tools cost. */
  readRequests: number;
  systemTokens: number;
  toolTokens: number;
  messageTokens: number;
  fixed: Record<Billing, Pico>;
}

export function emptyTotals(): Totals {
  return {
    requests: 0,
    usage: { ...noUsage },
    cost: { metered: 0n, plan: 0n, unknown: 0n },
    requestsBy: { metered: 0, plan: 0, unknown: 0 },
    reported: 0n,
    priced: 0n,
    estimated: 0n,
    byBasis: { metered: noParts(), plan: noParts(), unknown: noParts() },
    unpricedTokens: 0,
    resentTokens: 0,
    resent: 0n,
    readRequests: 0,
    systemTokens: 0,
    toolTokens: 0,
    messageTokens: 0,
    fixed: { metered: 0n, plan: 0n, unknown: 0n },
  };
}

function noParts(): BasisParts {
  return { reported: 0n, estimated: 0n, error: 0n };
}

export function addSum(into: Totals, sum: Sum, billing: Billing): void {
  countColumns.forEach((name, i) => {
    const value = sum.counts[i] ?? 0;
    switch (name) {
      case 'requests':
      case 'unpricedTokens':
      case 'resentTokens':
      case 'readRequests':
      case 'systemTokens':
      case 'toolTokens':
      case 'messageTokens':
        into[name] += value;
        break;
      default:
        into.usage[name] += value;
    }
  });
  into.requestsBy[billing] += sum.counts[0] ?? 0;
  const [reported = 0n, priced = 0n, estimated = 0n, resent = 0n, error = 0n, fixed = 0n] = sum.money;
  into.cost[billing] += reported + priced + estimated;
  into.reported += reported;
  into.priced += priced;
  into.estimated += estimated;
  into.resent += resent;
  into.fixed[billing] += fixed;
  const parts = into.byBasis[billing];
  parts.reported += reported;
  parts.estimated += estimated;
  parts.error += error;
}

/** Reads the sum columns of a row. */
export function sumOf(row: Record<string, unknown>): Sum {
  const sum = emptySum();
  countColumns.forEach((name, i) => {
    sum.counts[i] = Number(row[name]);
  });
  moneyColumns.forEach((name, i) => {
    sum.money[i] = row[name] as bigint;
  });
  return sum;
}

/** `SUM(…) AS …` of every sum column. */
export const summed = sumColumns.map((name) => `SUM(${name}) AS ${name}`).join(', ');

export interface DimSum {
  readonly dim: Dim;
  readonly sum: Sum;
}

/** How many spans are remembered: today, week, month, a few that someone looks at. */
const cacheSize = 16;

/**
 * Sums of a span of days by dim: at most a few thousand rows, from which every grouping and filter is answered in memory.
 * A span is remembered until a day in it changes; its last day is kept apart, so that today's requests leave the rest alone.
 */
export class SpanSums {
  readonly #db: Database;
  readonly #dims: Dims;
  readonly #cache = new Map<string, { span: DaySpan; sums: readonly DimSum[] }>();

  constructor(db: Database, dims: Dims) {
    this.#db = db;
    this.#dims = dims;
  }

  of(span: DaySpan, today: Day): readonly DimSum[] {
    if (span.from >= today || span.to < today) return this.#read(span);
    return merged(this.#read({ from: span.from, to: today - 1 }), this.#read({ from: today, to: span.to }));
  }

  /** Forgets every span that one of these days is in. */
  changed(days: Iterable<Day>): void {
    for (const day of days) {
      for (const [key, { span }] of this.#cache) if (span.from <= day && day <= span.to) this.#cache.delete(key);
    }
  }

  clear(): void {
    this.#cache.clear();
  }

  #read(span: DaySpan): readonly DimSum[] {
    const key = `${span.from}-${span.to}`;
    const known = this.#cache.get(key);
    if (known) return known.sums;
    const sums = this.#db
      .sql(`SELECT dim, ${summed} FROM rollupDay WHERE day BETWEEN ? AND ? GROUP BY dim`)
      .all(span.from, span.to)
      .map((row) => ({ dim: this.#dims.get(Number(row.dim)), sum: sumOf(row) }));
    if (this.#cache.size >= cacheSize) this.#cache.delete([...this.#cache.keys()][0] ?? '');
    this.#cache.set(key, { span, sums });
    return sums;
  }
}

function merged(a: readonly DimSum[], b: readonly DimSum[]): readonly DimSum[] {
  return b.length === 0 ? a : [...a, ...b];
}
