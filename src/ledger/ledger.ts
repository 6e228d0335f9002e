import type { Skipped } from '../agents/agent.ts';
import { type BudgetOnly, fitsOnly } from '../core/budget.ts';
import type { Disposable } from '../core/disposable.ts';
import type { ModeKind } from '../core/mode.ts';
import { type Pico, picoToUsd } from '../core/money.ts';
import type { Billing, Observation, Priceable, Priced } from '../core/request.ts';
import type { Spending } from '../core/suggestion.ts';
import { promptTokens } from '../core/usage.ts';
import { type Dimension, type Filter, fits, groupedBy, spendingOf, totalOf, unpricedOf } from './breakdown.ts';
import { Database } from './database.ts';
import { Days, dayText, type Range } from './days.ts';
import { Dims } from './dims.ts';
import { Kept, type KeptStop } from './kept.ts';
import { rebuildDays } from './rebuild.ts';
import { countedOf, fromDatabase, outcomeOf, type StoredRequest, selectRequest } from './record.ts';
import { RequestQueries, type RequestQuery } from './requestQueries.ts';
import { Selections } from './selection.ts';
import type { GroupShape, RequestShape, TaskShape, TotalShape, TransitionShape, WeekShape } from './shapes.ts';
import { TaskBook } from './taskBook.ts';
import { TaskQueries, type TaskQuery } from './taskQueries.ts';
import { requestShape, totalShape } from './toShapes.ts';
import { billingOf, type DimSum, SpanSums, type Totals } from './totals.ts';
import { verify } from './verify.ts';
import { Views } from './views.ts';
import { Writer } from './writer.ts';

export interface LedgerOptions {
  readonly price: (p: Priceable) => Priced;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** IANA time zone in which days and months begin. */
  readonly zone: string;
  /** Stored with every price, so that one can tell which price book it came from; e.g. its date as a number. */
  readonly priceRevision?: number;
  /** For readers beside the service: nothing is created or migrated, every writing call throws. */
  readonly readOnly?: boolean;
  /** Checks every page on opening. For a reopening after `LedgerDamaged`; about a second per 500 MB. */
  readonly check?: boolean;
  /** The most pages of 4 KB the file may grow to; without it, as many as the disk holds. */
  readonly mostPages?: number;
}

/** What has been spent on what. `task` means the task with everything it started, `run` that run in the whole tree of its task, `key` the local day (`YYYY-MM-DD`) or month (`YYYY-MM`). */
export type SpentScope =
  | { readonly kind: 'task'; readonly task: string }
  | { readonly kind: 'run'; readonly task: string; readonly run: string }
  | { readonly kind: 'day' | 'month'; readonly key: string; readonly only?: BudgetOnly };

export interface RepriceFilter extends Filter {
  readonly range?: Range;
  /** Only rows that had no price. */
  readonly unpricedOnly?: boolean;
}

export interface Repriced {
  readonly requests: number;
  readonly changed: number;
  readonly beforeUsd: string;
  readonly afterUsd: string;
}

const repricedAtOnce = 2_000;

/**
 * The stored requests. One process writes (the service); others may open it `readOnly` beside it. All calls are
 * synchronous; a writing call is one transaction, and when it throws nothing of it was kept.
 * Throws `LedgerBusy` when another process holds the file for more than 250 ms, `LedgerFull` when the disk is full,
 * `LedgerDamaged` when the file turns out broken while in use (close it and open it anew with `check`).
 */
export class Ledger implements Disposable {
  /** Where a damaged file was moved on opening, if there was one; it is kept. */
  readonly movedAside: string | undefined;
  readonly #db: Database;
  readonly #options: LedgerOptions;
  readonly #days: Days;
  readonly #dims: Dims;
  readonly #tasks: TaskBook;
  readonly #writer: Writer;
  readonly #spans: SpanSums;
  readonly #kept: Kept;
  readonly #taskQueries: TaskQueries;
  readonly #requestQueries: RequestQueries;
  readonly #views: Views;
  #dataVersion: number;

