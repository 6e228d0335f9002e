import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { modeKinds, modeOf } from '../core/mode.ts';
import { picoToUsd } from '../core/money.ts';
import type { Database } from './database.ts';
import { picoOf } from './record.ts';
import type { TaskShape, TransitionShape } from './shapes.ts';
import { basisOf, headline, usd } from './toShapes.ts';
import { addSum, type BillingAnswers, billingOf, emptyTotals, sumOf, type Totals } from './totals.ts';

export interface TaskQuery {
  /** Only tasks with a request that ended at or after this (ms since the epoch). */
  readonly since?: number;
  readonly limit?: number;
  /** Only these, in no matter what order; unknown ids are left out. */
  readonly ids?: readonly string[];
  /** Only tasks that have a request running now. */
  readonly running?: boolean;
  /** Each task with everything it started added in. */
  readonly tree?: boolean;
}

type Row = Record<string, SQLOutputValue>;

/** How many of the newest requests of a task are looked through for its present mode and workspace. */
const recentRequests = 20;

const tree = 'WITH RECURSIVE tree(n) AS (SELECT ? UNION SELECT t.n FROM tasks t JOIN tree ON t.parent = tree.n)';

/** Everything asked about tasks; every answer costs what is shown, whatever the size of the ledger. */
export class TaskQueries {
  readonly #db: Database;
  readonly #answers: () => BillingAnswers;

  constructor(db: Database, answers: () => BillingAnswers) {
    this.#db = db;
    this.#answers = answers;
  }

  /** Newest first. Tasks that are only named (no request yet) come only when asked for by id. */
  list(query: TaskQuery): TaskShape[] {
    const rows = query.ids
      ? query.ids
          .map((id) => this.#byId(id))
          .filter((row) => row !== undefined)
          .sort(newestFirst)
      : this.#select(query);
    const kept = query.ids ? rows.filter((row) => this.#fits(row, query)).slice(0, query.limit ?? rows.length) : rows;
    return kept.map((row) => this.#taskRow(row, query.tree ?? false));
  }

  one(id: string, withTree = false): TaskShape | undefined {
    const row = this.#byId(id);
    return row && this.#taskRow(row, withTree);
  }

  /** What a task, with everything it started, has used. */
  treeTotals(id: string): Totals {
    const totals = emptyTotals();
    const row = this.#byId(id);
    if (!row) return totals;
    this.#addTask(totals, Number(row.n), true);
    return totals;
  }

  /** What a run has used, in the whole tree of a task: its sub-agents work for the same prompt. */
  runTotals(task: string, run: string): Totals {
    const row = this.#byId(task);
    if (!row) return emptyTotals();
    return this.#runTotals('t.root = ?', Number(row.root), run);
  }

  #runTotals(where: 't.root = ?' | 't.n = ?', task: number, run: string): Totals {
    const totals = emptyTotals();
    const sums = this.#db.sql(`SELECT s.*, t.agent FROM tasks t JOIN runSums s ON s.task = t.n WHERE ${where} AND s.run = ?`);
    for (const sum of sums.all(task, run)) {
      addSum(totals, sumOf(sum), billingOf(String(sum.billing), String(sum.agent), this.#answers()));
    }
    return totals;
  }

  /** The task at the top of the costliest tree among those with a request since then; the whole tree counts. Samples never. */
  dearest(since: number): TaskShape | undefined {
    const row = this.#db
      .sql(
        `SELECT t.root, SUM(s.reportedPico + s.pricedPico + s.estimatedPico) AS cost
         FROM tasks t JOIN taskSums s ON s.task = t.n
         WHERE t.sample = 0 AND t.root IN (SELECT root FROM tasks WHERE lastAt >= ? AND sample = 0)
         GROUP BY t.root ORDER BY cost DESC, (SELECT id FROM tasks WHERE n = t.root) LIMIT 1`,
      )
      .get(since);
    const root = row && this.#db.sql('SELECT * FROM tasks WHERE n = ?').get(row.root as bigint);
    return root && this.#taskRow(root, true);
  }

  /** Changes of mode of one task in time order, its own hand-over first. */
  transitions(id: string): TransitionShape[] {
    const row = this.#byId(id);
    return row ? this.#transitions(row) : [];
  }

  #select(query: TaskQuery): Row[] {
    const where = ['lastAt IS NOT NULL'];
    const values: SQLInputValue[] = [];
    if (query.since !== undefined) {
      where.push('lastAt >= ?');
      values.push(query.since);
    }
    if (query.running) where.push(`n IN (SELECT task FROM requests WHERE outcome = 'running' AND abandoned = 0)`);
    return this.#db
      .sql(`SELECT * FROM tasks WHERE ${where.join(' AND ')} ORDER BY lastAt DESC, id LIMIT ?`)
      .all(...values, query.limit ?? -1);
  }

  #fits(row: Row, query: TaskQuery): boolean {
    if (query.since !== undefined && (row.lastAt === null || Number(row.lastAt) < query.since)) return false;
    return !query.running || this.#isRunning(Number(row.n));
  }

  #byId(id: string): Row | undefined {
    return this.#db.sql('SELECT * FROM tasks WHERE id = ?').get(id);
  }

  #taskRow(row: Row, withTree: boolean): TaskShape {
    const n = Number(row.n);
    const totals = emptyTotals();
    this.#addTask(totals, n, withTree);
    const { usd: spent, billing } = headline(totals);
    const span = withTree ? this.#treeSpan(n) : { first: row.firstAt, last: row.lastAt, newest: n };
    // A root may be known by name only; what goes on in it is then what goes on below.
    const recent = this.#recent(row.lastAt === null ? span.newest : n);
    const work = recent.find((r) => r.chain === 1n) ?? recent[0];
    const withMode = recent.find((r) => r.chain === 1n && r.mode !== '') ?? recent.find((r) => r.mode !== '');
    const inForce = typeof work?.inForce === 'string' ? work.inForce : '';
    const mode = withMode ? String(withMode.mode) : inForce;
    const kind = modeKinds.find((name) => name === withMode?.modeKind);
    const run = recent.find((r) => r.run !== null)?.run;
    const workspace = recent.find((r) => r.workspace !== '')?.workspace;
    return {
      id: String(row.id),
      agent: String(row.agent),
      parent: row.parent === null ? undefined : this.#idOf(row.parent as bigint),
      mode,
      modeKind: kind ?? modeOf(mode).kind,
      model: work ? String(work.model) : '',
      state: this.#isStopped(n) ? 'stopped' : this.#isRunning(n) ? 'running' : 'idle',
      budget: 'none',
      requests: totals.requests,
      usage: { ...totals.usage },
      usd: spent,
      basis: basisOf(totals),
      ...(totals.byBasis[billing].error > 0n ? { plusMinusUsd: picoToUsd(totals.byBasis[billing].error) } : {}),
      billing,
      unpricedTokens: totals.unpricedTokens,
      run: typeof run === 'string' ? this.#run(Number(row.n), run) : undefined,
      workspace: typeof workspace === 'string' ? workspace : undefined,
      sample: row.sample === 1n,
      firstAt: Number(span.first ?? 0n),
      lastAt: Number(span.last ?? 0n),
      transitions: this.#transitions(row),
    };
  }

