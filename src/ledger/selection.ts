import type { SQLInputValue } from 'node:sqlite';
import { type Filter, fits } from './breakdown.ts';
import type { Database } from './database.ts';
import type { Day, Days, Range } from './days.ts';
import type { Dim, Dims } from './dims.ts';
import { sumsOfRows } from './rebuild.ts';
import { sumColumns } from './schema.ts';
import type { Sum } from './sums.ts';
import { type BillingAnswers, type DimSum, type SpanSums, summed, sumOf } from './totals.ts';

/** What is looked at: a range, or one task with everything it started; narrowed by a filter. */
export interface Selection {
  readonly range: Range;
  readonly task?: string | undefined;
  readonly filter?: Filter | undefined;
}

/** A sum of a day of one agent and one billing. */
export interface DaySum {
  readonly day: Day;
  readonly agent: string;
  readonly billing: string;
  readonly sum: Sum;
}

/** A condition on `requests`, with the values of its placeholders. */
export interface Scope {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
}

/** Milliseconds since the epoch; `to` is outside. */
export interface Moments {
  readonly from: number;
  readonly to: number;
}

/** A task with everything below it. */
const treeOf = 'SELECT n FROM tree';
export const withTree =
  'WITH RECURSIVE tree(n) AS (SELECT n FROM tasks WHERE id = ? UNION SELECT t.n FROM tasks t JOIN tree ON t.parent = tree.n)';
const inTree = `task IN (${withTree} ${treeOf})`;

const rowSums = sumColumns.map((name, i) => `${sumsOfRows[i]} AS ${name}`).join(', ');
const quarter = 15 * 60_000;

/** Turns a selection into sums and conditions; every other query of the breakdown is made from these. */
export class Selections {
  readonly db: Database;
  readonly dims: Dims;
  readonly days: Days;
  readonly answers: () => BillingAnswers;
  readonly now: () => number;
  readonly #spans: SpanSums;

  constructor(db: Database, dims: Dims, days: Days, spans: SpanSums, answers: () => BillingAnswers, now: () => number) {
    this.db = db;
    this.dims = dims;
    this.days = days;
    this.answers = answers;
    this.now = now;
    this.#spans = spans;
  }

  /** Sums by dim. Those of a task are its requests' own, also where it is a sample, which is in no other total. */
  sums({ range, task }: Selection): readonly DimSum[] {
    if (task === undefined) return this.#spans.of(this.days.span(range, this.now()), this.days.dayOf(this.now()));
    return this.#ofTask(task, 'dim').map(({ dim, sum }) => ({ dim, sum }));
  }

  /** `requests`, by the small index that knows these rows in time; those of one task are found by their task. */
  from(index: string, { task }: Selection): string {
    return task === undefined ? `requests r INDEXED BY ${index}` : 'requests r';
  }

