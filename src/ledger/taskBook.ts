import type { SQLOutputValue } from 'node:sqlite';
import type { CacheState } from '../core/cacheBreak.ts';
import { isGuessedTask } from '../core/guessedTask.ts';
import type { ChainState } from '../core/transition.ts';
import type { Database } from './database.ts';

/** What the writer keeps in mind of a task. */
export interface TaskEntry {
  readonly n: number;
  readonly id: string;
  parent: number | null;
  /** A bit per source that ever saw a request of it. */
  sources: number;
  /** The last request of its chain; null = the chain is empty, undefined = not looked up. */
  tail: Tail | null | undefined;
}

export interface Tail extends ChainState {
  readonly cache: CacheState;
  readonly at: number;
  readonly id: string;
}

/** Tasks by id and number, made when first named. */
export class TaskBook {
  readonly #db: Database;
  readonly #byId = new Map<string, TaskEntry>();
  readonly #byNumber = new Map<number, TaskEntry>();

  #marksSince: number | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The earliest moment (ms) of a request that still lies in a task that goes by a mark of ours; Infinity = there is none. */
  marksSince(): number {
    if (this.#marksSince === undefined) {
      const row = this.#db.sql("SELECT MIN(firstAt) AS at FROM tasks WHERE id GLOB '*:~*'").get();
      this.#marksSince = row?.at === null || row?.at === undefined ? Number.POSITIVE_INFINITY : Number(row.at);
    }
    return this.#marksSince;
  }

  sawMark(at: number): void {
    this.#marksSince = Math.min(this.marksSince(), at);
  }

  find(id: string): TaskEntry | undefined {
    return this.#byId.get(id) ?? this.#remember(this.#db.sql('SELECT * FROM tasks WHERE id = ?').get(id));
  }

  byNumber(n: number): TaskEntry | undefined {
    return this.#byNumber.get(n) ?? this.#remember(this.#db.sql('SELECT * FROM tasks WHERE n = ?').get(n));
  }

  /** The task of this id; made if there is none yet. `agent` is settled when its first request is written. */
  ensure(id: string, agent: string): TaskEntry {
    const known = this.find(id);
    if (known) return known;
    const n = Number(this.#db.sql('INSERT INTO tasks (id, agent, root) VALUES (?, ?, 0)').run(id, agent).lastInsertRowid);
    this.#db.sql('UPDATE tasks SET root = n WHERE n = ?').run(n);
    const entry: TaskEntry = { n, id, parent: null, sources: 0, tail: null };
    this.#byId.set(id, entry);
    this.#byNumber.set(n, entry);
    return entry;
  }

  /** Hangs `task` below `parentId` and answers whether that was news. Of two parents the smaller id stays; a circle is ignored. */
  setParent(task: TaskEntry, parentId: string, agent: string): boolean {
    if (parentId === task.id) return false;
    const parent = this.ensure(parentId, agent);
    const present = task.parent === null ? undefined : this.byNumber(task.parent);
    if (present && present.id <= parentId) return false;
    return this.#hang(task, parent);
  }

  /**
   * What went by a mark of ours turns out to be `known`: it is hung below that, and below the next one when the same beginning is used again. Where the
   * mark was stopped it stays at the top, as the stop holds for what is below. Answers the task that now hangs where it did not before.
   */
  name(a: TaskEntry, b: TaskEntry): TaskEntry | undefined {
    if (isGuessedTask(a.id) === isGuessedTask(b.id)) return undefined;
    const [mark, known] = isGuessedTask(a.id) ? [a, b] : [b, a];
    const isStopped = this.#db.sql('SELECT 1 FROM stops WHERE root = ?').get(mark.id) !== undefined;
    if (isStopped) return known.parent === null && this.#hang(known, mark) ? known : undefined;
    return this.#hang(mark, known) ? mark : undefined;
  }

  #hang(task: TaskEntry, parent: TaskEntry): boolean {
    if (task.parent === parent.n) return false;
    const seen = new Set<number>();
    for (let up: TaskEntry | undefined = parent; up; up = up.parent === null ? undefined : this.byNumber(up.parent)) {
      if (up === task || seen.has(up.n)) return false;
      seen.add(up.n);
    }
    task.parent = parent.n;
    this.#db.sql('UPDATE tasks SET parent = ? WHERE n = ?').run(parent.n, task.n);
    this.#db
      .sql(
        `WITH RECURSIVE tree(n) AS (SELECT ? UNION SELECT t.n FROM tasks t JOIN tree ON t.parent = tree.n)
         UPDATE tasks SET root = (SELECT root FROM tasks WHERE n = ?) WHERE n IN tree`,
      )
      .run(task.n, parent.n);
    return true;
  }

  /** Brings the columns that follow from a task's requests up to date. */
  refresh(task: TaskEntry): void {
    const last = this.#db
      .sql(
        `SELECT r.at, r.endedAt, d.agent, d.sample FROM requests r JOIN dims d ON d.dim = r.dim
         WHERE r.task = ? ORDER BY r.at DESC, r.id DESC LIMIT 1`,
      )
      .get(task.n);
    if (!last) {
      this.#db.sql('UPDATE tasks SET firstAt = NULL, lastAt = NULL, sources = ? WHERE n = ?').run(task.sources, task.n);
      return;
    }
    this.#db
      .sql(
        `UPDATE tasks SET agent = ?, sample = ?, sources = ?, lastAt = ?,
         firstAt = (SELECT at FROM requests WHERE task = tasks.n ORDER BY at LIMIT 1) WHERE n = ?`,
      )
      .run(last.agent as string, last.sample as bigint, task.sources, (last.endedAt ?? last.at) as bigint, task.n);
  }

  /** Forget everything: another connection wrote, or a transaction was rolled back. */
  clear(): void {
    this.#byId.clear();
    this.#byNumber.clear();
    this.#marksSince = undefined;
  }

  #remember(row: Record<string, SQLOutputValue> | undefined): TaskEntry | undefined {
    if (!row) return undefined;
    const entry: TaskEntry = {
      n: Number(row.n),
      id: String(row.id),
      parent: row.parent === null ? null : Number(row.parent),
      sources: Number(row.sources),
      tail: undefined,
    };
    this.#byId.set(entry.id, entry);
    this.#byNumber.set(entry.n, entry);
    return entry;
  }
}
