import { LearnedPieces, learnedPieceLimit } from './learned.ts';
import { Merger } from './merge.ts';
import { hashFactor, RankTable } from './ranks.ts';
import { type Scanner, scanCl100k, scanO200k } from './scanner.ts';

/** The public encodings we have tables of. */
export type EncodingName = 'o200k_base' | 'cl100k_base';

const scanners: Readonly<Record<EncodingName, Scanner>> = { o200k_base: scanO200k, cl100k_base: scanCl100k };

/** UTF-16 units that are counted at a time, and the most that are taken where no place to cut is found. */
const SliceUnits = 1 << 15;
const LongestSliceUnits = 1 << 20;

/**
 * Counts the tokens of text in a public encoding, exactly as tiktoken's `encode_ordinary(text).length`: what looks
 * like a special token is text, a lone surrogate counts as U+FFFD. Takes time linear in the text, whatever is in it,
 * and never throws. (Exact while no piece is longer than 1 M UTF-16 units; such a piece is cut there.)
 */
export class TokenCounter {
  readonly encoding: EncodingName;
  readonly #table: RankTable;
  readonly #scan: Scanner;
  readonly #merger: Merger;
  readonly #learned = new LearnedPieces();
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(SliceUnits * 3);

  /** `table`: the content of `<encoding>.bin` as `scripts/tokenTables.mjs` writes it. Throws when it is not that. */
  static load(table: Uint8Array, encoding: EncodingName): TokenCounter {
    return new TokenCounter(new RankTable(table), encoding);
  }

  private constructor(table: RankTable, encoding: EncodingName) {
    this.encoding = encoding;
    this.#table = table;
    this.#scan = scanners[encoding];
    this.#merger = new Merger(table);
  }

  count(text: string): number {
    if (text.length <= SliceUnits) return this.#countSlice(text);
    let total = 0;
    for (let from = 0; from < text.length; ) {
      const to = cutAfter(text, from);
      total += this.#countSlice(text.slice(from, to));
      from = to;
    }
    return total;
  }

  /**
   * The tokens of the pieces of `bytes` (UTF-8) that more text behind them cannot change, which is all but the last
   * two, and where those two start.
   */
  countSettled(bytes: Uint8Array): { readonly tokens: number; readonly end: number } {
    let settled = 0;
    let last = 0;
    let lastButOne = 0;
    let startOfLast = 0;
    let startOfLastButOne = 0;
    for (let at = 0; at < bytes.length; ) {
      const to = this.#scan(bytes, at, bytes.length);
      settled += lastButOne;
      lastButOne = last;
      startOfLastButOne = startOfLast;
      last = this.#countPiece(bytes, at, to);
      startOfLast = at;
      at = to;
    }
    return { tokens: settled, end: startOfLastButOne };
  }

  /** Tokens of text given as well-formed UTF-8. */
  countBytes(bytes: Uint8Array): number {
    return this.#countBytes(bytes, bytes.length);
  }

  #countSlice(text: string): number {
    if (this.#bytes.length < text.length * 3) this.#bytes = new Uint8Array(text.length * 3);
    return this.#countBytes(this.#bytes, this.#encoder.encodeInto(text, this.#bytes).written);
  }

  #countBytes(bytes: Uint8Array, end: number): number {
    const scan = this.#scan;
    let total = 0;
    for (let at = 0; at < end; ) {
      const to = scan(bytes, at, end);
      total += to - at === 1 ? 1 : this.#countPiece(bytes, at, to);
      at = to;
    }
    return total;
  }

  #countPiece(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (length > this.#table.longest) return this.#merger.count(bytes, from, to);
    let hash = 0;
    for (let i = from; i < to; i++) hash = (Math.imul(hash, hashFactor) + (bytes[i] as number) + 1) | 0;
    if (this.#table.find(bytes, from, to, hash) >= 0) return 1;
    if (length > learnedPieceLimit) return this.#merger.count(bytes, from, to);
    const known = this.#learned.get(bytes, from, to, hash);
    if (known > 0) return known;
    const count = this.#merger.count(bytes, from, to);
    this.#learned.set(bytes, from, to, hash, count);
    return count;
  }
}

/**
 * Where to cut a long text so that the tokens of the parts add up to those of the whole: before an ASCII letter behind
 * a newline or digit, before an ASCII digit behind a letter, before a single blank between letters. All of these
 * are borders of pieces in either encoding, whatever is around.
 */
function cutAfter(text: string, from: number): number {
  if (text.length - from <= SliceUnits) return text.length;
  const latest = Math.min(text.length - 1, from + LongestSliceUnits);
  for (let at = from + SliceUnits; at < latest; at++) {
    const before = text.charCodeAt(at - 1);
    const here = text.charCodeAt(at);
    if (isLetter(here) ? before === 0x0a || isDigit(before) : isLetter(before)) {
      if (isLetter(here) || isDigit(here) || (here === 0x20 && isLetter(text.charCodeAt(at + 1)))) return at;
    }
  }
  if (latest === text.length - 1) return text.length;
  const isPair = (text.charCodeAt(latest - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(latest) & 0xfc00) === 0xdc00;
  return isPair ? latest - 1 : latest;
}

function isLetter(unit: number): boolean {
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x7a && unit < 0x80;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
