import { promptTokens, type Usage, usage } from '../core/usage.ts';

/** What the request before this one in the same task left in the provider's cache. */
export interface Previous {
  readonly at: number;
  readonly model: string;
  readonly usage: Usage;
}

/** Providers keep a prefix for at least this long after its last use (ms): Anthropic's and OpenAI's default lifetime. */
const cacheLifetime = 5 * 60_000;
/** Output of a request about which nothing is known yet: the median of agents' steps is a few hundred tokens. */
const typicalOutput = 400;
/** Cap on the answer where neither the request nor anything else names one. */
const assumedMaxOutput = 32_000;

/**
 * The tokens a request is expected to be billed for, before the provider has said anything. What the task had in its
 * last prompt is taken to be read from the cache, if that request used the cache at all, with the same model, recently.
 */
export function predictInput(prompt: number, at: number, model: string, previous: Previous | undefined): Usage {
  if (!previous || previous.model !== model || at - previous.at > cacheLifetime) return usage({ uncachedInput: prompt });
  const before = previous.usage;
  const kept = before.cacheRead + before.cacheWrite5m + before.cacheWrite1h + before.cacheWrite30m + before.cacheWrite12h;
  const read = Math.min(kept, prompt);
  const rest = prompt - read;
  // Anthropic-style caching writes what is new; where nothing was written before, the rest is plain input.
  if (before.cacheWrite1h) return usage({ cacheRead: read, cacheWrite1h: rest });
  if (before.cacheWrite5m) return usage({ cacheRead: read, cacheWrite5m: rest });
  return usage({ cacheRead: read, uncachedInput: rest });
}

export function expectedUsage(input: Usage, previous: Previous | undefined): Usage {
  return { ...input, output: previous?.usage.output || typicalOutput };
}

/** Nothing found in the cache, and as long an answer as is allowed. */
export function worstUsage(input: Usage, maxOutput: number | undefined): Usage {
  const all = promptTokens(input);
  const writes = input.cacheWrite5m || input.cacheWrite1h;
  const uncached = writes
    ? input.cacheWrite1h
      ? usage({ cacheWrite1h: all })
      : usage({ cacheWrite5m: all })
    : usage({ uncachedInput: all });
  return { ...uncached, output: maxOutput ?? assumedMaxOutput };
}
