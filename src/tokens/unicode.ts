import { classRuns } from './unicodeRuns.ts';

/**
 * The character classes that the encodings' split patterns speak of, as bits so that a set of classes is a mask.
 * Every code point is in exactly one class.
 */
export const Upper = 1; // Lu, Lt
export const Lower = 2; // Ll
export const OtherLetter = 4; // Lm, Lo
export const Mark = 8; // M
export const Digit = 16; // N
export const Space = 32; // White_Space without CR and LF
export const Newline = 64; // CR, LF
export const Other = 128; // everything else: punctuation, symbols, controls, unassigned

export const Letter = Upper | Lower | OtherLetter;

const letters: Readonly<Record<string, number>> = {
  U: Upper,
  L: Lower,
  O: OtherLetter,
  M: Mark,
  D: Digit,
  S: Space,
  R: Newline,
  X: Other,
};

/** Class by code point. */
const classes = new Uint8Array(0x110000);

let filled = 0;
for (const [, letter = 'X', length] of classRuns.matchAll(/([A-Z])([0-9a-z]*)/g)) {
  const next = filled + (length ? Number.parseInt(length, 36) : 1);
  classes.fill(letters[letter] as number, filled, next);
  filled = next;
}

/** Class of the character that starts at `at`. `bytes` must be well-formed UTF-8 and `at` the first byte of a character. */
export function classAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return classes[lead] as number;
  return wideClass(bytes, at, lead);
}

function wideClass(bytes: Uint8Array, at: number, lead: number): number {
  let codePoint: number;
  const second = (bytes[at + 1] as number) & 0x3f;
  if (lead < 0xe0) codePoint = ((lead & 0x1f) << 6) | second;
  else {
    const third = (bytes[at + 2] as number) & 0x3f;
    if (lead < 0xf0) codePoint = ((lead & 0x0f) << 12) | (second << 6) | third;
    else codePoint = ((lead & 0x07) << 18) | (second << 12) | (third << 6) | ((bytes[at + 3] as number) & 0x3f);
  }
  return classes[codePoint] as number;
}

/** Bytes of the character whose first byte is `lead`. */
export function widthOf(lead: number): number {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}
