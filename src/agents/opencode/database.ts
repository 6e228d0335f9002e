import { isAbsolute, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ModeKind } from '../../core/mode.ts';
import type { Observation } from '../../core/request.ts';
import { type DatabaseFormat, type DatabaseStep, NonsenseLine, type Places } from '../agent.ts';
import { field } from '../requestBody.ts';
import { stepObservation } from './step.ts';

/** The same database under two names. */
export interface CoreDatabase {
  readonly agent: 'opencode' | 'kilo';
  /** Below the XDG data folder. */
  readonly folder: string;
  readonly file: string;
  /** Environment variable that names another file. */
  readonly variable: string;
  readonly modes: Readonly<Record<string, ModeKind>>;
  /** Providers whose own cost it stores; for all others `cost` is its own estimate, and 0 where it knows no price. */
  readonly costReporters: readonly string[];
}

/** Rows looked at in one step: some tens of MB at most, so that the first answer comes soon. */
const stepRows = 10_000;

/**
 * `step-finish` parts are one model call each, and are written once, when it is over. (Messages would count a Kilo
 * sub-task twice, sessions cannot be told apart in time.) Parts have no index by time; their row number grows, so it
 * tells what is new, as long as the row last seen is still there. Read from the newest backwards.
 */
export function coreDatabase(core: CoreDatabase): DatabaseFormat {
  return {
    kind: 'database',
    paths: (places) => [databasePath(core, places)],
    read: (db, cursor) => readStep(core, db, cursor),
  };
}

/** XDG folders on every system. */
function databasePath(core: CoreDatabase, { env, home }: Places): string {
  const folder = join(env.XDG_DATA_HOME || join(home, '.local', 'share'), core.folder);
  const named = env[core.variable];
  if (!named) return join(folder, core.file);
  return isAbsolute(named) ? named : join(folder, named);
}

/** Rows in `[low, high]` were read; `highId` is the id that row `high` had. */
interface Cursor {
  readonly high: number;
  readonly highId: string;
  readonly low: number;
}

function readStep(core: CoreDatabase, db: DatabaseSync, resume: unknown): DatabaseStep {
  const newest = db.prepare('SELECT rowid AS number, id FROM part ORDER BY rowid DESC LIMIT 1').get();
  const top = Number(field(newest, 'number') ?? 0);
  if (top === 0) return { observations: [], cursor: undefined };
  const kept = stillThere(db, cursorOf(resume));
  const isCaughtUp = kept !== undefined && kept.high === top;
  // New rows first; then further back.
  const [from, to] = !kept
    ? [top - stepRows + 1, top]
    : isCaughtUp
      ? [kept.low - stepRows, kept.low - 1]
      : [kept.high + 1, Math.min(top, kept.high + stepRows)];
  const { observations, nonsense } = readRows(core, db, from, to);
  const high = isCaughtUp ? kept.high : to;
  const highId = high === top ? String(field(newest, 'id')) : idOf(db, high);
  const cursor: Cursor = { high, highId: highId ?? '', low: Math.max(1, kept && !isCaughtUp ? kept.low : from) };
  return { observations, cursor, nonsense, more: cursor.low > 1 || cursor.high < top };
}

/** A row number can be given again once the last row was deleted: then everything is read again, which counts nothing twice. */
function stillThere(db: DatabaseSync, cursor: Cursor | undefined): Cursor | undefined {
  return cursor && idOf(db, cursor.high) === cursor.highId ? cursor : undefined;
}

function idOf(db: DatabaseSync, row: number): string | undefined {
  const found = field(db.prepare('SELECT id FROM part WHERE rowid = ?').get(row), 'id');
  return typeof found === 'string' ? found : undefined;
}

function cursorOf(value: unknown): Cursor | undefined {
  const [high, low, highId] = [field(value, 'high'), field(value, 'low'), field(value, 'highId')];
  return typeof high === 'number' && typeof low === 'number' && typeof highId === 'string' ? { high, low, highId } : undefined;
}

function readRows(core: CoreDatabase, db: DatabaseSync, from: number, to: number) {
  const rows = db
    .prepare(
      // In one pass over what lies in these messages, whichever indexes the file has.
      `WITH steps AS MATERIALIZED (
         SELECT id, row_number() OVER (PARTITION BY message_id ORDER BY id) - 1 AS stepsBefore FROM part
          WHERE message_id IN (SELECT message_id FROM part WHERE rowid BETWEEN ?1 AND ?2 AND instr(data, '"type":"step-finish"') > 0)
            AND instr(data, '"type":"step-finish"') > 0)
       SELECT part.id AS id, part.time_created AS at, part.data AS step, message.data AS message,
              session.id AS session, session.parent_id AS parent, session.directory AS directory, steps.stepsBefore
         FROM part CROSS JOIN message ON message.id = part.message_id CROSS JOIN session ON session.id = part.session_id
              CROSS JOIN steps ON steps.id = part.id
        WHERE part.rowid BETWEEN ?1 AND ?2 AND instr(part.data, '"type":"step-finish"') > 0
        ORDER BY part.rowid DESC`,
    )
    .iterate(from, to);
  const observations: Observation[] = [];
  let nonsense = 0;
  for (const row of rows) {
    try {
      const seen = stepObservation(core, row);
      if (seen) observations.push(seen);
    } catch (error) {
      if (!(error instanceof NonsenseLine)) throw error;
      nonsense += 1;
    }
  }
  return { observations, nonsense };
}
