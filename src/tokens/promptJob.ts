import type { Place, RequestKind } from '../core/request.ts';
import type { LoopFacts } from '../core/runaway.ts';
import type { BodyFacts } from './bodyFacts.ts';
import type { Counted, PromptProtocol } from './prompt.ts';
import type { PromptPart } from './tally.ts';

/** Facts of a request besides its body. */
export interface RequestHead {
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: PromptProtocol;
  /** Path below the base URL, without query. */
  readonly path: string;
  readonly terminal?: string;
}

/** One outgoing body to be read. */
export interface PromptJob {
  readonly facts: RequestHead;
  /** Name of the provider in the path: `anthropic`, `openai`, … */
  readonly upstream: string;
  /** As it came; is copied, never written to. */
  readonly body: Uint8Array;
  readonly contentEncoding?: string;
}

/** What reading an outgoing body told. */
export interface ReadPrompt {
  readonly model: string;
  readonly stream: boolean;
  readonly maxOutput?: number;
  readonly kind: RequestKind;
  readonly tokens: number;
  readonly counted: Counted;
  /** Relative error to expect of `tokens`. */
  readonly plusMinus: number;
  /** Our own tokens before any calibration: what to learn from. */
  readonly estimated: number;
  readonly parts?: Readonly<Record<PromptPart, number>>;
  readonly unusedTools?: number;
  readonly body?: BodyFacts;
  readonly identity: Place;
  /** Keyed hashes of system prompt and tools: what a broken cache is asked about. */
  readonly systemHash?: string;
  readonly toolsHash?: string;
  /** Keyed hash of the words that began the conversation. */
  readonly opening?: string;
  /** Whether the conversation goes round in circles. */
  readonly loop?: LoopFacts;
  readonly problem?: string;
}

/** Gemini, and whoever else names it there. */
export function modelInPath(path: string): string | undefined {
  return /\/models\/([^/:]+)/.exec(path)?.[1];
}

/** No model takes more in one prompt; a longer body is images and files. Tokens. */
const largestWindow = 1_000_000;

/** What is known of a body that could not be read: a bound from its length (3 bytes a token at the least, for JSON). */
export function unreadPrompt({ facts }: Pick<PromptJob, 'facts'>, bytes: number, problem: string): ReadPrompt {
  const tokens = Math.min(Math.ceil(bytes / 3), largestWindow);
  return {
    model: modelInPath(facts.path) ?? 'unknown',
    stream: facts.path.endsWith(':streamGenerateContent'),
    kind: 'other',
    tokens,
    counted: 'estimated',
    plusMinus: 1,
    estimated: tokens,
    identity: { agent: 'other', task: `other:${facts.terminal ?? 'unknown'}` },
    problem,
  };
}
