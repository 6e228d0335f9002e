import { promptTokens, usageClasses } from '../core/usage.ts';
import type { Database } from './database.ts';
import type { StoredRequest } from './record.ts';
import { countColumns, moneyColumns, sumColumns } from './schema.ts';

/** What one row or many add to a sum, in the order of `countColumns` and `moneyColumns`. */
export interface Sum {
  readonly counts: number[];
  readonly money: bigint[];
}

export function emptySum(): Sum {
  return { counts: countColumns.map(() => 0), money: moneyColumns.map(() => 0n) };
}

/** Adds a row to a sum, or takes it out (`sign` −1). What was refused was not sent and counts as no request. */
export function addRow(sum: Sum, row: StoredRequest, sign: 1 | -1): void {
  const { counts, money } = sum;
  const { usage, outcome } = row.seen;
  let i = 0;
  const count = (value: number) => {
    counts[i] = (counts[i] ?? 0) + sign * value;
    i++;
  };
  count(outcome === 'refused' ? 0 : 1);
  for (const name of usageClasses) count(usage[name]);
  count(row.basis === 'unpriced' ? promptTokens(usage) + usage.output : 0);
  count(row.resentTokens);
  const facts = outcome === 'refused' ? undefined : row.seen.facts;
  count(facts ? 1 : 0);
  count(facts?.system ?? 0);
  count(facts?.tools ?? 0);
  count(facts?.messages ?? 0);
  const place = row.basis === 'reported' ? 0 : row.basis === 'priced' ? 1 : row.basis === 'estimated' ? 2 : -1;
  if (place >= 0 && row.cost !== null) money[place] = (money[place] ?? 0n) + (sign === 1 ? row.cost : -row.cost);
  if (row.resentPico !== 0n) money[3] = (money[3] ?? 0n) + (sign === 1 ? row.resentPico : -row.resentPico);
  if (row.errorPico !== 0n) money[4] = (money[4] ?? 0n) + (sign === 1 ? row.errorPico : -row.errorPico);
  if (facts && row.fixedPico) money[5] = (money[5] ?? 0n) + (sign === 1 ? row.fixedPico : -row.fixedPico);
}

export function isZero(sum: Sum): boolean {
  return sum.counts.every((n) => n === 0) && sum.money.every((m) => m === 0n);
}

type Key = readonly (string | number)[];

/** The three sums that are kept, with what leads to each row of them. */
export const sumTables = {
  rollupDay: ['day', 'dim'],
  taskSums: ['task', 'billing'],
  runSums: ['task', 'run', 'billing'],
} as const;
type SumTable = keyof typeof sumTables;

/** Collects what a transaction changes in the sums, and writes it once per sum at its end. */
export class SumChanges {
  readonly #pending: Record<SumTable, Map<string, { key: Key; sum: Sum }>> = {
    rollupDay: new Map(),
    taskSums: new Map(),
    runSums: new Map(),
  };

  add(row: StoredRequest, place: { day: number; dim: number; task: number }, sign: 1 | -1): void {
    const { billing, run } = row.seen;
    addRow(this.#sum('rollupDay', `${place.day}/${place.dim}`, place.day, place.dim), row, sign);
    addRow(this.#sum('taskSums', `${place.task}/${billing}`, place.task, billing), row, sign);
    if (run !== undefined) addRow(this.#sum('runSums', `${place.task}/${billing}/${run}`, place.task, run, billing), row, sign);
  }

  #sum(table: SumTable, text: string, ...key: Key): Sum {
    const pending = this.#pending[table];
    let entry = pending.get(text);
    if (!entry) {
      entry = { key, sum: emptySum() };
      pending.set(text, entry);
    }
    return entry.sum;
  }

  /** Answers the days whose sums changed. */
  flush(db: Database): number[] {
    const days = new Set([...this.#pending.rollupDay.values()].map(({ key }) => Number(key[0])));
    for (const table of Object.keys(sumTables) as SumTable[]) {
      const pending = this.#pending[table];
      if (pending.size === 0) continue;
      const keys = sumTables[table];
      const columns = [...keys, ...sumColumns];
      const write = db.sql(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
         ON CONFLICT DO UPDATE SET ${sumColumns.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
      );
      const clean = db.sql(
        `DELETE FROM ${table} WHERE ${keys.map((key) => `${key} = ?`).join(' AND ')} AND ${sumColumns.map((name) => `${name} = 0`).join(' AND ')}`,
      );
      for (const { key, sum } of pending.values()) {
        if (isZero(sum)) continue;
        write.run(...key, ...sum.counts, ...sum.money);
        if ((sum.counts[0] ?? 0) < 0) clean.run(...key);
      }
      pending.clear();
    }
    return [...days];
  }

  clear(): void {
    for (const pending of Object.values(this.#pending)) pending.clear();
  }
}
