import { hashFactor, type RankTable } from './ranks.ts';

/** A rank that no token has. */
const Never = 0x7fffffff;

/** In `#splits`: this token's bytes do not encode to the token itself, so it only ever stands as a whole piece. */
const Unreachable = 255;

const JudgedPairs = 1 << 14;

/**
 * Byte-pair encoding of one piece, as a count.
 *
 * The encoding is defined by merging, again and again, the adjacent pair whose concatenation has the lowest rank. That
 * is quadratic when done as written. Here the same answer is found from left to right: a sequence of tokens is the
 * encoding of a piece exactly when every two neighbours are the encoding of their concatenation, because what merges
 * inside a token does not depend on what is outside until something merges across its border. So: take the longest
 * token that agrees with the one before; where none does, the border reached cannot be one, so mark it and step back.
 * The tokens up to a border are unique, so no border is tried twice: linear in the piece's length.
 *
 * Holds for encodings whose tokens have higher ranks than the parts they merge from; the tests prove it for ours.
 */
export class Merger {
  readonly #table: RankTable;
  /** By rank: bytes of the left one of the two parts a token is merged from; 0 = not known yet. */
  readonly #splits: Uint8Array;
  /** By rank, where the split is known: the ranks of the two parts. */
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  /** Direct-mapped: pairs of neighbours already judged, as left rank, right rank, 1 = agree. */
  readonly #judged = new Int32Array(JudgedPairs * 4).fill(-1);
  /** `#prefix[i]`: hash of the first i bytes of the piece; with the powers, the hash of any part of it. */
  #prefix = new Int32Array(257);
  #powers = powers(257);
  /** Borders that cannot be, and the tokens so far: where they start and their ranks. */
  #dead = new Uint8Array(257);
  #starts = new Int32Array(257);
  #ranks = new Int32Array(257);
  #bytes: Uint8Array = new Uint8Array(0);
  #from = 0;

  constructor(table: RankTable) {
    this.#table = table;
    this.#splits = new Uint8Array(table.size);
    this.#lefts = new Int32Array(table.size);
    this.#rights = new Int32Array(table.size);
  }

