import type { SQLOutputValue } from 'node:sqlite';
import { isGuessedTask } from '../core/guessedTask.ts';
import { isOfTurn, isTurn, turnKey, turnSlack } from '../core/turn.ts';
import { promptTokens, type Usage } from '../core/usage.ts';
import { keySpace, type StoredRequest, selectRequest, sourceBits } from './record.ts';
import type { Held, WriterParts } from './writer.ts';

/** Two sources tell the end of the same answer within this time (ms). */
const endsWithin = 5_000;
/** No single answer takes longer (ms); bounds how far back is looked. */
const longestAnswer = 30 * 60_000;
/** After everything (ms since the epoch, the year 2286). */
const lastTime = 1e13;

/**
 * The row that a request seen under no shared key is nevertheless: for sources that know no common id.
 *
 * Same task, ended within ±5 s, the same number of output tokens, the same prompt where both have the provider's counts, no source that has seen both, and no
 * space of keys in which both have one (then they would have had the same). Where a record was written after its tools ran and says when
 * the request began, an end anywhere in between will do, with the same prompt always. The nearest end wins. What runs
 * matches nothing.
 *
 * A request whose process died has no end and no output of its own; it is found by the prompt we counted (within 15 %
 * or 500 tokens), unless another request of the task runs, which is then the likelier one.
 */
export function findPartner(parts: WriterParts, held: Held, hold: Hold): Held | undefined {
  const { row } = held;
  if (isOpen(row) || row.seen.outcome === 'refused') return undefined;
  return findTurn(parts, held, hold) ?? findInTask(parts, held, hold) ?? findAcrossTasks(parts, row, hold);
}

type Hold = (row: Record<string, SQLOutputValue>) => Held;

/** The record of a whole turn that a request belongs to, or a request of it (`core/turn.ts`): then the requests count, and the record is no row of its own. */
export function findTurn({ db }: WriterParts, { row, task }: Held, hold: Hold): Held | undefined {
  const { seen } = row;
  const ended = row.endedAt ?? seen.at;
  const whole = isTurn(seen.keys);
  // Few agents write such records: no key of theirs, nothing to look for.
  if (!whole && db.sql('SELECT 1 FROM requestKeys WHERE key >= ? AND key < ? LIMIT 1').get(turnKey, 'turn;') === undefined)
    return undefined;
  // A turn may end long after its requests; of a request it is the beginning that a row is dated by.
  const [from, to] = whole
    ? [(seen.began ?? ended) - turnSlack - longestAnswer, ended + turnSlack]
    : [ended - turnSlack, lastTime];
  // Only where a task may be one that we have named are others looked at.
  const where = whole ? `(r.task = ? OR +t.id GLOB '*:~*')` : isGuessedTask(seen.task) ? '? > 0' : 'r.task = ?';
  const found = db
    .sql(
      `${selectRequest} WHERE ${where} AND r.at BETWEEN ? AND ? AND r.n <> ? AND r.keys ${whole ? 'NOT GLOB' : 'GLOB'} 'turn:*'
       AND r.outcome NOT IN ('running', 'refused') ORDER BY r.at, r.n`,
    )
    .all(task.n, from, to, row.n)
    .map(hold);
  return found.find(({ row: other }) => {
    const [turn, request] = whole ? [row, other] : [other, row];
    return isOfTurn(turn.seen, request.seen, request.endedAt);
  });
}

function findInTask({ db }: WriterParts, held: Held, hold: Hold): Held | undefined {
  const { row, task } = held;
  // Most tasks are seen by one source only: nothing to look for.
  if ((task.sources & ~row.sources) === 0) return undefined;
  const lost = isLost(row);
  const ended = row.endedAt ?? row.seen.at;
  // What no match can be is left out by the database: a busy task has hundreds of requests in such a time.
  const candidates = db
    .sql(
      `${selectRequest} WHERE r.task = ? AND r.at BETWEEN ? AND ? AND r.n <> ? AND (r.sources & ?) = 0
       AND (? OR r.output = ? OR r.outcome = 'running')`,
    )
    .all(
      task.n,
      Math.min(ended, row.seen.began ?? ended) - longestAnswer,
      ended + longestAnswer,
      row.n,
      row.sources,
      lost ? 1 : 0,
      row.seen.usage.output,
    )
    .map(hold);
  const spaces = new Set(row.seen.keys.map(keySpace));
  const othersRun = () =>
    db
      .sql(`SELECT 1 FROM requests WHERE task = ? AND outcome = 'running' AND abandoned = 0 AND n <> ? LIMIT 1`)
      .get(task.n, row.n) !== undefined;
  let best: { held: Held; distance: number } | undefined;
  for (const candidate of candidates) {
    const other = candidate.row;
    if (isOpen(other) || other.seen.outcome === 'refused') continue;
    if (other.seen.keys.some((key) => spaces.has(keySpace(key)))) continue;
    let distance: number | undefined;
    if (lost !== isLost(other)) distance = othersRun() ? undefined : promptDistance(lost ? row : other, lost ? other : row);
    else if (!lost) distance = endDistance(row, other);
    if (distance === undefined) continue;
    if (!best || distance < best.distance || (distance === best.distance && other.id < best.held.row.id))
      best = { held: candidate, distance };
  }
  return best?.held;
}

