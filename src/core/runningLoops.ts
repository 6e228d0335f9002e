import type { Runaway } from './runaway.ts';

const most = 1_000;

/** Tasks that go round in circles now, and since when that shows: the request whose conversation showed it first. */
export class RunningLoops {
  readonly #since = new Map<string, number>();

  /** By task (ms since the epoch). */
  get since(): ReadonlyMap<string, number> {
    return this.#since;
  }

  /** What the conversation of a task showed in a request sent at `at`. */
  read(task: string, at: number, runaway: Runaway | undefined): void {
    if (runaway?.what !== 'same call' && runaway?.what !== 'edit and undo') {
      this.#since.delete(task);
      return;
    }
    if (this.#since.has(task)) return;
    if (this.#since.size >= most) this.#since.clear();
    this.#since.set(task, at);
  }
}
