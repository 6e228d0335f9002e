import { usageClasses } from '../core/usage.ts';
import type { Database } from './database.ts';
import { addDays, type Days } from './days.ts';
import { sumColumns } from './schema.ts';

const prompt = usageClasses.filter((name) => name !== 'output' && name !== 'reasoning' && name !== 'webSearches').join(' + ');
const money = (basis: string) => `SUM(CASE basis WHEN '${basis}' THEN cost ELSE 0 END)`;

/** Only of what was sent. */
const read = (column: string) => `SUM(CASE WHEN outcome <> 'refused' THEN COALESCE(${column}, 0) ELSE 0 END)`;

/** The sums of rows, as `addRow` makes them, in the order of `sumColumns`. */
export const sumsOfRows = [
  `SUM(outcome <> 'refused')`,
  ...usageClasses.map((name) => `SUM(${name})`),
  `SUM(CASE basis WHEN 'unpriced' THEN ${prompt} + output ELSE 0 END)`,
  'SUM(resentTokens)',
  `SUM(partSystem IS NOT NULL AND outcome <> 'refused')`,
  read('partSystem'),
  read('partTools'),
  read('partMessages'),
  money('reported'),
  money('priced'),
  money('estimated'),
  'SUM(resentPico)',
  'SUM(errorPico)',
  read('fixedPico'),
];

/** Makes the day sums anew: a machine that moved to another time zone has other days. About 3 s per million requests. */
export function rebuildDays(db: Database, days: Days): void {
  db.exec('DELETE FROM rollupDay');
  const span = db.sql('SELECT MIN(at) AS first, MAX(at) AS last FROM requests').get();
  if (!span || span.first === null) return;
  const last = days.dayOf(Number(span.last));
  const insert = db.sql(
    `INSERT INTO rollupDay (day, dim, ${sumColumns.join(', ')})
     SELECT ?, dim, ${sumsOfRows.join(', ')} FROM requests WHERE at >= ? AND at < ? GROUP BY dim`,
  );
  const next = db.sql('SELECT MIN(at) AS at FROM requests WHERE at >= ?');
  for (let day = days.dayOf(Number(span.first)); day <= last; ) {
    const until = days.startOf(addDays(day, 1));
    insert.run(day, days.startOf(day), until);
    const at = next.get(until)?.at;
    if (typeof at !== 'bigint') return;
    day = days.dayOf(Number(at));
  }
}
