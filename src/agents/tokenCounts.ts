import { NonsenseLine } from './agent.ts';
import { field } from './requestBody.ts';

/** A token count in somebody's record: missing or null is 0; anything but a sane whole number is nonsense. */
export function tokens(record: unknown, name: string): number {
  const value = field(record, name);
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 1e12)
    throw new NonsenseLine(`${name} is not a token count`);
  return value;
}

/** Refuses a record in which one of these is no token count. */
export function mustBeCounts(record: unknown, names: readonly string[]): void {
  for (const name of names) tokens(record, name);
}

/** Milliseconds since the epoch of an ISO 8601 text; anything else is nonsense: without a moment there is no price. */
export function momentOf(value: unknown): number {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw new NonsenseLine('no time');
  return at;
}

/** A line of JSON; text that is none is nonsense. */
export function jsonLine(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new NonsenseLine('not JSON');
  }
}
