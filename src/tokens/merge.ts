import { hashFactor, type RankTable } from './ranks.ts';

/** A rank that no token has: "until the end" for `#agree`. */
const Never = 0x7fffffff;
const None = -1;

/** In `#splits`: this token's bytes do not encode to the token itself, so it only ever stands as a whole piece. */
const Unreachable = 255;

const Judged = 1 << 15;

/** Bytes of a piece that there is always room for, and the most room that is kept. */
const UsualRoom = 1 << 9;
const KeptRoom = 1 << 17;

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
 * Holds for encodings whose tokens have higher ranks than the parts they merge from; the tests hold it to the definition.
 */
export class Merger {
  readonly #table: RankTable;
  /** By rank: bytes of the left one of the two parts a token is merged from; 0 = not known yet. Then the parts' ranks. */
  readonly #splits: Uint8Array;
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  /** By rank: the longest other token that this one begins with, as rank + 2; 1 = none, 0 = not known yet. */
  readonly #shorter: Int32Array;
  /** Direct-mapped memory of `#following`: left rank, right rank, answer. */
  readonly #judged = new Int32Array(Judged * 3).fill(None);
  /** `#prefix[i]`: hash of the first i bytes of the piece; with the powers, the hash of any part of it. */
  #prefix = new Int32Array(UsualRoom);
  #powers = powers(UsualRoom);
  /** Borders that cannot be. */
  #dead = new Uint8Array(UsualRoom);
  /** The tokens so far: where they start, and their ranks. */
  #starts = new Int32Array(UsualRoom);
  #ranks = new Int32Array(UsualRoom);
  /** The piece: `#bytes` from `#from`; all positions count from there. */
  #bytes: Uint8Array = new Uint8Array(0);
  #from = 0;
  /** The last seen stretch of one repeated byte, and the longest token anywhere in it that is not near its end. */
  #runFrom = 0;
  #runTo = 0;
  #runRank = None;

