import type { TokenCounter } from './bpe.ts';
import { encodingOf } from './encodings.ts';
import type { CounterOf } from './prompt.ts';

/** A tail longer than this is not counted anew with every delta, but when it has grown by an eighth. Bytes. */
const eagerTail = 256;
/** A tail this long without a settled piece is cut and its count kept. Bytes. */
const longestTail = 4096;
const halfPair = /[\ud800-\udbff]$/;

/**
 * Counts the tokens of a text that comes in pieces: what is said aloud while an answer streams. Work is linear in the new
 * text, whatever it is, so it may run where streams pass.
 *
 * `total` equals the count of the joined text, however it was cut (also inside a surrogate pair), as long as no piece
 * of the encoding's pattern (a word, a number, a run of signs) is longer than 4 KB; each such cut may count up to two
 * tokens more or less. What `add` answers is `total`, or, inside a run longer than 256 bytes, within an eighth of that run.
 */
export class OutputCounter {
  readonly #counter: TokenCounter;
  readonly #ratio: number;
  readonly #encoder = new TextEncoder();
  /** Tokens of what more text cannot change. */
  #settled = 0;
  #tail = new Uint8Array(eagerTail);
  #tailLength = 0;
  #tailTokens = 0;
  /** Bytes of the tail when `#tailTokens` was counted. */
  #countedAt = 0;
  #half = '';

  /** `ratio`: tokens of the model per token of the encoding. */
  constructor(counter: TokenCounter, ratio = 1) {
    this.#counter = counter;
    this.#ratio = ratio;
  }

  /** Takes the next text and answers the tokens of all text so far. */
  add(text: string): number {
    let whole = this.#half + text;
    this.#half = halfPair.exec(whole)?.[0] ?? '';
    if (this.#half) whole = whole.slice(0, -1);
    this.#append(whole);
    if (this.#tailLength < eagerTail || this.#tailLength >= this.#countedAt * 1.125) this.#settle();
    const guess = this.#countedAt > 0 ? (this.#tailTokens * this.#tailLength) / this.#countedAt : this.#tailLength / 4;
    return Math.round((this.#settled + guess) * this.#ratio);
  }

  /** Tokens of all text so far. */
  get total(): number {
    const rest = this.#half ? Buffer.concat([this.#bytes(), this.#encoder.encode(this.#half)]) : this.#bytes();
    return Math.round((this.#settled + this.#counter.countBytes(rest)) * this.#ratio);
  }

  #bytes(): Uint8Array {
    return this.#tail.subarray(0, this.#tailLength);
  }

  #append(text: string): void {
    const needed = this.#tailLength + text.length * 3;
    if (needed > this.#tail.length) {
      const roomier = new Uint8Array(needed * 2);
      roomier.set(this.#bytes());
      this.#tail = roomier;
    }
    this.#tailLength += this.#encoder.encodeInto(text, this.#tail.subarray(this.#tailLength)).written;
  }

  #settle(): void {
    const { tokens, end } = this.#counter.countSettled(this.#bytes());
    this.#settled += tokens;
    this.#drop(end);
    if (this.#tailLength > longestTail) {
      this.#settled += this.#counter.countBytes(this.#bytes());
      this.#drop(this.#tailLength);
    }
    this.#tailTokens = this.#counter.countBytes(this.#bytes());
    this.#countedAt = this.#tailLength;
  }

  #drop(bytes: number): void {
    this.#tail.copyWithin(0, bytes, this.#tailLength);
    this.#tailLength -= bytes;
  }
}

/** A counter for the output of `model`. */
export function outputCounterFor(counterOf: CounterOf, model: string): OutputCounter {
  const { encoding, ratio } = encodingOf(model);
  return new OutputCounter(counterOf(encoding), ratio);
}
