import type { Pico } from './money.ts';
import type { Observation, Priceable, Priced } from './request.ts';
import { type PromptCost, share } from './transition.ts';
import { cacheWrites, noUsage, promptTokens } from './usage.ts';

/**
 * Cache breaks: a request that did not find in the provider's cache what the request before it in the same chain
 * (`transition.ts`) is known to have left there.
 *
 * `kept`, what was left: cache reads + cache writes of the request before. A provider that does not report writes has
 * surely kept what it read. The loss is `min(kept, prompt) − cacheRead`; from {@link leastBreak} tokens on it is a break.
 * A prompt that is shorter by more than a fifth tells of none: its history was condensed, or it belongs to another
 * conversation of the same task that came in between. Its cost is what was paid for the lost tokens as fresh input, less what reading them would have cost.
 *
 * The cause is the first that is certain: another model; another mode; the prompt became a little shorter (history was
 * rewritten); longer apart than the cache lives; the tools changed; the system prompt changed (keyed hashes, known for
 * requests that passed the gateway); else unknown.
 */
export const breakCauses = ['model', 'mode', 'history', 'lapsed', 'tools', 'system', 'unknown'] as const;
export type BreakCause = (typeof breakCauses)[number];

/** The smallest prefix that providers cache. */
export const leastBreak = 1_024;

/** How long a prefix lives after its last use where nothing else is known (ms) … */
const usualLife = 5 * 60_000;
/** … and where it was written to live longer. */
const longLives = [
  ['cacheWrite12h', 12 * 3_600_000],
  ['cacheWrite1h', 3_600_000],
  ['cacheWrite30m', 30 * 60_000],
] as const;

/** What the next request of a chain is compared with. */
export interface CacheState {
  readonly at: number;
  readonly model: string;
  readonly kept: number;
  /** ms; the longest that was written so far in the chain. */
  readonly life: number;
  readonly prompt: number;
  readonly output: number;
  readonly run: string | undefined;
  readonly systemHash: string | undefined;
  readonly toolsHash: string | undefined;
}

export interface CacheStep {
  /** 0 where nothing broke. */
  readonly lostTokens: number;
  readonly cause: BreakCause | undefined;
  /**
   * By how many tokens the prompt grew beyond the answer before it, inside one run, as far as they were not in the cache:
   * results of tools. 0 where no run is told.
   */
  readonly grewTokens: number;
}

export function cacheState(seen: Observation): CacheState {
  const { usage, facts } = seen;
  return {
    at: seen.at,
    model: seen.model,
    kept: usage.cacheRead + cacheWrites(usage),
    life: longLives.find(([name]) => usage[name] > 0)?.[1] ?? usualLife,
    prompt: promptTokens(usage),
    output: usage.output,
    run: seen.run,
    systemHash: facts?.systemHash,
    toolsHash: facts?.toolsHash,
  };
}

/** `switched`: the mode changed with this request. */
export function cacheStep(before: CacheState | undefined, now: Observation, switched: boolean): CacheStep {
  if (!before) return { lostTokens: 0, cause: undefined, grewTokens: 0 };
  const prompt = promptTokens(now.usage);
  const sameRun = now.run !== undefined && now.run === before.run && !switched;
  const fresh = prompt - now.usage.cacheRead;
  const grewTokens = sameRun ? Math.max(0, Math.min(prompt - before.prompt - before.output, fresh)) : 0;
  if (prompt * 5 < before.prompt * 4) return { lostTokens: 0, cause: undefined, grewTokens };
  const lost = Math.min(before.kept, prompt) - now.usage.cacheRead;
  if (lost < leastBreak) return { lostTokens: 0, cause: undefined, grewTokens };
  return { lostTokens: lost, cause: causeOf(before, now, prompt, switched), grewTokens };
}

function causeOf(before: CacheState, now: Observation, prompt: number, switched: boolean): BreakCause {
  if (now.model !== before.model) return 'model';
  if (switched) return 'mode';
  if (prompt < before.prompt) return 'history';
  if ((now.began ?? now.at) - before.at > before.life) return 'lapsed';
  if (differ(before.toolsHash, now.facts?.toolsHash)) return 'tools';
  if (differ(before.systemHash, now.facts?.systemHash)) return 'system';
  return 'unknown';
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** What losing `lost` tokens of cache cost beyond reading them (pico-dollars); null where there is no price. */
export function breakCost(
  request: Priceable,
  paid: Pico | null,
  cost: PromptCost | null,
  lost: number,
  price: (p: Priceable) => Priced,
): Pico | null {
  if (paid === null || !cost) return null;
  const tokens = promptTokens(request.usage);
  // The same number of prompt tokens keeps the long-context tier.
  const listed = price({ ...request, usage: { ...noUsage, cacheRead: tokens }, reportedUsd: undefined }).cost;
  if (listed === null) return null;
  let asRead = share(listed, lost, tokens);
  if (request.reportedUsd !== undefined) {
    const whole = price({ ...request, reportedUsd: undefined }).cost;
    if (!whole) return null;
    asRead = (asRead * paid) / whole;
  }
  const asFresh = share(cost.fresh, lost, tokens - request.usage.cacheRead);
  return asFresh > asRead ? asFresh - asRead : 0n;
}
