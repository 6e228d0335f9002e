import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type LineReader, type LinesFormat, NonsenseLine } from '../agents/agent.ts';
import { field, parsed, textField } from '../agents/requestBody.ts';
import type { Observation } from '../core/request.ts';
import { scanLines, usualScan } from './lineScanner.ts';
import type { SkipLog } from './skipLog.ts';

/** What is not met again when reading goes on, so its count is remembered with the offset. */
const lasting = ['not understood', 'line too long', 'no usage told'] as const;

/** Bytes before the offset that must still be the same when reading goes on. */
const anchorBytes = 256;

export interface ReadPiece {
  readonly observations: readonly Observation[];
  /** Bytes gone through. */
  readonly bytes: number;
}

/** One session file, read from where it was left. */
export class LineFile {
  readonly path: string;
  readonly #format: LinesFormat;
  readonly #skips: SkipLog;
  readonly #scan: typeof usualScan;
  readonly #needles: readonly Buffer[];
  #reader: LineReader;
  #identity = '';
  #offset = 0;
  #anchor = '';

  constructor(path: string, format: LinesFormat, skips: SkipLog, kept?: string, scan: typeof usualScan = usualScan) {
    this.path = path;
    this.#format = format;
    this.#skips = skips;
    this.#scan = scan;
    this.#needles = format.needles.map((needle) => Buffer.from(needle));
    const cursor = parsed(kept);
    const offset = field(cursor, 'offset');
    this.#identity = textField(cursor, 'file') ?? '';
    this.#anchor = textField(cursor, 'anchor') ?? '';
    this.#offset = typeof offset === 'number' && this.#identity ? offset : 0;
    this.#reader = format.open(path, this.#offset > 0 ? field(cursor, 'reader') : undefined);
    for (const reason of lasting) skips.set(path, reason, Number(field(field(cursor, 'skipped'), reason) ?? 0));
  }

  /** Whether there is nothing to read, as far as the directory tells. */
  isUnchanged(stats: Stats): boolean {
    return this.#identity === identityOf(stats) && this.#offset === stats.size;
  }

  get offset(): number {
    return this.#offset;
  }

  /** What to remember: JSON, without anything of the file's text. Valid between two pieces. */
  cursor(): string {
    const counts = lasting
      .map((reason) => [reason, this.#skips.count(this.path, reason)] as const)
      .filter(([, count]) => count > 0);
    return JSON.stringify({
      file: this.#identity,
      offset: this.#offset,
      anchor: this.#anchor,
      reader: this.#reader.state(),
      ...(counts.length > 0 ? { skipped: Object.fromEntries(counts) } : {}),
    });
  }

  /** Reads to the file's present end, piece by piece. Throws what the file system throws. */
  *read(): Generator<ReadPiece> {
    const file = openSync(this.path, 'r');
    try {
      const stats = fstatSync(file);
      this.#resumeOrRestart(file, stats);
      if (this.#offset === 0 && !this.#looksLikeLines(file)) return;
      let end = this.#offset;
      for (const chunk of scanLines(file, this.#offset, { needles: this.#needles, ...this.#scan })) {
        const observations = this.#read(chunk.lines);
        end += chunk.bytes;
        if (chunk.offset !== this.#offset) {
          this.#offset = chunk.offset;
          this.#anchor = anchorAt(file, chunk.offset);
        }
        if (this.#reader.untold) this.#skips.set(this.path, 'no usage told', this.#reader.untold());
        if (chunk.tooLong > 0) this.#skips.add(this.path, 'line too long', chunk.tooLong);
        yield { observations, bytes: chunk.bytes };
      }
      this.#skips.set(this.path, 'unfinished last line', end > this.#offset ? 1 : 0);
    } finally {
      closeSync(file);
    }
  }

  #read(lines: readonly Buffer[]): readonly Observation[] {
    const found: Observation[] = [];
    for (const line of lines) {
      try {
        for (const seen of this.#reader.line(line)) found.push(seen);
      } catch (error) {
        if (!(error instanceof NonsenseLine)) throw error;
        this.#skips.add(this.path, 'not understood');
      }
    }
    return found;
  }

  /** Another file under the same name, a shorter one or one with other bytes before the offset is read from its start. */
  #resumeOrRestart(file: number, stats: Stats): void {
    const identity = identityOf(stats);
    const isSame =
      identity === this.#identity &&
      stats.size >= this.#offset &&
      (this.#offset === 0 || anchorAt(file, this.#offset) === this.#anchor);
    this.#identity = identity;
    if (isSame) return;
    this.#offset = 0;
    this.#anchor = '';
    this.#reader = this.#format.open(this.path);
    this.#skips.forget(this.path);
  }

  #looksLikeLines(file: number): boolean {
    const first = Buffer.alloc(1);
    if (readSync(file, first, 0, 1, 0) === 0) return true;
    // `{`, or white space before it.
    const isOurs = first[0] === 0x7b || first[0] === 0x0a || first[0] === 0x20;
    this.#skips.set(this.path, 'foreign file', isOurs ? 0 : 1);
    return isOurs;
  }
}

function identityOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}`;
}

function anchorAt(file: number, offset: number): string {
  const length = Math.min(anchorBytes, offset);
  const bytes = Buffer.alloc(length);
  const got = readSync(file, bytes, 0, length, offset - length);
  return createHash('sha256').update(bytes.subarray(0, got)).digest('base64').slice(0, 12);
}