  #addTask(totals: Totals, n: number, withTree: boolean): void {
    const sums = withTree
      ? this.#db
          .sql(`${tree} SELECT t.agent, s.* FROM tree JOIN tasks t ON t.n = tree.n JOIN taskSums s ON s.task = tree.n`)
          .all(n)
      : this.#db.sql('SELECT t.agent, s.* FROM taskSums s JOIN tasks t ON t.n = s.task WHERE s.task = ?').all(n);
    for (const sum of sums) addSum(totals, sumOf(sum), billingOf(String(sum.billing), String(sum.agent), this.#answers()));
  }

  #treeSpan(n: number): { first: SQLOutputValue | undefined; last: SQLOutputValue | undefined; newest: number } {
    const row = this.#db
      .sql(`${tree} SELECT MIN(t.firstAt) AS first, MAX(t.lastAt) AS last FROM tree JOIN tasks t ON t.n = tree.n`)
      .get(n);
    const newest = this.#db
      .sql(
        `${tree} SELECT t.n FROM tree JOIN tasks t ON t.n = tree.n WHERE t.lastAt IS NOT NULL ORDER BY t.lastAt DESC, t.id LIMIT 1`,
      )
      .get(n);
    return { first: row?.first, last: row?.last, newest: Number(newest?.n ?? n) };
  }

  #recent(n: number): Row[] {
    return this.#db
      .sql(
        `SELECT r.chain, r.inForce, r.run, d.model, d.mode, d.modeKind, d.workspace FROM requests r JOIN dims d ON d.dim = r.dim
         WHERE r.task = ? ORDER BY r.at DESC, r.id DESC LIMIT ${recentRequests}`,
      )
      .all(n);
  }

  #run(task: number, run: string): TaskShape['run'] {
    const totals = this.#runTotals('t.n = ?', task, run);
    return { id: run, usd: headline(totals).usd, requests: totals.requests };
  }

  #transitions(task: Row): TransitionShape[] {
    return this.#db
      .sql(
        'SELECT at, switched, fromMode, inForce, againTokens, againPico FROM requests WHERE task = ? AND switched > 0 ORDER BY at, id',
      )
      .all(Number(task.n))
      .map((row) => ({
        at: Number(row.at),
        from: (row.switched === 2n ? this.#modeAt(task.parent, Number(row.at)) : String(row.fromMode)) || 'other',
        to: String(row.inForce) || 'other',
        usd: usd(picoOf(row.againPico)),
        resentTokens: Number(row.againTokens),
      }));
  }

  /** The mode a task was in at a moment. */
  #modeAt(task: SQLOutputValue | undefined, at: number): string {
    if (typeof task !== 'bigint') return '';
    const row = this.#db
      .sql('SELECT inForce FROM requests WHERE task = ? AND chain = 1 AND at <= ? ORDER BY at DESC, id DESC LIMIT 1')
      .get(task, at);
    return row ? String(row.inForce) : '';
  }

  #isRunning(n: number): boolean {
    return (
      this.#db.sql(`SELECT 1 FROM requests WHERE task = ? AND outcome = 'running' AND abandoned = 0 LIMIT 1`).get(n) !== undefined
    );
  }

  /** A stop holds for the whole tree below it. */
  #isStopped(n: number): boolean {
    if (!this.#db.sql('SELECT 1 FROM stops LIMIT 1').get()) return false;
    return (
      this.#db
        .sql(
          `WITH RECURSIVE up(n) AS (SELECT ? UNION SELECT t.parent FROM tasks t JOIN up ON t.n = up.n WHERE t.parent IS NOT NULL)
           SELECT 1 FROM up JOIN tasks t ON t.n = up.n JOIN stops s ON s.root = t.id LIMIT 1`,
        )
        .get(n) !== undefined
    );
  }

  #idOf(n: bigint): string | undefined {
    const row = this.#db.sql('SELECT id FROM tasks WHERE n = ?').get(n);
    return row && String(row.id);
  }
}

function newestFirst(a: Row, b: Row): number {
  return Number(b.lastAt ?? 0n) - Number(a.lastAt ?? 0n) || (String(a.id) < String(b.id) ? -1 : 1);
}
