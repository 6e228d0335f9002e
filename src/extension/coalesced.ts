import type { Disposable } from '../core/disposable.ts';

/** Does the same thing at most once per interval, and never twice at a time; what is asked for meanwhile is done once. */
export class Coalesced implements Disposable {
  readonly #work: () => Promise<void>;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #again = false;
  #disposed = false;

  /** `work` must not reject. */
  constructor(work: () => Promise<void>, intervalMs: number) {
    this.#work = work;
    this.#intervalMs = intervalMs;
  }

  /** At once when nothing was done lately, otherwise when the interval is over. */
  soon(): void {
    if (this.#busy || this.#timer) this.#again = true;
    else void this.#run();
  }

  /** Without waiting for the interval. */
  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#busy) this.#again = true;
    else void this.#run();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#busy = true;
    this.#again = false;
    await this.#work();
    this.#busy = false;
    if (this.#disposed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#again) void this.#run();
    }, this.#intervalMs);
  }
}