  constructor(table: RankTable) {
    this.#table = table;
    this.#splits = new Uint8Array(table.size);
    this.#lefts = new Int32Array(table.size);
    this.#rights = new Int32Array(table.size);
    this.#shorter = new Int32Array(table.size);
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
    let candidate = this.#longestAt(0, length);
    while (at < length) {
      let rank = this.#following(depth, at, candidate);
      while (rank !== None && dead[at + this.#table.lengthOf(rank)] !== 0) {
        rank = this.#following(depth, at, this.#shorterOf(rank, at));
      }
      if (rank !== None) {
        starts[depth] = at;
        ranks[depth] = rank;
        depth++;
        at += this.#table.lengthOf(rank);
        if (at < length) candidate = this.#longestAt(at, length);
      } else {
        // The first token always has its single byte to fall back on, so there is one to take back.
        dead[at] = 1;
        depth--;
        at = starts[depth] as number;
        candidate = this.#shorterOf(ranks[depth] as number, at);
      }
    }
    if (this.#prefix.length > KeptRoom) this.#makeRoom(UsualRoom);
    return depth;
  }

  #open(bytes: Uint8Array, from: number, length: number): void {
    if (length >= this.#prefix.length) this.#makeRoom(2 ** Math.ceil(Math.log2(length + 1)));
    else this.#dead.fill(0, 0, length + 1);
    this.#bytes = bytes;
    this.#from = from;
    this.#runTo = 0;
    let hash = 0;
    for (let i = 0; i < length; i++) {
      hash = (Math.imul(hash, hashFactor) + (bytes[from + i] as number) + 1) | 0;
      this.#prefix[i + 1] = hash;
    }
  }

  #makeRoom(room: number): void {
    this.#prefix = new Int32Array(room);
    this.#powers = powers(room);
    this.#dead = new Uint8Array(room);
    this.#starts = new Int32Array(room);
    this.#ranks = new Int32Array(room);
  }

  #hash(a: number, b: number): number {
    return ((this.#prefix[b] as number) - Math.imul(this.#prefix[a] as number, this.#powers[b - a] as number)) | 0;
  }

  /** Rank of the piece's part from `a` to `b`. */
  #rank(a: number, b: number): number {
    return b - a > this.#table.longest ? None : this.#table.find(this.#bytes, this.#from + a, this.#from + b, this.#hash(a, b));
  }

  /** The longest token at `at`; there always is one, if of a single byte. */
  #longestAt(at: number, length: number): number {
    const most = Math.min(length, at + this.#table.longest);
    if (at >= this.#runFrom && most < this.#runTo) {
      // Rulers and padding: the same bytes follow as at the last place, so the same token is the longest.
      if (this.#runRank === None) this.#runRank = this.#findLongest(at, most);
      return this.#runRank;
    }
    if (at >= this.#runTo) this.#seeRun(at, length);
    return this.#findLongest(at, most);
  }

  #seeRun(at: number, length: number): void {
    const byte = this.#bytes[this.#from + at];
    let to = at + 1;
    while (to < length && this.#bytes[this.#from + to] === byte) to++;
    this.#runFrom = at;
    this.#runTo = to;
    this.#runRank = None;
  }

  #findLongest(at: number, most: number): number {
    let to = at + 1;
    while (to < most && this.#table.mayBegin(this.#hash(at, to + 1))) to++;
    for (;;) {
      const rank = this.#rank(at, to);
      if (rank !== None) return rank;
      to--;
    }
  }

  /** The longest token at `at` that is shorter than token `rank`, which is there too; −1 = none. */
  #shorterOf(rank: number, at: number): number {
    const known = this.#shorter[rank] as number;
    if (known !== 0) return known - 2;
    let shorter = None;
    for (let to = at + this.#table.lengthOf(rank) - 1; to > at && shorter === None; to--) shorter = this.#rank(at, to);
    this.#shorter[rank] = shorter + 2;
    return shorter;
  }

  /** The longest token that may stand at `at`, behind the tokens so far, and is no longer than `candidate`; −1 = none. */
  #following(depth: number, at: number, candidate: number): number {
    let rank = candidate;
    if (depth === 0) {
      while (rank !== None && !this.#reachable(rank, at)) rank = this.#shorterOf(rank, at);
      return rank;
    }
    if (rank === None) return None;
    const left = this.#ranks[depth - 1] as number;
    const judged = this.#judged;
    const slot = (Math.imul(Math.imul(left, 0x9e3779b1) + candidate, 0x85ebca6b) >>> 17) * 3;
    if (judged[slot] === left && judged[slot + 1] === candidate) return judged[slot + 2] as number;
    const start = this.#starts[depth - 1] as number;
    while (
      rank !== None &&
      !(this.#reachable(rank, at) && this.#agree(start, left, at, at + this.#table.lengthOf(rank), rank, Never))
    ) {
      rank = this.#shorterOf(rank, at);
    }
    judged[slot] = left;
    judged[slot + 1] = candidate;
    judged[slot + 2] = rank;
    return rank;
  }

  /**
   * Whether two neighbouring tokens, both reachable, stay as they are: undoes their merges, latest first, and looks at
   * each step whether what then touched across the border would have merged before. Merges from rank `until` on do
   * not count.
   */
  #agree(start: number, leftRank: number, border: number, stop: number, rightRank: number, until: number): boolean {
    let a = start;
    let b = stop;
    let left = leftRank;
    let right = rightRank;
    let before = until;
    for (;;) {
      const across = this.#rank(a, b);
      if (across !== None && across < before) return false;
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

  /** Whether the bytes of token `rank`, which is at `at`, encode to it. */
  #reachable(rank: number, at: number): boolean {
    const split = this.#splits[rank] as number;
    return split !== 0 ? split !== Unreachable : this.#learnSplit(rank, at);
  }

  /** Finds the two parts a token is merged from: the only two that do not merge otherwise before they make this token. */
  #learnSplit(rank: number, at: number): boolean {
    const length = this.#table.lengthOf(rank);
    if (length === 1) return true;
    for (let size = 1; size < length; size++) {
      const left = this.#rank(at, at + size);
      if (left === None || left >= rank || !this.#reachable(left, at)) continue;
      const right = this.#rank(at + size, at + length);
      if (right === None || right >= rank || !this.#reachable(right, at + size)) continue;
      if (!this.#agree(at, left, at + size, at + length, right, rank)) continue;
      this.#splits[rank] = size;
      this.#lefts[rank] = left;
      this.#rights[rank] = right;
      return true;
    }
    this.#splits[rank] = Unreachable;
    return false;
  }
}

function powers(count: number): Int32Array {
  const out = new Int32Array(count);
  out[0] = 1;
  for (let i = 1; i < count; i++) out[i] = Math.imul(out[i - 1] as number, hashFactor);
  return out;
}
