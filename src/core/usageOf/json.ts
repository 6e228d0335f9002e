/** Guards for reading JSON of unknown shape without ever throwing. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object itself, or an empty one. */
export function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A number to count with: a non-negative whole one; anything else counts as 0. */
export function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
}

/** More than any request can have: what is beyond is a broken record, not a bill. */
const mostTokens = 1e12;

/**
 * A token count as providers tell it, some of them as text. What is missing is 0. What is no count is NaN, so that whatever is made of it is none either
 * (`toldUsage`): half a record is not a cheaper request.
 */
export function tokens(value: unknown): number {
  if (value === undefined || value === null) return 0;
  const told = typeof value === 'string' && /^\d{1,13}$/.test(value) ? Number(value) : value;
  return typeof told === 'number' && Number.isInteger(told) && told >= 0 && told <= mostTokens ? told : Number.NaN;
}

/** A non-empty string, or undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The elements of a list whose `type` is one of `types`. */
export function ofType(value: unknown, ...types: readonly string[]): readonly JsonObject[] {
  return list(value)
    .map(object)
    .filter((each) => types.includes(String(each.type)));
}

/** Milliseconds since the epoch from a number of seconds (OpenAI's `created`) or an ISO date. */
export function instant(value: unknown): number | undefined {
  if (typeof value === 'number' && value > 0) return value * 1000;
  if (typeof value !== 'string') return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}
