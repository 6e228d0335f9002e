import { createHash, randomBytes } from 'node:crypto';

/** Shorter texts are counted faster than they are hashed. UTF-16 units. */
const worthHashing = 512;

/**
 * Remembers what texts count, so that a conversation that is sent again and again costs only its new text. Keeps no
 * text: a key is the length and a hash under a random key that never leaves this object. Bounded, least recently used
 * goes first.
 */
export class BlockMemo {
  readonly #key = randomBytes(32);
  readonly #counts = new Map<string, number>();
  readonly #most: number;
  /** Blocks that were found, and that had to be counted. */
  hits = 0;
  misses = 0;

  /** `most`: blocks to remember, about 100 bytes each. */
  constructor(most = 20_000) {
    this.#most = most;
  }

  /** The count of `text` by `count`, which must always answer the same for the same text and `kind`. */
  count(text: string, kind: string, count: (text: string) => number): number {
    if (text.length < worthHashing) return count(text);
    const key = `${kind}:${text.length}:${createHash('sha1').update(this.#key).update(text).digest('base64')}`;
    let known = this.#counts.get(key);
    if (known === undefined) {
      this.misses++;
      known = count(text);
      if (this.#counts.size >= this.#most) this.#counts.delete(this.#counts.keys().next().value as string);
    } else {
      this.hits++;
      this.#counts.delete(key);
    }
    this.#counts.set(key, known);
    return known;
  }

  get size(): number {
    return this.#counts.size;
  }
}
