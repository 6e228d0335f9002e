import type { Pico } from './money.ts';
import { type PromptCost, share } from './transition.ts';
import { promptTokens, type Usage } from './usage.ts';

/** What reading an outgoing prompt told of it; only the gateway can. Tokens are our own count, hashes are keyed and hold no text. */
export interface PromptFacts {
  readonly system: number;
  /** Schemas of the tools that are offered. */
  readonly tools: number;
  readonly messages: number;
  /** Part of `tools`: schemas of tools that nothing in this conversation has called so far. */
  readonly unusedTools: number;
  /** The request's own cap on output tokens. */
  readonly maxOutput?: number | undefined;
  readonly systemHash?: string | undefined;
  readonly toolsHash?: string | undefined;
}

/** Of two readings of one prompt, the same one whatever their order. */
export function bestFacts(a: PromptFacts | undefined, b: PromptFacts | undefined): PromptFacts | undefined {
  if (!a || !b) return a ?? b;
  const order = sumOf(a) - sumOf(b) || (textOf(a) < textOf(b) ? -1 : 1);
  return order >= 0 ? a : b;
}

export function sameFacts(a: PromptFacts | undefined, b: PromptFacts | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && textOf(a) === textOf(b));
}

function sumOf({ system, tools, messages }: PromptFacts): number {
  return system + tools + messages;
}

function textOf(f: PromptFacts): string {
  return [f.system, f.tools, f.messages, f.unusedTools, f.maxOutput, f.systemHash, f.toolsHash].join('/');
}

/**
 * What was paid for the fixed part of a prompt: its system prompt and tool schemas. Their share of the provider's prompt
 * tokens is their share in our count. They stand at the front in every protocol, so what was read from the cache is taken
 * to be them first.
 */
export function fixedCost(facts: PromptFacts, usage: Usage, cost: PromptCost): Pico {
  const counted = sumOf(facts);
  if (counted <= 0) return 0n;
  const prompt = promptTokens(usage);
  const fixed = Math.round((prompt * (facts.system + facts.tools)) / counted);
  const read = Math.min(fixed, usage.cacheRead);
  return share(cost.read, read, usage.cacheRead) + share(cost.fresh, fixed - read, prompt - usage.cacheRead);
}
