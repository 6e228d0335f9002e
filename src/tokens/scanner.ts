import { classAt, Digit, Letter, Lower, Mark, Newline, Other, OtherLetter, Space, Upper, widthOf } from './unicode.ts';

/**
 * The split patterns of the public encodings, by hand instead of by regular expression: text falls into pieces, and
 * tokens never cross a piece's border. A scanner answers where the piece that starts at `at` ends (exclusive).
 * `bytes` is well-formed UTF-8 up to `end`; `at` < `end` is the border of a piece. Always answers more than `at`.
 */
export type Scanner = (bytes: Uint8Array, at: number, end: number) => number;

const Apostrophe = 0x27;
const Slash = 0x2f;
const Blank = 0x20;

/**
 * o200k_base: a word is an optional character that is no letter, digit or newline, then upper case followed by
 * lower case (either may be missing; other letters and marks count as both), then an English contraction.
 */
export const scanO200k: Scanner = (bytes, at, end) => {
  const first = classAt(bytes, at);
  if (first & Letter) return caseWord(bytes, at, end);
  if (first & Digit) return digits(bytes, at, end);
  if (first & Newline) return blanks(bytes, at, end);
  const next = at + widthOf(bytes[at] as number);
  if (next < end && classAt(bytes, next) & (Letter | Mark)) {
    if (first !== Mark || hasLowerCase(bytes, next, end)) return caseWord(bytes, next, end);
  }
  // A mark can be a word by itself, where it cannot be the character before one.
  if (first === Mark) return contraction(bytes, next, end);
  return marksOrBlanks(bytes, at, end, first, next, true);
};

/** cl100k_base: a word is an optional character that is no letter, digit or newline, then letters; contractions stand alone. */
export const scanCl100k: Scanner = (bytes, at, end) => {
  const first = classAt(bytes, at);
  if (first & Letter) return skip(bytes, at, end, Letter);
  if (first & Digit) return digits(bytes, at, end);
  if (first & Newline) return blanks(bytes, at, end);
  const shortened = contraction(bytes, at, end);
  if (shortened > at) return shortened;
  const next = at + widthOf(bytes[at] as number);
  if (next < end && classAt(bytes, next) & Letter) return skip(bytes, next, end, Letter);
  return marksOrBlanks(bytes, at, end, first, next, false);
};

/** End of the run of characters whose class is in `mask`. */
function skip(bytes: Uint8Array, at: number, end: number, mask: number): number {
  let to = at;
  while (to < end && classAt(bytes, to) & mask) to += widthOf(bytes[to] as number);
  return to;
}

/** `[Lu Lt Lm Lo M]*[Ll Lm Lo M]+` or else `[Lu Lt Lm Lo M]+`, then a contraction; `at` is a letter or mark. */
function caseWord(bytes: Uint8Array, at: number, end: number): number {
  let to = at;
  let lowerEnd = 0; // behind the last character of the upper-case run that is also lower case
  while (to < end) {
    const kind = classAt(bytes, to);
    if (kind & Lower) return contraction(bytes, skip(bytes, to, end, Lower | OtherLetter | Mark), end);
    if (!(kind & (Upper | OtherLetter | Mark))) break;
    to += widthOf(bytes[to] as number);
    if (kind !== Upper) lowerEnd = to;
  }
  return contraction(bytes, lowerEnd || to, end);
}

/** Whether the word at `at` is of the first form: not upper case only. */
function hasLowerCase(bytes: Uint8Array, at: number, end: number): boolean {
  const to = skip(bytes, at, end, Upper);
  return to < end && (classAt(bytes, to) & (Lower | OtherLetter | Mark)) !== 0;
}

/** `(?i:'s|'t|'re|'ve|'m|'ll|'d)?` */
function contraction(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end || bytes[at] !== Apostrophe) return at;
  const first = (bytes[at + 1] as number) | 0x20;
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return at + 2; // s t m d
  if (at + 2 >= end) return at;
  const second = bytes[at + 2] as number;
  if (bytes[at + 1] === 0xc5 && second === 0xbf) return at + 3; // U+017F, the long s, folds to s
  const letter = second | 0x20;
  if ((first === 0x72 || first === 0x76) && letter === 0x65) return at + 3; // re ve
  if (first === 0x6c && letter === 0x6c) return at + 3; // ll
  return at;
}

/** `\p{N}{1,3}` */
function digits(bytes: Uint8Array, at: number, end: number): number {
  let to = at;
  for (let n = 0; n < 3 && to < end && classAt(bytes, to) & Digit; n++) to += widthOf(bytes[to] as number);
  return to;
}

/** ` ?[^\s\p{L}\p{N}]+[\r\n]*` (with slashes among the newlines in o200k), otherwise white space. */
function marksOrBlanks(bytes: Uint8Array, at: number, end: number, first: number, next: number, slashes: boolean): number {
  const isBlank = bytes[at] === Blank;
  if (first === Space && !(isBlank && next < end && classAt(bytes, next) & (Other | Mark))) return blanks(bytes, at, end);
  let to = skip(bytes, next, end, Other | Mark);
  while (to < end) {
    const byte = bytes[to];
    if (byte !== 0x0a && byte !== 0x0d && !(slashes && byte === Slash)) break;
    to++;
  }
  return to;
}

/** `\s*[\r\n]+` or `\s+(?!\S)` or `\s+`: up to the last newline; else all but the last character, which goes with what follows. */
function blanks(bytes: Uint8Array, at: number, end: number): number {
  let to = at;
  let last = at;
  let behindNewline = 0;
  while (to < end) {
    const kind = classAt(bytes, to);
    if (!(kind & (Space | Newline))) break;
    last = to;
    to += widthOf(bytes[to] as number);
    if (kind === Newline) behindNewline = to;
  }
  if (behindNewline) return behindNewline;
  return to === end || last === at ? to : last;
}
