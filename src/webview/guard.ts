/**
 * Small run-time guards. The schemas in `src/protocol` are zod; zod alone would weigh 29 KB gzipped here (93 KB the way
 * the schemas import it), half of the page's allowance, so the page checks with these. The types tie both together:
 * an `object` guard that forgets or mistypes a field of the schema's type does not compile, and a test feeds both the
 * same broken messages.
 */
export type Guard<T> = (value: unknown) => value is T;

export const isString: Guard<string> = (value): value is string => typeof value === 'string';
export const isNumber: Guard<number> = (value): value is number => typeof value === 'number' && Number.isFinite(value);
export const isBoolean: Guard<boolean> = (value): value is boolean => typeof value === 'boolean';

export function isPattern(pattern: RegExp): Guard<string> {
  return (value): value is string => typeof value === 'string' && pattern.test(value);
}

export function oneOf<const T extends string>(...words: readonly T[]): Guard<T> {
  return (value): value is T => words.some((word) => word === value);
}

export function nullable<T>(inner: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || inner(value);
}

export function optional<T>(inner: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || inner(value);
}

export function arrayOf<T>(inner: Guard<T>): Guard<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(inner);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function recordOf<T>(inner: Guard<T>): Guard<Record<string, T>> {
  return (value): value is Record<string, T> => isRecord(value) && Object.values(value).every(inner);
}

/** Every field of `T` needs its guard; fields that are not in `T` are let pass, as zod lets them. */
export function object<T extends object>(fields: { readonly [K in keyof T]-?: Guard<T[K]> }): Guard<T> {
  const checks = Object.entries<Guard<unknown>>(fields);
  return (value): value is T => isRecord(value) && checks.every(([key, check]) => check(value[key]));
}
