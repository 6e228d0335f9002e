import { field } from './requestBody.ts';

/** Rows in `[low, high]` of a table were read; `highId` is what row `high` was then. */
interface Walked {
  readonly high: number;
  readonly highId: string;
  readonly low: number;
}

/** A stretch of row numbers to read next, and the cursor to remember when it has been read. */
export interface RowStep {
  readonly from: number;
  readonly to: number;
  readonly cursor: unknown;
  readonly more: boolean;
}

/**
 * Walks a table by its row numbers, which grow: what is new first, then backwards from the newest to the first, `rows` at a time. `idOf` names the row of a number
 * (`undefined` when it is gone): a number that now belongs to another row means that numbers were given again, and all is read anew. A row that is gone while there are larger numbers was
 * deleted, or written again under one of those. `top` = largest number, 0 = none.
 */
export function nextRows(
  top: number,
  resume: unknown,
  rows: number,
  idOf: (row: number) => string | undefined,
): RowStep | undefined {
  if (top === 0) return undefined;
  const kept = walkedOf(resume);
  const there = kept && idOf(kept.high);
  const known = kept && (there === kept.highId || (there === undefined && kept.high < top)) ? kept : undefined;
  const isCaughtUp = known?.high === top;
  const [from, to] = !known
    ? [top - rows + 1, top]
    : isCaughtUp
      ? [known.low - rows, known.low - 1]
      : [known.high + 1, Math.min(top, known.high + rows)];
  const high = isCaughtUp ? top : to;
  const cursor: Walked = { high, highId: idOf(high) ?? '', low: Math.max(1, known && !isCaughtUp ? known.low : from) };
  return { from: Math.max(1, from), to, cursor, more: cursor.low > 1 || cursor.high < top };
}

function walkedOf(value: unknown): Walked | undefined {
  const [high, low, highId] = [field(value, 'high'), field(value, 'low'), field(value, 'highId')];
  return typeof high === 'number' && typeof low === 'number' && typeof highId === 'string' ? { high, low, highId } : undefined;
}
