import type { Stats } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Agent, Places, SessionFormat } from '../agents/agent.ts';
import type { Disposable } from '../core/disposable.ts';
import { better } from '../core/merge.ts';
import type { AgentId, Observation } from '../core/request.ts';
import type { Batch, ReadProgress } from './batch.ts';
import type { LoadCursors } from './cursors.ts';
import { DatabaseFile } from './databaseFile.ts';
import { DocumentFile } from './documentFile.ts';
import { LineFile } from './lineFile.ts';
import { reasonOf } from './reasons.ts';
import { SkipLog } from './skipLog.ts';
import { type FoundSource, type FoundSources, findSources } from './sources.ts';

export interface SessionReaderOptions {
  readonly agents: readonly Agent[];
  readonly places: Places;
  readonly loadCursors: LoadCursors;
  /** Takes a batch; reading goes on when it settles. */
  readonly deliver: (batch: Batch) => void | Promise<void>;
  readonly off?: readonly AgentId[];
}

type SessionFile = LineFile | DocumentFile | DatabaseFile;

/** Something that is read, and what it has to do with. */
interface Source {
  readonly agent: AgentId;
  readonly file: SessionFile;
  /** Bytes known and bytes read, for the progress. */
  bytes: number;
  bytesDone: number;
  isDone: boolean;
}

/** What is locked is tried again after `after` milliseconds. */
interface Retry {
  readonly after: number;
  readonly timer: NodeJS.Timeout;
  isDue: boolean;
}

/** A batch is handed over when it holds this many requests, or when this many milliseconds went by. */
const batchRequests = 2000;
const batchAge = 100;
/** What is locked is tried again after this many milliseconds, then after twice as many, … and so on. */
const firstRetry = 1000;
const lastRetry = 60_000;

/**
 * Reads what agents left on disk: first everything, newest first, then whatever is told to have changed, which always
 * goes before what is still waiting. One file at a time; batches are handed over one after the other.
 */
export class SessionReader implements Disposable {
  readonly #options: SessionReaderOptions;
  readonly #skips = new SkipLog();
  readonly #sources = new Map<string, Source>();
  readonly #waiting: Source[] = [];
  readonly #urgent = new Set<Source>();
  readonly #agents = new Set<AgentId>();
  readonly #dirty = new Set<Source>();
  readonly #retries = new Map<Source, Retry>();
  #off: ReadonlySet<AgentId>;
  #batch: Observation[] = [];
  #handedOverAt = 0;
  #told: ReadProgress | undefined;
  #working: Promise<void> | undefined;
  #isDisposed = false;

  constructor(options: SessionReaderOptions) {
    this.#options = options;
    this.#off = new Set(options.off ?? []);
  }

  /** Looks for everything there is and reads what is new; settles when all of it has been handed over. */
  async scan(found: FoundSources = this.find()): Promise<void> {
    await this.#admit(found.sources);
    for (const { path, stats, bytes } of found.sources) {
      const source = this.#sources.get(path);
      if (!source?.isDone || isUnchanged(source.file, stats)) continue;
      source.bytes = bytes;
      source.isDone = false;
      this.#waiting.push(source);
    }
    await this.#work();
  }

