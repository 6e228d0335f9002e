import type { Disposable } from '../core/disposable.ts';
import type { AgentId } from '../core/request.ts';
import { DirectoryWatch } from './directoryWatch.ts';
import { discover, statOf } from './discover.ts';
import { SessionReader, type SessionReaderOptions } from './sessionReader.ts';
import { SkipLog } from './skipLog.ts';
import { type FoundSource, isBelowRoots, sourceAt } from './sources.ts';

/** More folders than this are left to the slow look; newest sessions are watched first. */
const mostWatched = 4096;
/** Events can be lost, and some file systems have none: everything is looked at again this often. Milliseconds. */
const slowLook = 4 * 60_000;
const blindLook = 20_000;
/** Databases and documents are written to many times a second while an answer streams. Milliseconds. */
const pause = { database: 60, document: 250 };

/** Reads everything once and stays: from then on file events say what to read. */
export class ResidentReader implements Disposable {
  readonly #options: SessionReaderOptions;
  readonly #reader: SessionReader;
  readonly #watch: DirectoryWatch;
  readonly #touched = new Set<string>();
  readonly #onProblem: (error: unknown) => void;
  #off: ReadonlySet<AgentId>;
  #isQueued = false;
  #isBlind = false;
  #look: NodeJS.Timeout | undefined;
  readonly #soon = new Map<string, NodeJS.Timeout>();
  #isDisposed = false;

  constructor(options: SessionReaderOptions, onProblem: (error: unknown) => void) {
    this.#options = options;
    this.#onProblem = onProblem;
    this.#off = new Set(options.off ?? []);
    this.#reader = new SessionReader(options);
    this.#watch = new DirectoryWatch({
      touched: (path) => this.#onTouched(path),
      blind: () => {
        this.#isBlind = true;
      },
    });
  }

  /** Watches, then reads: what changes meanwhile is read before what still waits. Settles when everything has been read. */
  async start(): Promise<void> {
    await this.#lookAtAll();
  }

  setOff(ids: readonly AgentId[]): void {
    const before = this.#off;
    this.#off = new Set(ids);
    this.#reader.setOff(ids);
    if ([...before].some((id) => !this.#off.has(id))) this.#lookAtAll().catch(this.#onProblem);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#look);
    for (const timer of this.#soon.values()) clearTimeout(timer);
    this.#watch.dispose();
    this.#reader.dispose();
  }

  async #lookAtAll(): Promise<void> {
    clearTimeout(this.#look);
    const found = this.#reader.find();
    for (const folder of found.folders) this.#follow(folder);
    await this.#reader.scan(found);
    if (this.#isDisposed) return;
    clearTimeout(this.#look);
    this.#look = setTimeout(() => this.#lookAtAll().catch(this.#onProblem), this.#isBlind ? blindLook : slowLook);
    this.#look.unref();
  }

  #follow(folder: string): void {
    if (this.#watch.size < mostWatched) this.#watch.follow(folder);
    else this.#isBlind ||= !this.#watch.isWatched(folder);
  }

  /** Events come in bursts: what comes in one turn of the loop is read together. */
  #onTouched(path: string): void {
    this.#touched.add(path);
    if (this.#isQueued) return;
    this.#isQueued = true;
    setImmediate(() => {
      this.#isQueued = false;
      if (this.#isDisposed) return;
      const paths = [...this.#touched];
      this.#touched.clear();
      this.#refresh(paths.flatMap((touched) => this.#foundAt(touched)));
    });
  }

  #refresh(found: readonly FoundSource[]): void {
    const lines = found.filter(({ format }) => format.kind === 'lines');
    if (lines.length > 0) this.#reader.refresh(lines).catch(this.#onProblem);
    for (const source of found) if (source.format.kind !== 'lines') this.#readSoon(source, pause[source.format.kind]);
  }

  #readSoon(source: FoundSource, after: number): void {
    if (this.#soon.has(source.path)) return;
    const timer = setTimeout(() => {
      this.#soon.delete(source.path);
      this.#reader.refresh([source]).catch(this.#onProblem);
    }, after);
    this.#soon.set(source.path, timer);
  }

  /** A session file, or all that lies in a folder that has just come. */
  #foundAt(path: string): readonly FoundSource[] {
    const { agents, places } = this.#options;
    const one = sourceAt(path, agents, this.#off, places);
    if (one) return [one];
    if (!isBelowRoots(path, agents, this.#off, places) || !statOf(path)?.isDirectory()) return [];
    const enters = (folder: string): boolean => isBelowRoots(folder, agents, this.#off, places);
    const below = discover(path, () => true, new SkipLog(), enters);
    for (const folder of below.folders) this.#follow(folder);
    // Again, as something may have come between the look and the watch.
    return discover(path, () => true, new SkipLog(), enters).files.flatMap(
      (file) => sourceAt(file.path, agents, this.#off, places) ?? [],
    );
  }
}
