import type { Call } from '../meter.ts';

/**
 * Follows one streamed answer as far as its events were passed on, and knows how to end it there. The rule for every
 * protocol: a closing event for a tool call is never invented, since agents run a call when they see it closed.
 */
export interface Wire {
  /** What an event says, before it is passed on. `event` is its parsed JSON, or its text where that is none (`[DONE]`). */
  look(event: unknown): Seen;
  /** The event has been passed on. */
  passed(event: unknown): void;
  /**
   * The events that end the answer at this point, as SSE text with `\n` line ends, so that the agent stops cleanly and
   * shows the note. Empty where the answer is complete already.
   */
  ending(note: string, soFar: SoFar): string;
}

export interface Seen {
  /** Output the provider bills and the stream shows: text, thinking, arguments of calls. */
  readonly text?: string;
  /** An agent acts as soon as it sees this event: the last moment at which a tool call can be held back. */
  readonly acts?: boolean;
  /** Calls whose arguments are whole with this event. */
  readonly calls?: readonly Call[];
  /** The provider's last word: `ended` well, or `failed`. */
  readonly last?: 'ended' | 'failed';
}

/** Tokens so far: the provider's or our own count of the prompt, our count of the output. */
export interface SoFar {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface WireOptions {
  /** For ids in events of our own. */
  readonly randomId: () => string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** The model asked for, as far as known; stands in where the provider has not named one yet. */
  readonly model: () => string;
}

export const nothingSeen: Seen = {};
