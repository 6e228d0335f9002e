import type { JsonObject } from '../../src/core/usageOf/json.ts';
import type { Random } from './random.ts';
import type { Served } from './served.ts';
import type { Turn } from './turn.ts';

/** One protocol as the stand-in speaks it. */
export interface Dialect {
  readonly protocol: Served['protocol'];
  readonly family: 'anthropic' | 'openai' | 'google';
  /** Throws a `Reject` where the real provider would refuse the request. */
  check(body: JsonObject): void;
  /** Whether the request offers tools: without, it is a side request. */
  offersTools(body: JsonObject): boolean;
  newId(): string;
  /** The stream's events, and what a reader sees of the answer in each. Endless where the turn is. */
  stream(answer: Answer): Iterable<Sent>;
  whole(answer: Answer): object;
  error(status: number, message: string): object;
}

export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly turn: Turn;
  readonly body: JsonObject;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Sent {
  readonly sse: string;
  /** Output text in it. */
  readonly written?: string;
  /** A piece of the endless block. */
  readonly piece?: boolean;
}

/** What a provider remembers: the secrets in its answers that must come back unchanged. */
export class Issued {
  readonly random: Random;
  readonly #texts = new Map<string, string>();

  constructor(random: Random) {
    this.random = random;
  }

  /** A new seal (a signature, an encrypted reasoning) over a text. */
  seal(text: string): string {
    const seal = this.random.id(96);
    this.#texts.set(seal, text);
    return seal;
  }

  /** The text a seal was made for; undefined for a seal of someone else's. */
  sealed(seal: unknown): string | undefined {
    return typeof seal === 'string' ? this.#texts.get(seal) : undefined;
  }
}

export function sse(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Text in pieces of about a word, as a provider streams it. */
export function pieces(text: string): readonly string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text === '' ? [] : [text]);
}