  private constructor(db: Database, options: LedgerOptions) {
    this.#db = db;
    this.movedAside = db.movedAside;
    this.#options = options;
    this.#days = new Days(options.zone);
    this.#dims = new Dims(db);
    this.#tasks = new TaskBook(db);
    this.#writer = new Writer({
      db,
      days: this.#days,
      dims: this.#dims,
      tasks: this.#tasks,
      price: options.price,
      priceRevision: options.priceRevision ?? 0,
      now: options.now,
    });
    this.#spans = new SpanSums(db, this.#dims);
    this.#kept = new Kept(db);
    const answers = () => this.#kept.answers();
    this.#taskQueries = new TaskQueries(db, answers);
    this.#requestQueries = new RequestQueries(db, this.#dims, this.#days, answers, options.now);
    const selections = new Selections(db, this.#dims, this.#days, this.#spans, answers, options.now);
    this.#views = new Views(selections, this.#taskQueries, this.#requestQueries, options.price);
    this.#dataVersion = db.dataVersion();
    if (!options.readOnly) this.#settleZone();
  }

  /** `:memory:` keeps nothing. Throws `NoSqlite`, `LedgerBusy`, `LedgerFull`, `LedgerVersion`; read-only also `LedgerDamaged`. */
  static open(path: string, options: LedgerOptions): Ledger {
    const db = Database.open(path, options);
    try {
      return new Ledger(db, options);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /**
   * Takes in sightings, in any order and as often as they come, and answers the rows that changed, as they now are.
   * Rows that another row was merged into name the ids that are gone in `replaced`.
   */
  observe(observations: readonly Observation[]): StoredRequest[] {
    if (observations.length === 0) return [];
    return this.#write(() => {
      for (const observation of observations) this.#writer.observe(observation);
    });
  }

  /** At start: requests that a killed process left running become `error`, with what is known of them as an estimate. */
  recoverOpen(): StoredRequest[] {
    return this.#write(() => {
      const open = this.#db.sql(`SELECT n FROM requests WHERE outcome = 'running' AND abandoned = 0`).all();
      for (const { n } of open) {
        const held = this.#writer.byNumber(Number(n));
        if (held) this.#writer.abandon(held);
      }
    });
  }

  /** The request that owns this key was sent at this moment (ms since the epoch), later than it came. */
  redate(key: string, at: number): void {
    this.#write(() => this.#writer.redate(key, at));
  }

  /**
   * Prices stored requests by the present price book, only because someone asked. Goes on a page at a time, each a transaction of its own,
   * and answers what it did with each; amounts are of all requests it looked at.
   */
  *repricing(filter: RepriceFilter = {}): Generator<Repriced> {
    const { range, unpricedOnly, ...words } = filter;
    const span = this.#days.moments(this.#days.span(range ?? 'all', this.#options.now()));
    const dims = JSON.stringify(this.#dims.all().flatMap(([n, dim]) => (fits(dim, words, this.#kept.answers()) ? [n] : [])));
    for (let last = 0, more = true; more; ) {
      const result = { requests: 0, changed: 0, before: 0n, after: 0n };
      this.#write(() => {
        const page = this.#db
          .sql(
            `SELECT n FROM requests WHERE n > ? AND at >= ? AND at < ? AND dim IN (SELECT value FROM json_each(?))
             ${unpricedOnly ? "AND basis = 'unpriced'" : ''} ORDER BY n LIMIT ${repricedAtOnce}`,
          )
          .all(last, span.from, span.to, dims);
        for (const { n } of page) {
          const held = this.#writer.byNumber(Number(n));
          if (!held) continue;
          result.requests++;
          result.before += held.row.cost ?? 0n;
          if (this.#writer.reprice(held)) result.changed++;
          result.after += held.row.cost ?? 0n;
        }
        last = Number(page.at(-1)?.n ?? 0n);
        more = page.length === repricedAtOnce;
      });
      const { requests, changed, before, after } = result;
      yield { requests, changed, beforeUsd: picoToUsd(before), afterUsd: picoToUsd(after) };
    }
  }

  /** Models that tokens were sent to without a price being known, most tokens first. Samples are left out. */
  unpriced(range: Range): { provider: string; model: string; tokens: number }[] {
    return unpricedOf(this.#sums(range));
  }

  /** Newest first. `budget` is always `none` here: budgets are the meter's to judge. */
  tasks(query: TaskQuery = {}): TaskShape[] {
    this.#refresh();
    return this.#taskQueries.list(query);
  }

  task(id: string, options: { readonly tree?: boolean } = {}): TaskShape | undefined {
    this.#refresh();
    return this.#taskQueries.one(id, options.tree);
  }

  transitions(task: string): TransitionShape[] {
    this.#refresh();
    return this.#taskQueries.transitions(task);
  }

  /** Newest first, a page at a time. */
  requests(query: RequestQuery = {}): RequestShape[] {
    this.#refresh();
    return this.#requestQueries.list(query);
  }

  /** The finished requests of a task tree since a moment with what they cost, newest first. */
  recentCosts(task: string, since: number, limit: number): { at: number; cost: Pico }[] {
    return this.#requestQueries.recentCosts(task, since, limit);
  }

  /** Whether the newest request of a task tree was seen by the gateway. */
  lastPassedGateway(task: string): boolean {
    this.#refresh();
    return this.#requestQueries.lastPassedGateway(task);
  }

  /** What was spent since a moment, by who pays. Samples are left out. */
  spentSince(since: number): Readonly<Record<Billing, Pico>> {
    return this.#requestQueries.spentSince(since);
  }

  /** A row as windows and the API see it. */
  toRow(row: StoredRequest): RequestShape {
    return requestShape(row, this.#kept.answers());
  }

  /** Whether a moment (ms since the epoch) lies in a range. */
  covers(range: Range, at: number): boolean {
    const { from, to } = this.#days.span(range, this.#options.now());
    const day = this.#days.dayOf(at);
    return from <= day && day <= to;
  }

  /** Samples are in no total. */
  total(range: Range, filter?: Filter): TotalShape {
    return totalShape(totalOf(this.#sums(range), filter, this.#kept.answers()));
  }

  /** One row per mode, model, … dearest first. The key of a mode is `<kind>/<the agent's name>`; untold = empty. */
  by(dimension: Dimension, range: Range, filter?: Filter): GroupShape[] {
    return groupedBy(this.#sums(range), dimension, filter, this.#kept.answers());
  }

  byMode(range: Range, filter?: Filter): GroupShape[] {
    return this.by('mode', range, filter);
  }

  byModel(range: Range, filter?: Filter): GroupShape[] {
    return this.by('model', range, filter);
  }

  byAgent(range: Range, filter?: Filter): GroupShape[] {
    return this.by('agent', range, filter);
  }

  /** The local day of a moment, `YYYY-MM-DD`. */
  dayOf(at: number): string {
    return dayText(this.#days.dayOf(at));
  }

  /** What the breakdown is made of; each looks at a selection. */
  get views(): Views {
    this.#refresh();
    return this.#views;
  }

  /** Sums by sort of request, for suggestions (`core/suggestion.ts`). */
  spending(range: Range): Spending[] {
    return spendingOf(this.#sums(range), this.#kept.answers());
  }

  /** The last seven days: total, the task at the top of the dearest tree (its whole cost), and what was sent again. */
  week(): WeekShape {
    const totals = totalOf(this.#sums('7d'), undefined, this.#kept.answers());
    const { from } = this.#days.moments(this.#days.span('7d', this.#options.now()));
    return {
      total: totalShape(totals),
      dearestTask: this.#taskQueries.dearest(from) ?? null,
      resentTokens: totals.resentTokens,
      resentUsd: picoToUsd(totals.resent),
    };
  }

  /** Exact, running requests included at what they have cost so far. Samples count only in their own task and run. */
  spent(scope: SpentScope, billing: Billing | readonly Billing[]): Pico {
    const kinds: readonly Billing[] = typeof billing === 'string' ? [billing] : billing;
    const { cost } = this.#spentTotals(scope);
    return kinds.reduce((sum, kind) => sum + cost[kind], 0n);
  }

  /** As {@link Ledger.spent}: tokens of every class, whoever pays. */
  spentTokens(scope: SpentScope): number {
    const { usage } = this.#spentTotals(scope);
    return promptTokens(usage) + usage.output;
  }

  #spentTotals(scope: SpentScope): Totals {
    this.#refresh();
    switch (scope.kind) {
      case 'task':
        return this.#taskQueries.treeTotals(scope.task);
      case 'run':
        return this.#taskQueries.runTotals(scope.task, scope.run);
      case 'day':
      case 'month': {
        const range =
          scope.kind === 'day' ? { from: scope.key, to: scope.key } : { from: `${scope.key}-01`, to: `${scope.key}-31` };
        const fitting = this.#sums(range).filter(({ dim }) =>
          fitsOnly(scope.only ?? {}, { agent: dim.agent, mode: dim.modeKind as ModeKind | '', workspace: dim.workspace }),
        );
        return totalOf(fitting, undefined, this.#kept.answers());
      }
    }
  }

  /** What the user answered about agents whose billing nobody could see; holds for past and future requests alike. */
  billingAnswers(): ReadonlyMap<string, Billing> {
    return this.#kept.answers();
  }

  /** `unknown` takes the answer back. */
  setBilling(agent: string, billing: Billing): void {
    this.#write(() => this.#kept.setBilling(agent, billing));
  }

  /** Agents with requests of which nobody has told how they are paid. Samples are never asked about. */
  agentsToAsk(): string[] {
    this.#refresh();
    const answers = this.#kept.answers();
    const asked = new Set<string>();
    for (const [, dim] of this.#dims.all())
      if (dim.billing === 'unknown' && !dim.sample && !answers.has(dim.agent)) asked.add(dim.agent);
    return [...asked].sort();
  }

  /** Task trees that may send nothing more. */
  stops(): KeptStop[] {
    return this.#kept.stops();
  }

  setStop(stop: KeptStop): void {
    this.#write(() => this.#kept.setStop(stop));
  }

  clearStop(root: string): void {
    this.#write(() => this.#kept.clearStop(root));
  }

  /** JSON values by name. */
  setting(name: string): unknown {
    return this.#kept.get('settings', name);
  }

  /** `undefined` takes it away. */
  setSetting(name: string, value: unknown): void {
    this.#write(() => this.#kept.set('settings', name, value));
  }

  /** Where reading of a session file goes on; JSON by path. */
  cursor(name: string): unknown {
    return this.#kept.get('cursors', name);
  }

  cursors(): Map<string, unknown> {
    return this.#kept.all('cursors');
  }

  setCursor(name: string, value: unknown): void {
    this.#write(() => this.#kept.set('cursors', name, value));
  }

  /** Takes in sightings and moves the cursor of the file they came from in the same transaction. */
  observeFrom(name: string, cursor: unknown, observations: readonly Observation[]): StoredRequest[] {
    return this.#write(() => {
      for (const observation of observations) this.#writer.observe(observation);
      this.#kept.set('cursors', name, cursor);
    });
  }

  /** Adds to the audit trail, which is only ever added to; `entry` is JSON. */
  audit(at: number, entry: unknown): void {
    this.#write(() => this.#kept.audit(at, entry));
  }

  /** The audit trail, newest first. */
  audited(limit: number): unknown[] {
    return this.#kept.audited(limit);
  }

  /** True the first time an alert is raised, ever. */
  raise(alert: string): boolean {
    let first = false;
    this.#write(() => {
      first = this.#kept.raise(alert, this.#options.now());
    });
    return first;
  }

  isRaised(alert: string): boolean {
    return this.#kept.isRaised(alert);
  }

  skipped(): Skipped[] {
    return this.#kept.skipped();
  }

  setSkipped(skipped: Skipped): void {
    this.#write(() => this.#kept.setSkipped(skipped));
  }

  /** Every request that was sent, as it is known and was priced; who pays as the user has said. Samples are left out. Read it to the end before anything else. */
  *stored(): Generator<{ readonly seen: Observation; readonly priced: Priced }> {
    this.#refresh();
    for (const raw of this.#db.sql(`${selectRequest} ORDER BY r.n`).iterate()) {
      const dim = this.#dims.get(Number(raw.dim));
      const row = fromDatabase(raw, dim);
      const outcome = outcomeOf(row);
      if (dim.sample || outcome === 'refused') continue;
      const billing = billingOf(dim.billing, dim.agent, this.#kept.answers());
      yield { seen: { ...row.seen, outcome, counted: countedOf(row), billing }, priced: { cost: row.cost, basis: row.basis } };
    }
  }

  /** Counts everything anew from the rows; answers what does not agree. Reads the whole ledger. */
  verify(): string[] {
    this.#refresh();
    return verify(this.#db, this.#days, this.#dims, this.#options.price);
  }

  close(): void {
    this.#db.close();
  }

  dispose(): void {
    this.close();
  }

  #write(work: () => void): StoredRequest[] {
    try {
      const { rows, days } = this.#db.transaction(() => {
        this.#refresh();
        work();
        return this.#writer.finish();
      });
      this.#spans.changed(days);
      return rows;
    } catch (error) {
      this.#writer.reset();
      this.#forget();
      throw error;
    }
  }

  #sums(range: Range): readonly DimSum[] {
    this.#refresh();
    const now = this.#options.now();
    return this.#spans.of(this.#days.span(range, now), this.#days.dayOf(now));
  }

  /** Another process may have written since. */
  #refresh(): void {
    const version = this.#db.dataVersion();
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.#forget();
  }

  #forget(): void {
    this.#tasks.clear();
    this.#dims.clear();
    this.#spans.clear();
    this.#kept.forget();
  }

  #settleZone(): void {
    const known = this.#kept.get('settings', 'ledger.zone');
    if (known === this.#days.zone) return;
    this.#db.transaction(() => {
      if (known !== undefined) rebuildDays(this.#db, this.#days);
      this.#kept.set('settings', 'ledger.zone', this.#days.zone);
    });
  }
}