  /** Where everything is, without reading it. */
  find(): FoundSources {
    return findSources(this.#options.agents, this.#off, this.#options.places, this.#skips);
  }

  /** Reads these again, before anything else that waits. Paths that are not known are admitted. */
  async refresh(found: readonly FoundSource[]): Promise<void> {
    const unknown = found.filter(({ path }) => !this.#sources.has(path));
    if (unknown.length > 0) await this.#admit(unknown);
    for (const { path, bytes } of found) {
      const source = this.#sources.get(path);
      if (!source || this.#off.has(source.agent)) continue;
      source.bytes = Math.max(source.bytes, bytes);
      this.#urgent.add(source);
    }
    await this.#work();
  }

  /** Agents whose files are not read from now on. What was read stays where it was handed to. */
  setOff(ids: readonly AgentId[]): void {
    this.#off = new Set(ids);
    for (const [path, source] of this.#sources) if (this.#off.has(source.agent)) this.#forget(path, source);
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const { timer } of this.#retries.values()) clearTimeout(timer);
    this.#retries.clear();
  }

  async #admit(found: readonly FoundSource[]): Promise<void> {
    const fresh = found.filter(({ path }) => !this.#sources.has(path));
    const kept = await this.#options.loadCursors(fresh.map(({ path }) => path));
    for (const [i, { agent, path, format, stats, bytes }] of fresh.entries()) {
      const file = openSource(path, format, this.#skips, kept[i]);
      const isDone = isUnchanged(file, stats);
      const bytesDone = file instanceof LineFile ? Math.min(bytes, file.offset) : 0;
      const source: Source = { agent, file, bytes, bytesDone, isDone };
      this.#sources.set(path, source);
      if (kept[i] !== undefined) this.#agents.add(agent);
      if (!isDone) this.#waiting.push(source);
    }
  }

  #forget(path: string, source: Source): void {
    this.#sources.delete(path);
    this.#urgent.delete(source);
    this.#dirty.delete(source);
    this.#noRetry(source);
    const at = this.#waiting.indexOf(source);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** One worker at a time; whoever comes while it works waits for it, as it takes up what was added. */
  #work(): Promise<void> {
    this.#working ??= this.#readAll();
    return this.#working;
  }

  async #readAll(): Promise<void> {
    try {
      // Whoever added work in this turn is done adding.
      await Promise.resolve();
      for (;;) {
        for (let source = this.#next(); source && !this.#isDisposed; source = this.#next()) await this.#read(source);
        if (this.#isDisposed) return;
        await this.#handOver();
        // While the last batch was taken more may have come.
        if (this.#urgent.size === 0 && this.#waiting.length === 0) return;
      }
    } finally {
      this.#working = undefined;
    }
  }

  #next(): Source | undefined {
    for (const source of this.#urgent) {
      this.#urgent.delete(source);
      return source;
    }
    return this.#waiting.shift();
  }

  async #read(source: Source): Promise<void> {
    try {
      const pieces = source.file.read();
      for (let piece = pieces.next(); ; piece = pieces.next()) {
        if (piece.done) {
          if (piece.value?.isLocked) this.#retryLater(source);
          else this.#noRetry(source);
          break;
        }
        this.#take(source, piece.value.observations, piece.value.bytes);
        if (this.#isDue()) await this.#handOver();
        if (this.#isDisposed) {
          pieces.return(undefined as never);
          return;
        }
        await this.#readUrgent(source);
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (reason) this.#skips.set(source.file.path, reason, 1);
      else this.#forget(source.file.path, source);
    }
    source.bytesDone = source.bytes;
    source.isDone = true;
    // The very first file is handed over at once: it is what the user is looking at.
    if (this.#handedOverAt === 0 || this.#isDue()) await this.#handOver();
  }

  /** Between two pieces of a long file, what has just changed is read. */
  async #readUrgent(current: Source): Promise<void> {
    for (const source of this.#urgent) {
      if (source === current) continue;
      this.#urgent.delete(source);
      await this.#read(source);
    }
  }

  #take(source: Source, observations: readonly Observation[], bytes: number): void {
    source.bytesDone = Math.min(source.bytes, source.bytesDone + bytes);
    this.#dirty.add(source);
    if (observations.length > 0) this.#agents.add(source.agent);
    for (const seen of observations) this.#add(seen);
  }

  /** Lines of one answer follow each other: they need not travel one by one. */
  #add(seen: Observation): void {
    const last = this.#batch.at(-1);
    if (last && last.keys[0] === seen.keys[0]) this.#batch[this.#batch.length - 1] = better(last, seen);
    else this.#batch.push(seen);
  }

  #isDue(): boolean {
    return this.#batch.length >= batchRequests || performance.now() - this.#handedOverAt > batchAge;
  }

  async #handOver(): Promise<void> {
    const progress = this.#progress();
    const skipped = this.#skips.takeChanged();
    const isNews =
      this.#batch.length > 0 || this.#dirty.size > 0 || skipped.length > 0 || !isDeepStrictEqual(progress, this.#told);
    if (!isNews) return;
    this.#told = progress;
    const cursors = [...this.#dirty].map(({ file }) => [file.path, file.cursor()] as const);
    const batch: Batch = { observations: this.#batch, cursors, skipped, progress };
    this.#batch = [];
    this.#dirty.clear();
    await this.#options.deliver(batch);
    this.#handedOverAt = performance.now();
  }

  #progress(): ReadProgress {
    let [filesDone, bytes, bytesDone] = [0, 0, 0];
    for (const source of this.#sources.values()) {
      if (source.isDone) filesDone += 1;
      bytes += source.bytes;
      bytesDone += source.isDone ? source.bytes : source.bytesDone;
    }
    return {
      files: this.#sources.size,
      filesDone,
      bytes,
      bytesDone,
      agents: [...this.#agents],
      done: filesDone === this.#sources.size,
    };
  }

  #noRetry(source: Source): void {
    clearTimeout(this.#retries.get(source)?.timer);
    this.#retries.delete(source);
  }

  /** One timer for each, also where events lead to it meanwhile. */
  #retryLater(source: Source): void {
    const last = this.#retries.get(source);
    if (last && !last.isDue) return;
    const after = last ? Math.min(last.after * 2, lastRetry) : firstRetry;
    const timer = setTimeout(() => {
      retry.isDue = true;
      this.#urgent.add(source);
      this.#work().catch(() => undefined);
    }, after);
    const retry: Retry = { after, timer: timer.unref(), isDue: false };
    this.#retries.set(source, retry);
  }
}

function openSource(path: string, format: SessionFormat, skips: SkipLog, kept: string | undefined): SessionFile {
  switch (format.kind) {
    case 'lines':
      return new LineFile(path, format, skips, kept);
    case 'document':
      return new DocumentFile(path, format, skips, kept);
    case 'database':
      return new DatabaseFile(path, format, skips, kept);
  }
}

/** Of a database only its owner can tell: what is new in it stands in its write-ahead log. */
function isUnchanged(file: SessionFile, stats: Stats): boolean {
  return !(file instanceof DatabaseFile) && file.isUnchanged(stats);
}
