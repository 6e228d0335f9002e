import { readSync } from 'node:fs';

const newline = 10;

export interface ScanOptions {
  readonly needles: readonly Buffer[];
  /** Bytes read at a time. */
  readonly chunkBytes: number;
  /** Longer lines are passed over. */
  readonly maxLineBytes: number;
}

/** What one chunk showed. `lines` are views into the scanner's own buffer: used before the next chunk is asked for. */
export interface ScannedChunk {
  readonly lines: readonly Buffer[];
  /** Offset after the last complete line: where reading can go on. */
  readonly offset: number;
  readonly bytes: number;
  readonly tooLong: number;
}

export const usualScan = { chunkBytes: 1 << 20, maxLineBytes: 64 << 20 };

let shared: Buffer | undefined;

/**
 * Finds, chunk by chunk from `offset` to the present end of the file, the complete lines that hold a needle, and the
 * file's first line. The bytes of
 * an unfinished last line are kept back. All other lines cost a byte search only.
 */
export function* scanLines(file: number, offset: number, options: ScanOptions): Generator<ScannedChunk> {
  let buffer = shared && shared.length >= options.chunkBytes * 2 ? shared : Buffer.allocUnsafeSlow(options.chunkBytes * 2);
  shared = undefined;
  const usual = buffer;
  let filled = 0;
  let position = offset;
  /** Inside a line that is too long: everything up to the next newline is passed over. */
  let isPassing = false;
  let tooLong = 0;
  try {
    for (;;) {
      if (filled + options.chunkBytes > buffer.length) buffer = grown(buffer, filled, options.chunkBytes);
      const got = readSync(file, buffer, filled, options.chunkBytes, position + filled);
      if (got === 0) {
        if (tooLong > 0) yield { lines: [], offset: position, bytes: 0, tooLong };
        return;
      }
      let start = 0;
      const end = filled + got;
      if (isPassing) {
        const stop = buffer.subarray(0, end).indexOf(newline);
        if (stop < 0) {
          position += end;
          filled = 0;
          yield { lines: [], offset: position, bytes: got, tooLong: 0 };
          continue;
        }
        isPassing = false;
        start = stop + 1;
      }
      const lastNewline = buffer.subarray(0, end).lastIndexOf(newline);
      const complete = Math.max(start, lastNewline + 1);
      const isFirst = position === 0 && start === 0;
      const lines = complete > start ? linesWith(options.needles, buffer.subarray(start, complete), isFirst) : [];
      const rest = end - complete;
      yield { lines, offset: position + complete, bytes: got, tooLong };
      tooLong = 0;
      if (rest > options.maxLineBytes) {
        isPassing = true;
        tooLong = 1;
        position += end;
        filled = 0;
      } else {
        buffer.copyWithin(0, complete, end);
        position += complete;
        filled = rest;
        if (filled === 0) buffer = usual;
      }
    }
  } finally {
    shared = usual;
  }
}

function grown(buffer: Buffer, filled: number, more: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, filled + more));
  buffer.copy(larger, 0, 0, filled);
  return larger;
}

/** `region` ends in a newline. Each needle is searched for once over the whole region, not once a line. */
function linesWith(needles: readonly Buffer[], region: Buffer, withFirst: boolean): readonly Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  if (withFirst) {
    from = region.indexOf(newline);
    lines.push(region.subarray(0, from));
  }
  const next = needles.map((needle) => indexFrom(region, needle, from));
  for (;;) {
    const at = Math.min(...next);
    if (at === Number.POSITIVE_INFINITY) return lines;
    const start = at === 0 ? 0 : region.lastIndexOf(newline, at - 1) + 1;
    const end = region.indexOf(newline, at);
    lines.push(region.subarray(start, end));
    for (const [i, needle] of needles.entries()) {
      if ((next[i] ?? 0) < end) next[i] = indexFrom(region, needle, end);
    }
  }
}

function indexFrom(region: Buffer, needle: Buffer, from: number): number {
  const at = region.indexOf(needle, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}
