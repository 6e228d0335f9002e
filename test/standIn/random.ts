import { randomInt } from 'node:crypto';

/**
 * Random numbers that can be drawn again: the seed is printed by whoever makes one, and `SPEND_METER_SEED` sets it.
 * (mulberry32)
 */
export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed = Number(process.env.SPEND_METER_SEED) || randomInt(1, 2 ** 31)) {
    this.seed = seed;
    this.#state = seed;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both possible. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(from: readonly T[]): T {
    const one = from[this.int(0, from.length - 1)];
    if (one === undefined) throw new RangeError('nothing to pick from');
    return one;
  }

  /** The same elements in another order. */
  shuffled<T>(from: readonly T[]): readonly T[] {
    return from
      .map((value) => ({ value, key: this.next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ value }) => value);
  }

  /** Lower-case letters and digits. */
  id(length: number): string {
    const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
    return Array.from({ length }, () => letters[this.int(0, letters.length - 1)]).join('');
  }
}