  /** Number of tokens of `bytes[from..to)`. */
  count(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (length <= 1) return length;
    this.#open(bytes, from, length);
    const dead = this.#dead;
    const starts = this.#starts;
    const ranks = this.#ranks;
    let depth = 0;
    let at = 0;
    let limit = this.#longestAt(0, length);
    while (at < length) {
      let taken = limit;
      for (; taken > 0; taken--) {
        if (dead[at + taken] !== 0) continue;
        const rank = this.#rank(at, at + taken);
        if (rank < 0 || !this.#reachable(rank, at, taken)) continue;
        if (depth > 0 && !this.#follows(starts[depth - 1] as number, ranks[depth - 1] as number, at, at + taken, rank)) continue;
        starts[depth] = at;
        ranks[depth] = rank;
        break;
      }
      if (taken > 0) {
        at += taken;
        depth++;
        if (at < length) limit = this.#longestAt(at, length);
      } else {
        // Depth 0 always has its single byte to fall back on, so there is a token to take back.
        dead[at] = 1;
        depth--;
        limit = at - (starts[depth] as number) - 1;
        at = starts[depth] as number;
      }
    }
    return depth;
  }

  #open(bytes: Uint8Array, from: number, length: number): void {
    if (length >= this.#prefix.length) {
      const room = 2 ** Math.ceil(Math.log2(length + 1));
      this.#prefix = new Int32Array(room);
      this.#powers = powers(room);
      this.#dead = new Uint8Array(room);
      this.#starts = new Int32Array(room);
      this.#ranks = new Int32Array(room);
    } else this.#dead.fill(0, 0, length + 1);
    this.#bytes = bytes;
    this.#from = from;
    let hash = 0;
    for (let i = 0; i < length; i++) {
      hash = (Math.imul(hash, hashFactor) + (bytes[from + i] as number) + 1) | 0;
      this.#prefix[i + 1] = hash;
    }
  }

  /** No token that begins at `at` is longer than this; at least 1. */
  #longestAt(at: number, length: number): number {
    const most = Math.min(length, at + this.#table.longest);
    const before = this.#prefix[at] as number;
    let to = at + 2;
    while (to <= most) {
      const hash = ((this.#prefix[to] as number) - Math.imul(before, this.#powers[to - at] as number)) | 0;
      if (!this.#table.mayBegin(hash)) break;
      to++;
    }
    return to - 1 - at;
  }

  /** Rank of the piece's part from `a` to `b`. */
  #rank(a: number, b: number): number {
    if (b - a > this.#table.longest) return -1;
    const hash = ((this.#prefix[b] as number) - Math.imul(this.#prefix[a] as number, this.#powers[b - a] as number)) | 0;
    return this.#table.find(this.#bytes, this.#from + a, this.#from + b, hash);
  }

  /** `#agree` with a memory. */
  #follows(start: number, leftRank: number, border: number, stop: number, rightRank: number): boolean {
    const judged = this.#judged;
    const slot = (Math.imul(Math.imul(leftRank, 0x9e3779b1) + rightRank, 0x85ebca6b) >>> 18) * 4;
    if (judged[slot] === leftRank && judged[slot + 1] === rightRank) return judged[slot + 2] === 1;
    const agree = this.#agree(start, leftRank, border, stop, rightRank, Never);
    judged[slot] = leftRank;
    judged[slot + 1] = rightRank;
    judged[slot + 2] = agree ? 1 : 0;
    return agree;
  }

  /**
   * Whether two neighbouring tokens, both reachable, stay as they are: undoes their merges, latest first, and looks at each step
   * whether what then touched across the border would have merged before. Merges from rank `until` on do not count.
   */
  #agree(start: number, leftRank: number, border: number, stop: number, rightRank: number, until: number): boolean {
    let a = start;
    let b = stop;
    let left = leftRank;
    let right = rightRank;
    let before = until;
    for (;;) {
      const across = this.#rank(a, b);
      if (across >= 0 && across < before) return false;
      if (left > right) {
        if (border - a === 1) return true;
        before = left;
        a += this.#splits[left] as number;
        left = this.#rights[left] as number;
      } else {
        if (b - border === 1) return true;
        // Of equal ranks the left one merges first, and across the border is left of inside the right token.
        before = right + 1;
        b = border + (this.#splits[right] as number);
        right = this.#lefts[right] as number;
      }
    }
  }

  /**
   * Bytes of the left one of the two parts that token `rank` is merged from, where the token is the piece's part of
   * `length` > 1 bytes from `at`: the only two that do not merge otherwise before they make this token.
   */
  #splitOf(rank: number, at: number, length: number): number {
    const known = this.#splits[rank] as number;
    if (known !== 0) return known;
    let split = Unreachable;
    for (let size = 1; size < length; size++) {
      const left = this.#rank(at, at + size);
      if (left < 0 || left >= rank || !this.#reachable(left, at, size)) continue;
      const right = this.#rank(at + size, at + length);
      if (right < 0 || right >= rank || !this.#reachable(right, at + size, length - size)) continue;
      if (!this.#agree(at, left, at + size, at + length, right, rank)) continue;
      split = size;
      this.#lefts[rank] = left;
      this.#rights[rank] = right;
      break;
    }
    this.#splits[rank] = split;
    return split;
  }

  #reachable(rank: number, at: number, length: number): boolean {
    return length === 1 || this.#splitOf(rank, at, length) !== Unreachable;
  }
}

function powers(count: number): Int32Array {
  const out = new Int32Array(count);
  out[0] = 1;
  for (let i = 1; i < count; i++) out[i] = Math.imul(out[i - 1] as number, hashFactor);
  return out;
}
