/** Multiplier of the polynomial hash h(s) = Σ (byte + 1) · m^(length − 1 − i) mod 2^32; odd, from no one in particular. */
export const hashFactor = 0x2c1b3c6d;

/** 8 M bits for some 600,000 beginnings. */
const BeginningBits = 23;

/**
 * The tokens of one encoding by their bytes. A lookup by 32-bit hash is confirmed byte by byte, so that a collision
 * costs time and never a wrong answer.
 */
export class RankTable {
  /** Bytes of the longest token. */
  readonly longest: number;
  /** The tokens' bytes, one behind the other by rank; token r is `offsets[r]` to `offsets[r + 1]`. */
  readonly #bytes: Uint8Array;
  readonly #offsets: Uint32Array;
  /** Open addressing; a slot is two words: rank + 1 (0 = empty) and the hash. */
  readonly #slots: Int32Array;
  readonly #shift: number;
  /** One bit by hash for every beginning of a token, two bytes and longer: where it is 0, no token begins so. */
  readonly #beginnings = new Int32Array(2 ** (BeginningBits - 5));

  /** `table`: what `scripts/tokenTables.mjs` writes. Throws when it is cut short, or the single bytes are not ranks 0–255. */
  constructor(table: Uint8Array) {
    let count = 0;
    for (let at = 0; at < table.length; at += 1 + (table[at] as number)) count++;
    if (count < 256) throw new Error(`token table: ${count} ranks, not even every byte has one`);
    const size = 2 ** Math.ceil(Math.log2(count * 2));
    this.#bytes = new Uint8Array(table.length - count);
    this.#offsets = new Uint32Array(count + 1);
    this.#slots = new Int32Array(size * 2);
    this.#shift = 32 - Math.log2(size);
    this.longest = this.#fill(table);
    for (let byte = 0; byte < 256; byte++) {
      const rank = this.find(Uint8Array.of(byte), 0, 1, byte + 1);
      if (rank < 0 || rank > 255) throw new Error(`token table: byte ${byte} has no rank of its own`);
    }
  }

  #fill(table: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let longest = 0;
    let to = 0;
    let rank = 0;
    for (let at = 0; at < table.length; rank++) {
      const length = table[at++] as number;
      if (at + length > table.length) throw new Error('token table: cut short');
      let hash = 0;
      for (let i = 0; i < length; i++) {
        const byte = table[at + i] as number;
        this.#bytes[to + i] = byte;
        hash = (Math.imul(hash, hashFactor) + byte + 1) | 0;
        if (i > 0) {
          const word = Math.imul(hash, 0x9e3779b1) >>> (37 - BeginningBits);
          this.#beginnings[word] = (this.#beginnings[word] as number) | (1 << (hash & 31));
        }
      }
      at += length;
      to += length;
      this.#offsets[rank + 1] = to;
      if (length === 0) continue;
      if (length > longest) longest = length;
      let slot = Math.imul(hash, 0x9e3779b1) >>> this.#shift;
      slot *= 2;
      while (this.#slots[slot] !== 0) slot = (slot + 2) & mask;
      this.#slots[slot] = rank + 1;
      this.#slots[slot + 1] = hash;
    }
    return longest;
  }

  /** The rank of `bytes[from..to)`, whose hash is `hash`; −1 = no token. */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (Math.imul(hash, 0x9e3779b1) >>> this.#shift) * 2;
    for (let found = slots[slot] as number; found !== 0; found = slots[slot] as number) {
      if (slots[slot + 1] === hash) {
        const start = this.#offsets[found - 1] as number;
        if ((this.#offsets[found] as number) - start === to - from && sameBytes(this.#bytes, start, bytes, from, to))
          return found - 1;
      }
      slot = (slot + 2) & mask;
    }
    return -1;
  }

  /** Whether any token may begin with the bytes of this hash; may be wrongly true, never wrongly false. */
  mayBegin(hash: number): boolean {
    return ((this.#beginnings[Math.imul(hash, 0x9e3779b1) >>> (37 - BeginningBits)] as number) & (1 << (hash & 31))) !== 0;
  }

  /** Bytes of token `rank`. */
  lengthOf(rank: number): number {
    return (this.#offsets[rank + 1] as number) - (this.#offsets[rank] as number);
  }

  /** One more than the highest rank. */
  get size(): number {
    return this.#offsets.length - 1;
  }

  /** The bytes of a token; empty where no token has this rank. */
  token(rank: number): Uint8Array {
    return this.#bytes.subarray(this.#offsets[rank], this.#offsets[rank + 1]);
  }
}

function sameBytes(a: Uint8Array, aFrom: number, b: Uint8Array, from: number, to: number): boolean {
  for (let i = from, j = aFrom; i < to; i++, j++) if (a[j] !== b[i]) return false;
  return true;
}
