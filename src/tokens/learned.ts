/** Pieces longer than this are not worth remembering. */
export const learnedPieceLimit = 48;

const Slots = 1 << 14;
const Room = 1 << 19;

/**
 * Remembers the token counts of pieces that are no token themselves (names, mostly), because text repeats them.
 * Direct-mapped and bounded (0.7 MB); forgets everything when its room is used up. Confirms a hit byte by byte.
 */
export class LearnedPieces {
  readonly #room = new Uint8Array(Room);
  readonly #starts = new Int32Array(Slots);
  readonly #lengths = new Uint8Array(Slots);
  readonly #counts = new Uint8Array(Slots);
  #used = 0;

  /** Tokens of the piece, or 0 = not known. */
  get(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const slot = Math.imul(hash, 0x85ebca6b) >>> 18;
    const length = to - from;
    if (this.#lengths[slot] !== length) return 0;
    const start = this.#starts[slot] as number;
    for (let i = 0; i < length; i++) if (this.#room[start + i] !== bytes[from + i]) return 0;
    return this.#counts[slot] as number;
  }

  set(bytes: Uint8Array, from: number, to: number, hash: number, count: number): void {
    const length = to - from;
    if (this.#used + length > Room) {
      this.#lengths.fill(0);
      this.#used = 0;
    }
    const slot = Math.imul(hash, 0x85ebca6b) >>> 18;
    this.#starts[slot] = this.#used;
    this.#lengths[slot] = length;
    this.#counts[slot] = count;
    for (let i = from; i < to; i++) this.#room[this.#used++] = bytes[i] as number;
  }
}