  /** The same by day; what the filter leaves out is not in it. */
  daySums(selection: Selection): readonly DaySum[] {
    const { range, task } = selection;
    if (task !== undefined) {
      return this.#ofTask(task, `dim, at / ${quarter}`)
        .filter(({ dim }) => this.fits(dim, selection))
        .map(({ day, dim, sum }) => ({ day, agent: dim.agent, billing: dim.billing, sum }));
    }
    const span = this.days.span(range, this.now());
    // Summed up inside SQLite: a month has tens of thousands of these rows, and their columns are dear to carry out.
    return this.db
      .sql(
        `SELECT r.day, d.agent, d.billing, ${summed} FROM rollupDay r JOIN dims d ON d.dim = r.dim
         WHERE r.day BETWEEN ? AND ? AND r.dim IN (SELECT value FROM json_each(?)) GROUP BY r.day, d.agent, d.billing`,
      )
      .all(span.from, span.to, this.#dimsOf(selection))
      .map((row) => ({ day: Number(row.day), agent: String(row.agent), billing: String(row.billing), sum: sumOf(row) }));
  }

  /** A condition for the few rows that an index of their own knows. Samples are in no range, but in their own task. */
  scope(selection: Selection, passes?: (dim: Dim) => boolean): Scope {
    const { task } = selection;
    if (task === undefined) return this.between(selection, this.#moments(selection), passes);
    const dims = this.#dimsOf(selection, passes);
    return { where: `${inTree} AND dim IN (SELECT value FROM json_each(?))`, values: [task, dims] };
  }

  /** The same between two moments (ms, the last is outside), whatever the range. */
  between(selection: Selection, { from, to }: Moments, passes?: (dim: Dim) => boolean): Scope {
    const { task } = selection;
    const dims = this.#dimsOf(selection, passes);
    const time = { where: 'at >= ? AND at < ? AND dim IN (SELECT value FROM json_each(?))', values: [from, to, dims] };
    return task === undefined ? time : { where: `${inTree} AND ${time.where}`, values: [task, ...time.values] };
  }

  /** A condition on `tasks t`: those with a request in the range that fits. `with` goes in front of the query. */
  tasks(selection: Selection, samples = false): Scope & { readonly with: string } {
    const { task } = selection;
    if (task !== undefined) return { with: withTree, where: `t.n IN (${treeOf})`, values: [task] };
    const { from, to } = this.#moments(selection);
    const own = this.ofTask(selection);
    // One that began before may have rested all through the range; without a filter one that began in it has its first request there.
    const began = isNarrowed(selection) ? '' : 't.firstAt >= ? OR';
    return {
      with: '',
      where: `t.lastAt >= ? AND t.firstAt < ?${samples ? '' : ' AND t.sample = 0'}
        AND (${began} EXISTS (SELECT 1 FROM requests WHERE task = t.n AND ${own.where}))`,
      values: [from, to, ...(began ? [from] : []), ...own.values],
    };
  }

  /** A condition on the requests of one of these tasks: those that are in the range and fit. */
  ofTask(selection: Selection): Scope {
    const { from, to } = selection.task === undefined ? this.#moments(selection) : { from: 0, to: Number.MAX_SAFE_INTEGER };
    const time = { where: 'at >= ? AND at < ?', values: [from, to] };
    if (!isNarrowed(selection)) return time;
    return {
      where: `${time.where} AND dim IN (SELECT value FROM json_each(?))`,
      values: [...time.values, this.#dimsOf(selection)],
    };
  }

  fits(dim: Dim, { filter }: Selection): boolean {
    return fits(dim, filter, this.answers());
  }

  /** The same number of days before a range; undefined for a task and for all time. */
  before({ range, task, filter }: Selection): Selection | undefined {
    if (task !== undefined || range === 'all') return undefined;
    return { range: this.days.before(range, this.now()), filter };
  }

  #moments({ range }: Selection): Moments {
    return this.days.moments(this.days.span(range, this.now()));
  }

  /** The numbers of the dims that fit, as JSON. */
  #dimsOf(selection: Selection, passes: (dim: Dim) => boolean = () => true): string {
    return JSON.stringify(
      this.dims.all().flatMap(([n, dim]) => {
        const sampleFits = selection.task !== undefined || !dim.sample;
        return sampleFits && this.fits(dim, selection) && passes(dim) ? [n] : [];
      }),
    );
  }

  #ofTask(task: string, groups: string): (DimSum & { readonly day: Day })[] {
    return this.db
      .sql(`${withTree} SELECT dim, MIN(at) AS at, ${rowSums} FROM requests WHERE task IN (${treeOf}) GROUP BY ${groups}`)
      .all(task)
      .map((row) => ({
        day: this.days.dayOf(Number(row.at)),
        dim: { ...this.dims.get(Number(row.dim)), sample: false },
        sum: sumOf(row),
      }));
  }
}

function isNarrowed({ filter }: Selection): boolean {
  return Object.values(filter ?? {}).some((word) => word !== undefined);
}
