import type { Skipped, SkipReason } from '../agents/agent.ts';
import type { BudgetScope } from '../core/budget.ts';
import type { Billing } from '../core/request.ts';
import type { Database } from './database.ts';
import { picoOf } from './record.ts';
import type { BillingAnswers } from './totals.ts';

/** A task tree that may send nothing more: who or what stopped it, at what cost, and the limit it had reached. */
export interface KeptStop {
  readonly root: string;
  readonly at: number;
  readonly by: 'user' | 'budget' | 'runaway';
  readonly spent: bigint;
  readonly limit?: bigint;
  /** What `spent` and `limit` are: pico-dollars or tokens. */
  readonly unit: 'usd' | 'tokens';
  /** What that limit is for: which request, run, task tree, day or month. */
  readonly scope?: BudgetScope | undefined;
  readonly limitKey?: string | undefined;
  /** Its name (`limitId` in `core/budget.ts`). */
  readonly limitId?: string | undefined;
}

const stoppers = ['user', 'budget', 'runaway'] as const;
const scopes = ['request', 'run', 'task', 'day', 'month'] as const;
const billings = ['metered', 'plan', 'unknown'] as const;

/** What is kept beside the requests: small things by name. Values are JSON. */
export class Kept {
  readonly #db: Database;
  #answers: Map<string, Billing> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  get(table: 'settings' | 'cursors', name: string): unknown {
    const row = this.#db.sql(`SELECT value FROM ${table} WHERE name = ?`).get(name);
    return row ? parse(String(row.value)) : undefined;
  }

  /** `undefined` takes the value away. */
  set(table: 'settings' | 'cursors', name: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (text === undefined) this.#db.sql(`DELETE FROM ${table} WHERE name = ?`).run(name);
    else
      this.#db
        .sql(`INSERT INTO ${table} (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`)
        .run(name, text);
  }

  all(table: 'settings' | 'cursors'): Map<string, unknown> {
    return new Map(
      this.#db
        .sql(`SELECT name, value FROM ${table}`)
        .all()
        .map((row) => [String(row.name), parse(String(row.value))]),
    );
  }

  answers(): BillingAnswers {
    if (!this.#answers) {
      const rows = this.#db.sql('SELECT * FROM billingAnswers').all();
      this.#answers = new Map(
        rows.map((row) => [String(row.agent), billings.find((billing) => billing === row.billing) ?? 'unknown']),
      );
    }
    return this.#answers;
  }

  setBilling(agent: string, billing: Billing): void {
    if (billing === 'unknown') this.#db.sql('DELETE FROM billingAnswers WHERE agent = ?').run(agent);
    else {
      this.#db
        .sql('INSERT INTO billingAnswers (agent, billing) VALUES (?, ?) ON CONFLICT DO UPDATE SET billing = excluded.billing')
        .run(agent, billing);
    }
    this.#answers = undefined;
  }

  stops(): KeptStop[] {
    return this.#db
      .sql('SELECT * FROM stops ORDER BY at, root')
      .all()
      .map((row) => ({
        root: String(row.root),
        at: Number(row.at),
        by: stoppers.find((by) => by === row.by) ?? 'user',
        spent: picoOf(row.spent) ?? 0n,
        limit: picoOf(row.atLimit) ?? undefined,
        unit: row.unit === 'tokens' ? 'tokens' : 'usd',
        ...(row.scope ? { scope: scopes.find((scope) => scope === row.scope) } : {}),
        ...(row.limitKey ? { limitKey: String(row.limitKey) } : {}),
        ...(row.limitId ? { limitId: String(row.limitId) } : {}),
      }));
  }

  setStop(stop: KeptStop): void {
    this.#db
      .sql(
        `INSERT INTO stops (root, at, by, spent, atLimit, unit, scope, limitKey, limitId) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET at = excluded.at, by = excluded.by, spent = excluded.spent, atLimit = excluded.atLimit, unit = excluded.unit, scope = excluded.scope, limitKey = excluded.limitKey,
         limitId = excluded.limitId`,
      )
      .run(
        stop.root,
        stop.at,
        stop.by,
        stop.spent,
        stop.limit ?? null,
        stop.unit,
        stop.scope ?? '',
        stop.limitKey ?? '',
        stop.limitId ?? '',
      );
  }

  clearStop(root: string): void {
    this.#db.sql('DELETE FROM stops WHERE root = ?').run(root);
  }

  /** Adds to the audit trail; `entry` is JSON. */
  audit(at: number, entry: unknown): void {
    this.#db.sql('INSERT INTO audit (at, value) VALUES (?, ?)').run(at, JSON.stringify(entry));
  }

  /** Newest first. */
  audited(limit: number): unknown[] {
    return this.#db
      .sql('SELECT value FROM audit ORDER BY n DESC LIMIT ?')
      .all(limit)
      .map((row) => parse(String(row.value)));
  }

  /** True the first time an id is raised, ever; false afterwards. */
  raise(id: string, at: number): boolean {
    return Number(this.#db.sql('INSERT INTO alerts (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING').run(id, at).changes) > 0;
  }

  isRaised(id: string): boolean {
    return this.#db.sql('SELECT 1 FROM alerts WHERE id = ?').get(id) !== undefined;
  }

  skipped(): Skipped[] {
    return this.#db
      .sql('SELECT * FROM skipped ORDER BY path, reason')
      .all()
      .map((row) => ({ path: String(row.path), reason: String(row.reason) as SkipReason, count: Number(row.count) }));
  }

  /** Sets how often something was skipped; a count of 0 takes it away. */
  setSkipped({ path, reason, count }: Skipped): void {
    if (count === 0) this.#db.sql('DELETE FROM skipped WHERE path = ? AND reason = ?').run(path, reason);
    else {
      this.#db
        .sql('INSERT INTO skipped (path, reason, count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = excluded.count')
        .run(path, reason, count);
    }
  }

  forget(): void {
    this.#answers = undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
