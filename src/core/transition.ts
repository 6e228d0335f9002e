import type { Pico } from './money.ts';
import type { Outcome, Priceable, Priced, RequestKind } from './request.ts';
import { noUsage, promptTokens, type Usage } from './usage.ts';

/**
 * What a task sends more than once, and what a change of mode costs.
 *
 * A task's *chain* is its requests in time order that carry its conversation: kind `work` (or not told) or `search` (the
 * work of a sub-agent that looks things up), something was sent, not refused. Titles and other side requests neither have
 * a place in it nor break it. For a request of the chain, let `prompt` be its whole prompt, `fresh` its uncached input and cache writes, `read` its cache reads
 * (`prompt = fresh + read`), and `before` the whole prompt of the request before it in the chain.
 *
 * **Re-sent history** of a request: the part of its prompt that was already in the prompt before.
 * - `prompt ≥ before`: the history grew, so all of `before` was sent again;
 * - `prompt < before`: the history was shortened or rewritten (compaction); all that is certain to have been sent before
 *   is what the provider found in its cache, so `min(read, before)` counts and nothing else;
 * - the first request of a task: nothing.
 * An answer was not *sent* before it came back as part of a prompt, so the output of the request before is new, once.
 * It is priced at what was paid for it: cache reads first (what the cache knew was sent before), the rest from `fresh`.
 *
 * **Mode transition**: a request whose mode differs in name from the mode in force (the last one told in the chain), or the
 * first request of a task that another task started (a hand-over). The tokens sent again because of it:
 * - change of mode: `max(0, fresh − max(0, prompt − before))`, i.e. what was paid as fresh although it did not make the
 *   prompt longer. With the cache unbroken that is 0; with the cache lost it is the whole history; a new system prompt
 *   of about the old one's length counts as sent again.
 * - hand-over: all of `fresh`. The subtask's prompt (system prompt, tools, summary) exists only because of the hand-over.
 * Its cost is what was paid for those tokens at the request's own prices, in full. It is not lessened by what a cache read
 * would have cost: that would be a guess at a cache that was not there, and the figure could not be found on the bill.
 * A cache that lapsed by itself in the very moment of a change is told as part of the change.
 */
export interface ChainRequest {
  readonly at: number;
  /** The agent's own name of the mode; empty where it does not tell. */
  readonly mode: string;
  readonly usage: Usage;
  /** What its prompt cost; null = unpriced. */
  readonly prompt: PromptCost | null;
}

/** What was paid for a prompt (pico-dollars): `fresh` is uncached input and cache writes of every lifetime. */
export interface PromptCost {
  readonly fresh: Pico;
  readonly read: Pico;
}

/** What the next request of a chain is compared with. */
export interface ChainState {
  /** Tokens of the last prompt. */
  readonly before: number;
  /** The mode in force; empty while none was told. */
  readonly mode: string;
}

export interface ChainStep {
  readonly resentTokens: number;
  readonly resentCost: Pico;
  readonly transition: Transition | undefined;
  readonly next: ChainState;
}

export interface Transition {
  readonly kind: 'mode' | 'hand-over';
  readonly at: number;
  /** Empty for a hand-over: the mode of the parent at that moment is the parent's to tell. */
  readonly from: string;
  readonly to: string;
  readonly resentTokens: number;
  readonly cost: Pico | null;
}

export function inChain(kind: RequestKind | undefined, outcome: Outcome, usage: Usage): boolean {
  return (kind === undefined || kind === 'work' || kind === 'search') && outcome !== 'refused' && promptTokens(usage) > 0;
}

/** One request after `state` (undefined = it is the first). `handedOver`: another task started this one. */
export function chainStep(state: ChainState | undefined, request: ChainRequest, handedOver: boolean): ChainStep {
  const { usage } = request;
  const prompt = promptTokens(usage);
  const fresh = prompt - usage.cacheRead;
  const before = state?.before ?? 0;
  const resentTokens = prompt >= before ? before : Math.min(usage.cacheRead, before);
  const resentRead = Math.min(resentTokens, usage.cacheRead);
  const mode = request.mode || (state?.mode ?? '');
  const told = (kind: Transition['kind'], from: string, tokens: number): Transition => ({
    kind,
    at: request.at,
    from,
    to: mode,
    resentTokens: tokens,
    cost: request.prompt && share(request.prompt.fresh, tokens, fresh),
  });
  let transition: Transition | undefined;
  if (!state) {
    if (handedOver) transition = told('hand-over', '', fresh);
  } else if (state.mode && mode !== state.mode) {
    transition = told('mode', state.mode, Math.max(0, fresh - Math.max(0, prompt - before)));
  }
  return {
    resentTokens,
    resentCost: request.prompt
      ? share(request.prompt.read, resentRead, usage.cacheRead) + share(request.prompt.fresh, resentTokens - resentRead, fresh)
      : 0n,
    transition,
    next: { before: prompt, mode },
  };
}

/** The transitions of one task, from the requests of its chain in time order. */
export function transitionsOf(requests: readonly ChainRequest[], handedOver = false): Transition[] {
  const found: Transition[] = [];
  let state: ChainState | undefined;
  for (const request of requests) {
    const step = chainStep(state, request, handedOver);
    if (step.transition) found.push(step.transition);
    state = step.next;
  }
  return found;
}

/**
 * What was paid for the two parts of a prompt, asked of the price function alone: the same number of prompt tokens keeps
 * the same long-context tier, so the price of the whole prompt as cache reads gives the price of a read.
 * Where the provider told its own cost, both are scaled to it. Null where the list has no price.
 */
export function promptCost(request: Priceable, paid: Pico | null, price: (p: Priceable) => Priced): PromptCost | null {
  if (paid === null) return null;
  const tokens = promptTokens(request.usage);
  if (tokens === 0) return { fresh: 0n, read: 0n };
  const listed = (usage: Usage) => price({ ...request, usage, reportedUsd: undefined }).cost;
  const all = listed({ ...request.usage, output: 0, reasoning: 0, webSearches: 0 });
  if (all === null) return null;
  let read = 0n;
  if (request.usage.cacheRead > 0) {
    const asRead = listed({ ...noUsage, cacheRead: tokens });
    if (asRead === null) return null;
    read = share(asRead, request.usage.cacheRead, tokens);
  }
  const fresh = all > read && tokens > request.usage.cacheRead ? all - read : 0n;
  if (request.reportedUsd === undefined) return { fresh, read };
  const whole = listed(request.usage);
  if (!whole) return null;
  return { fresh: (fresh * paid) / whole, read: (read * paid) / whole };
}

/** The part of a cost that falls on `part` of `whole` tokens, rounded down. */
export function share(cost: Pico, part: number, whole: number): Pico {
  if (part <= 0 || whole <= 0) return 0n;
  return part >= whole ? cost : (cost * BigInt(part)) / BigInt(whole);
}
