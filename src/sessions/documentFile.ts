import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DocumentFormat, NonsenseLine } from '../agents/agent.ts';
import { parsed, textField } from '../agents/requestBody.ts';
import type { Observation } from '../core/request.ts';
import type { ReadPiece } from './lineFile.ts';
import { reasonOf } from './reasons.ts';
import type { SkipLog } from './skipLog.ts';

/** A document is held in memory as a whole while it is read; larger ones are no session of anybody's. Bytes. */
const largest = 256 * 1024 * 1024;
/** A document that is no JSON and was written this recently (ms) is likely being written right now. */
const justWritten = 10_000;

/** A JSON file that its program writes anew as a whole. Read when it has changed; only what changed in it goes on. */
export class DocumentFile {
  readonly path: string;
  readonly #format: DocumentFormat;
  readonly #skips: SkipLog;
  /** What the document looked like when it was read last: file, size and time of change. */
  #version: string;
  /** The last sighting of each request in it, so that a growing conversation is not told again from its start. */
  readonly #told = new Map<string, string>();

  constructor(path: string, format: DocumentFormat, skips: SkipLog, kept?: string) {
    this.path = path;
    this.#format = format;
    this.#skips = skips;
    this.#version = textField(parsed(kept), 'version') ?? '';
  }

  isUnchanged(stats: Stats): boolean {
    return this.#version === versionOf(stats);
  }

  cursor(): string {
    return JSON.stringify({ version: this.#version });
  }

  /** Reads the document if it has changed. `isLocked` tells that trying again later makes sense. Throws what the file system throws. */
  *read(): Generator<ReadPiece, { readonly isLocked: boolean }> {
    const stats = statSync(this.path);
    if (this.isUnchanged(stats)) return { isLocked: false };
    this.#skips.set(this.path, 'file too large', stats.size > largest ? 1 : 0);
    if (stats.size > largest) return this.#done(stats);
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if (reasonOf(error) !== 'locked') throw error;
      this.#skips.set(this.path, 'locked', 1);
      return { isLocked: true };
    }
    for (const reason of ['locked', 'no permission', 'not readable'] as const) this.#skips.set(this.path, reason, 0);
    const document = parsed(text);
    if (document === undefined && Date.now() - stats.mtimeMs < justWritten) return { isLocked: true };
    const observations = this.#observations(document);
    yield { observations: observations.filter((seen) => this.#isNews(seen)), bytes: stats.size };
    return this.#done(stats);
  }

  #observations(document: unknown): readonly Observation[] {
    try {
      if (document === undefined) throw new NonsenseLine('no JSON');
      const { observations, nonsense, untold } = this.#format.read(
        document,
        this.path,
        (name) => this.#beside(name),
        this.#version === '',
      );
      this.#skips.set(this.path, 'not understood', nonsense ?? 0);
      this.#skips.set(this.path, 'no usage told', untold ?? 0);
      this.#skips.set(this.path, 'foreign file', 0);
      return observations;
    } catch (error) {
      if (!(error instanceof NonsenseLine)) throw error;
      this.#skips.set(this.path, 'foreign file', 1);
      return [];
    }
  }

  #beside(name: string): unknown {
    const path = join(dirname(this.path), name);
    try {
      return statSync(path).size > largest ? undefined : parsed(readFileSync(path, 'utf8'));
    } catch {
      return undefined;
    }
  }

  #isNews(seen: Observation): boolean {
    const key = seen.keys[0] ?? '';
    const text = JSON.stringify(seen);
    if (this.#told.get(key) === text) return false;
    this.#told.set(key, text);
    return true;
  }

  #done(stats: Stats): { readonly isLocked: boolean } {
    this.#version = versionOf(stats);
    return { isLocked: false };
  }
}

function versionOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}`;
}
