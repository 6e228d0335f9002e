/**
 * Token counts of one request, in disjoint input classes.
 *
 * `uncachedInput + inputAudio + cacheRead + every cacheWrite*` is the whole prompt; no class is inside another.
 * `reasoning` is the part of `output` that was hidden reasoning (always inside `output`, whatever the provider's habit).
 * Unit: tokens; `webSearches` counts calls that carry a per-call fee.
 */
export interface Usage {
  readonly uncachedInput: number;
  readonly inputAudio: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheWrite30m: number;
  readonly cacheWrite12h: number;
  readonly output: number;
  readonly reasoning: number;
  readonly webSearches: number;
}

/** The names of the token classes, in the order they are stored and shown. */
export const usageClasses = [
  'uncachedInput',
  'inputAudio',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'cacheWrite30m',
  'cacheWrite12h',
  'output',
  'reasoning',
  'webSearches',
] as const satisfies readonly (keyof Usage)[];

export const noUsage: Usage = {
  uncachedInput: 0,
  inputAudio: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheWrite30m: 0,
  cacheWrite12h: 0,
  output: 0,
  reasoning: 0,
  webSearches: 0,
};

/** Fills in the classes a provider did not name. */
export function usage(part: Partial<Usage>): Usage {
  return { ...noUsage, ...part };
}

export function addUsage(a: Usage, b: Usage): Usage {
  const sum: Record<keyof Usage, number> = { ...noUsage };
  for (const name of usageClasses) sum[name] = a[name] + b[name];
  return sum;
}

/** `u` where it tells what a request took: counts, and a prompt, without which there is no answer. Else nothing was told, whatever zeros stand there. */
export function toldUsage(u: Usage): Usage | undefined {
  return usageClasses.every((name) => !Number.isNaN(u[name])) && promptTokens(u) > 0 ? u : undefined;
}

/** Tokens written into the provider's cache by this request, all lifetimes. */
export function cacheWrites(u: Usage): number {
  return u.cacheWrite5m + u.cacheWrite1h + u.cacheWrite30m + u.cacheWrite12h;
}

/** The whole prompt in tokens: what price tiers are compared with. */
export function promptTokens(u: Usage): number {
  return u.uncachedInput + u.inputAudio + u.cacheRead + cacheWrites(u);
}
