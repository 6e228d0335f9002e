import { type CacheState, cacheState } from '../core/cacheBreak.ts';
import type { Priceable, Priced } from '../core/request.ts';
import { type ChainState, inChain } from '../core/transition.ts';
import { placeOf } from './chains.ts';
import type { Database } from './database.ts';
import type { Days } from './days.ts';
import type { Dims } from './dims.ts';
import { fromDatabase, idOf, type StoredRequest, selectRequest } from './record.ts';
import { addRow, emptySum, isZero, type Sum, sumTables } from './sums.ts';
import { sumOf } from './totals.ts';

/**
 * Counts everything anew from the rows and answers what does not agree, in words; empty = all is well.
 * Reads the whole ledger: for tests and for a person who doubts.
 */
export function verify(db: Database, days: Days, dims: Dims, price: (p: Priceable) => Priced): string[] {
  const problems: string[] = [];
  for (const row of db.sql('PRAGMA integrity_check').all()) {
    if (row.integrity_check !== 'ok') problems.push(`database: ${row.integrity_check}`);
  }
  const sums: Record<keyof typeof sumTables, Map<string, Sum>> = {
    rollupDay: new Map(),
    taskSums: new Map(),
    runSums: new Map(),
  };
  const parents = new Map(
    db
      .sql('SELECT n, parent FROM tasks')
      .all()
      .map((row) => [Number(row.n), row.parent !== null]),
  );
  let chain: { task: number; state: (ChainState & { readonly cache: CacheState }) | undefined } | undefined;
  let keys = 0;
  for (const raw of db.sql(`${selectRequest} ORDER BY r.task, r.at, r.id`).iterate()) {
    const row = fromDatabase(raw, dims.get(Number(raw.dim)));
    const task = Number(raw.task);
    count(sums.rollupDay, [days.dayOf(row.seen.at), Number(raw.dim)], row);
    count(sums.taskSums, [task, row.seen.billing], row);
    if (row.seen.run !== undefined) count(sums.runSums, [task, row.seen.run, row.seen.billing], row);
    keys += row.seen.keys.length;
    if (row.id !== idOf(row.seen.keys)) problems.push(`request ${row.id}: its id does not follow from its keys`);
    for (const key of row.seen.keys) {
      if (Number(db.sql('SELECT request FROM requestKeys WHERE key = ?').get(key)?.request) !== row.n)
        problems.push(`request ${row.id}: ${key} leads elsewhere`);
    }
    if (chain?.task !== task) chain = { task, state: undefined };
    const belongs = inChain(row.seen.kind, row.seen.outcome, row.seen.usage);
    if (belongs !== (raw.chain === 1n)) problems.push(`request ${row.id}: in the chain or not?`);
    if (belongs) {
      const step = placeOf(row.seen, row.cost, chain.state, parents.get(task) ?? false, price);
      const stored = [row.inForce, row.resentTokens, row.resentPico, row.fromMode, row.againTokens, row.againPico, row.switched];
      const t = step.transition;
      const right = [
        step.next.mode,
        step.resentTokens,
        step.resentCost,
        t?.from ?? '',
        t?.resentTokens ?? 0,
        t?.cost ?? null,
        t ? (t.kind === 'mode' ? 1 : 2) : 0,
      ];
      if (!stored.every((value, i) => value === right[i]))
        problems.push(`request ${row.id}: sent again ${stored}, should be ${right}`);
      const lost = [row.brokeTokens, row.brokeCause, row.brokePico, row.grewTokens];
      const lose = [step.cache.lostTokens, step.cache.cause ?? '', step.brokePico, step.cache.grewTokens];
      if (!lost.every((value, i) => value === lose[i])) problems.push(`request ${row.id}: cache ${lost}, should be ${lose}`);
      chain.state = { ...step.next, cache: cacheState(row.seen) };
    }
  }
  if (Number(db.sql('SELECT COUNT(*) AS n FROM requestKeys').get()?.n) !== keys)
    problems.push('requestKeys: keys of rows that are gone');
  for (const [table, right] of Object.entries(sums) as [keyof typeof sumTables, Map<string, Sum>][]) {
    for (const row of db.sql(`SELECT * FROM ${table}`).iterate()) {
      const key = sumTables[table].map((name) => String(row[name])).join('/');
      const expected = right.get(key) ?? emptySum();
      const found = sumOf(row);
      right.delete(key);
      if (textOf(found) !== textOf(expected)) problems.push(`${table} ${key}: ${textOf(found)}, should be ${textOf(expected)}`);
    }
    for (const [key, sum] of right) if (!isZero(sum)) problems.push(`${table} ${key}: missing`);
  }
  problems.push(...verifyTasks(db));
  return problems;
}

function verifyTasks(db: Database): string[] {
  const wrong = db
    .sql(
      `SELECT t.id FROM tasks t LEFT JOIN tasks p ON p.n = t.parent
       WHERE t.root <> COALESCE(p.root, t.n)
          OR t.firstAt IS NOT (SELECT MIN(at) FROM requests WHERE task = t.n)
          OR t.lastAt IS NOT (SELECT COALESCE(endedAt, at) FROM requests WHERE task = t.n ORDER BY at DESC, id DESC LIMIT 1)`,
    )
    .all();
  return wrong.map((row) => `task ${row.id}: root, first or last request`);
}

function count(sums: Map<string, Sum>, key: readonly (string | number)[], row: StoredRequest): void {
  const text = key.join('/');
  let sum = sums.get(text);
  if (!sum) {
    sum = emptySum();
    sums.set(text, sum);
  }
  addRow(sum, row, 1);
}

function textOf(sum: Sum): string {
  return [...sum.counts, ...sum.money].join(',');
}