/**
 * An agent that sends no id: the gateway's row lies in a task that only we have named (`core/guessedTask.ts`), the agent's own record in the real one. They are
 * one request when prompt and output have the very same number of tokens and the gateway's end lies in the time that the record tells (one that tells
 * only when the request began leaves as much time as an answer can take). The nearest end wins. An answer that was cut is told to the agent with our own
 * count, which is what it then writes down.
 */
function findAcrossTasks({ db, tasks }: WriterParts, row: StoredRequest, hold: Hold): Held | undefined {
  const { seen, endedAt } = row;
  if (endedAt === undefined || isLost(row) || seen.usage.output === 0) return undefined;
  const guessed = isGuessedTask(seen.task);
  if (guessed) tasks.sawMark(endedAt);
  // A history that is read in is older than any mark: nothing to look for.
  else if (endedAt < tasks.marksSince() - longestAnswer) return undefined;
  const from = (seen.began ?? endedAt) - longestAnswer;
  // `+`: a window of the time is smaller than any list of tasks.
  const candidates = db
    .sql(
      `${selectRequest} WHERE r.at BETWEEN ? AND ? AND r.output = ? AND r.outcome NOT IN ('running', 'refused') AND (r.sources & ?) = 0
       AND r.endedAt IS NOT NULL AND (+t.id GLOB '*:~*') = ?`,
    )
    .all(from, endedAt + longestAnswer, seen.usage.output, row.sources, guessed ? 0 : 1)
    .map(hold);
  let best: { held: Held; distance: number } | undefined;
  for (const held of candidates) {
    const [ours, record] = guessed ? [row, held.row] : [held.row, row];
    if (promptTokens(ours.seen.usage) !== promptTokens(record.seen.usage)) continue;
    const distance = acrossDistance(ours, record);
    if (distance === undefined) continue;
    if (!best || distance < best.distance || (distance === best.distance && held.row.id < best.held.row.id))
      best = { held, distance };
  }
  return best?.held;
}

function acrossDistance(ours: StoredRequest, record: StoredRequest): number | undefined {
  if (ours.endedAt === undefined || record.endedAt === undefined) return undefined;
  const { began } = record.seen;
  const first = (began ?? record.endedAt) - endsWithin;
  const last = Math.max(record.endedAt + endsWithin, began === undefined ? 0 : began + longestAnswer);
  return ours.endedAt >= first && ours.endedAt <= last ? Math.abs(ours.endedAt - record.endedAt) : undefined;
}

function endDistance(a: StoredRequest, b: StoredRequest): number | undefined {
  if (a.endedAt === undefined || b.endedAt === undefined) return undefined;
  if (a.seen.usage.output !== b.seen.usage.output || a.seen.usage.output === 0) return undefined;
  const distance = Math.abs(a.endedAt - b.endedAt);
  // What the provider has counted for both is the same, or these are two of many short answers of one task.
  const isCounted = a.seen.counted === 'reported' && b.seen.counted === 'reported';
  if (distance <= endsWithin && !isCounted) return distance;
  const apart = promptsApart(a.seen.usage, b.seen.usage);
  if (apart === undefined) return undefined;
  return distance <= endsWithin || endsInside(a, b.endedAt) || endsInside(b, a.endedAt) ? distance + apart : undefined;
}

/** How much less likely two prompts of one request are than the same one (ms): some agents put what was read from the cache beside the prompt, or leave it out of it. `undefined`: they are of two. */
function promptsApart(a: Usage, b: Usage): number | undefined {
  const difference = Math.abs(promptTokens(a) - promptTokens(b));
  if (difference === 0) return 0;
  return difference === a.cacheRead || difference === b.cacheRead ? longestAnswer : undefined;
}

function endsInside({ seen, endedAt }: StoredRequest, end: number): boolean {
  return seen.began !== undefined && endedAt !== undefined && end >= seen.began - endsWithin && end <= endedAt + endsWithin;
}

function promptDistance(lost: StoredRequest, found: StoredRequest): number | undefined {
  if (found.endedAt === undefined || found.endedAt < lost.seen.at - endsWithin || found.seen.at > lost.seen.at + longestAnswer)
    return undefined;
  if ((found.sources & sourceBits.gateway) !== 0) return undefined;
  const counted = lost.seen.prediction?.promptTokens ?? promptTokens(lost.seen.usage);
  const told = promptTokens(found.seen.usage);
  const distance = Math.abs(counted - told);
  return distance <= Math.max(500, told * 0.15) ? distance : undefined;
}

function isOpen(row: StoredRequest): boolean {
  return row.seen.outcome === 'running' && !row.abandoned;
}

function isLost(row: StoredRequest): boolean {
  return row.seen.outcome === 'running' && row.abandoned;
}
