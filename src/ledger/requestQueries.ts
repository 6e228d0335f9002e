import type { Pico } from '../core/money.ts';
import type { Billing } from '../core/request.ts';
import { type Filter, fits } from './breakdown.ts';
import type { Database } from './database.ts';
import type { Days, Range } from './days.ts';
import type { Dim, Dims } from './dims.ts';
import { fromDatabase, picoOf, selectRequest, sourceBits } from './record.ts';
import { withTree } from './selection.ts';
import type { RequestShape } from './shapes.ts';
import { requestShape } from './toShapes.ts';
import { type BillingAnswers, billingOf } from './totals.ts';

export interface RequestQuery {
  /** Only requests of this task (of those it started too with `tree`). */
  readonly task?: string | undefined;
  readonly tree?: boolean;
  /** At most so many; 100 where nothing is said. */
  readonly limit?: number;
  /** Only what is older than this row: the last one of the page before. */
  readonly before?: { readonly at: number; readonly id: string } | undefined;
  readonly range?: Range;
  readonly filter?: Filter | undefined;
  /** Narrows the filter by what a pair of words cannot say. */
  readonly fits?: (dim: Dim) => boolean;
}

const defaultLimit = 100;
const end = { at: Number.MAX_SAFE_INTEGER, id: '' };

/** Lists of requests, newest first, a page at a time. */
export class RequestQueries {
  readonly #db: Database;
  readonly #dims: Dims;
  readonly #days: Days;
  readonly #answers: () => BillingAnswers;
  readonly #now: () => number;

  constructor(db: Database, dims: Dims, days: Days, answers: () => BillingAnswers, now: () => number) {
    this.#db = db;
    this.#dims = dims;
    this.#days = days;
    this.#answers = answers;
    this.#now = now;
  }

  list(query: RequestQuery): RequestShape[] {
    const limit = query.limit ?? defaultLimit;
    const before = query.before ?? end;
    const span = query.range === undefined ? undefined : this.#days.span(query.range, this.#now());
    const moments = span ? this.#days.moments(span) : { from: 0, to: Number.MAX_SAFE_INTEGER };
    const { from, to } = moments;
    const passes = (dim: Dim): boolean => fits(dim, query.filter, this.#answers()) && (query.fits?.(dim) ?? true);
    const dims = (query.filter || query.fits) && JSON.stringify(this.#dims.all().flatMap(([n, dim]) => (passes(dim) ? [n] : [])));
    if (query.task !== undefined) {
      const task = this.#db.sql('SELECT n FROM tasks WHERE id = ?').get(query.task);
      if (!task) return [];
      if (query.tree)
        return this.#read(`r.task IN (${withTree} SELECT n FROM tree) AND`, [query.task], from, to, before, limit, dims);
      return this.#read('r.task = ? AND', [task.n as bigint], from, to, before, limit, dims);
    }
    if (dims === undefined) return this.#read('', [], from, to, before, limit, undefined);
    // The day sums know which days hold any of these, so that a rare word is not looked for everywhere.
    const rows: RequestShape[] = [];
    const days = this.#db
      .sql(
        'SELECT DISTINCT day FROM rollupDay WHERE day BETWEEN ? AND ? AND dim IN (SELECT value FROM json_each(?)) ORDER BY day DESC',
      )
      .all(span?.from ?? 0, span?.to ?? 99_991_231, dims);
    for (const { day } of days) {
      const hours = this.#days.moments({ from: Number(day), to: Number(day) });
      if (hours.from > before.at) continue;
      rows.push(...this.#read('', [], hours.from, hours.to, before, limit - rows.length, dims));
      if (rows.length >= limit) break;
    }
    return rows;
  }

  /** The finished requests of a task tree since a moment with what they cost, newest first. */
  recentCosts(task: string, since: number, limit: number): { at: number; cost: Pico }[] {
    return this.#db
      .sql(
        `SELECT at, cost FROM requests WHERE task IN (${withTree} SELECT n FROM tree) AND at >= ? AND cost > 0 AND outcome <> 'running'
         ORDER BY at DESC LIMIT ?`,
      )
      .all(task, since, limit)
      .map((row) => ({ at: Number(row.at), cost: picoOf(row.cost) ?? 0n }));
  }

  /** Whether the newest request of a task tree was seen by the gateway. */
  lastPassedGateway(task: string): boolean {
    const newest = this.#db
      .sql(`SELECT sources FROM requests WHERE task IN (${withTree} SELECT n FROM tree) ORDER BY at DESC, id DESC LIMIT 1`)
      .get(task);
    return newest !== undefined && (Number(newest.sources) & sourceBits.gateway) !== 0;
  }

  /** What was spent since a moment, by who pays. Samples are left out. */
  spentSince(since: number): Record<Billing, Pico> {
    const spent: Record<Billing, Pico> = { metered: 0n, plan: 0n, unknown: 0n };
    for (const row of this.#db.sql('SELECT dim, SUM(cost) AS cost FROM requests WHERE at >= ? GROUP BY dim').all(since)) {
      const dim = this.#dims.get(Number(row.dim));
      if (!dim.sample) spent[billingOf(dim.billing, dim.agent, this.#answers())] += picoOf(row.cost) ?? 0n;
    }
    return spent;
  }

  #read(
    where: string,
    values: readonly (bigint | string)[],
    from: number,
    to: number,
    before: { readonly at: number; readonly id: string },
    limit: number,
    dims: string | undefined,
  ): RequestShape[] {
    return this.#db
      .sql(
        `${selectRequest} WHERE ${where} r.at >= ? AND r.at < ? AND (r.at, r.id) < (?, ?)
         ${dims === undefined ? '' : 'AND r.dim IN (SELECT value FROM json_each(?))'} ORDER BY r.at DESC, r.id DESC LIMIT ?`,
      )
      .all(...values, from, to, before.at, before.id, ...(dims === undefined ? [] : [dims]), limit)
      .map((row) => requestShape(fromDatabase(row, this.#dims.get(Number(row.dim))), this.#answers()));
  }
}
