import type { Skipped } from '../agents/agent.ts';
import type { Scan } from '../protocol/state.ts';
import type { ReadProgress } from '../sessions/batch.ts';

/** How far the reading of session files has come, and what could not be read. */
export class Sources {
  #progress: ReadProgress = { files: 0, filesDone: 0, bytes: 0, bytesDone: 0, agents: [], done: false };
  readonly #skipped = new Map<string, Skipped>();

  constructor(known: readonly Skipped[]) {
    this.#note(known);
  }

  read(progress: ReadProgress, skipped: readonly Skipped[]): void {
    this.#progress = progress;
    this.#note(skipped);
  }

  /** Something that came in by itself could not be used. */
  skipped(one: Skipped): void {
    this.#note([one]);
  }

  scan(): Scan {
    const { agents, ...progress } = this.#progress;
    const skipped = [...this.#skipped.values()].map(({ path, reason, count }) => ({ path, reason, count }));
    return { ...progress, agents: [...agents], skipped };
  }

  /** A count of 0 takes an earlier one back. */
  #note(skipped: readonly Skipped[]): void {
    for (const one of skipped) {
      const key = `${one.reason}\0${one.path}`;
      if (one.count) this.#skipped.set(key, one);
      else this.#skipped.delete(key);
    }
  }
}
