import type { SQLOutputValue } from 'node:sqlite';
import { promptTokens } from '../core/usage.ts';
import { keySpace, type StoredRequest, selectRequest, sourceBits } from './record.ts';
import type { Held, WriterParts } from './writer.ts';

/** Two sources tell the end of the same answer within this time (ms). */
const endsWithin = 5_000;
/** No single answer takes longer (ms); bounds how far back is looked. */
const longestAnswer = 30 * 60_000;

/**
 * The row that a request seen under no shared key is nevertheless: for sources that know no common id.
 *
 * Same task, ended within ±5 s, the same number of output tokens, no source that has seen both, and no space of keys in
 * which both have one (then they would have had the same). Where a record was written after its tools ran and says when
 * the request began, an end anywhere in between will do, with the same prompt as well. The nearest end wins. What runs
 * matches nothing.
 *
 * A request whose process died has no end and no output of its own; it is found by the prompt we counted (within 15 %
 * or 500 tokens), unless another request of the task runs, which is then the likelier one.
 */
export function findPartner(
  { db }: WriterParts,
  held: Held,
  hold: (row: Record<string, SQLOutputValue>) => Held,
): Held | undefined {
  const { row, task } = held;
  if (isOpen(row) || row.seen.outcome === 'refused') return undefined;
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

function endDistance(a: StoredRequest, b: StoredRequest): number | undefined {
  if (a.endedAt === undefined || b.endedAt === undefined) return undefined;
  if (a.seen.usage.output !== b.seen.usage.output || a.seen.usage.output === 0) return undefined;
  const distance = Math.abs(a.endedAt - b.endedAt);
  if (distance <= endsWithin) return distance;
  if (promptTokens(a.seen.usage) !== promptTokens(b.seen.usage)) return undefined;
  return endsInside(a, b.endedAt) || endsInside(b, a.endedAt) ? distance : undefined;
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
