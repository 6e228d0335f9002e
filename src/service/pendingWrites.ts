import type { Disposable } from '../core/disposable.ts';
import type { Observation } from '../core/request.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { StoredRequest } from '../ledger/record.ts';

/** What the ledger did not take is offered again this much later (ms), and with everything new. */
const retryAfter = 2_000;
/** Sightings kept in memory while the ledger takes nothing. */
const mostKept = 20_000;

/**
 * Writes what the gateway saw, which nobody can tell again, into the ledger. One that is locked or has no disk to grow on takes nothing for a while: what came
 * meanwhile is kept and written, in its order, once it can be. Agents' traffic notices nothing of it.
 */
export class PendingWrites implements Disposable {
  readonly #ledger: Ledger;
  readonly #wrote: (rows: readonly StoredRequest[]) => void;
  readonly #problem: (what: string, error: unknown) => void;
  #kept: Observation[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(ledger: Ledger, wrote: (rows: readonly StoredRequest[]) => void, problem: (what: string, error: unknown) => void) {
    this.#ledger = ledger;
    this.#wrote = wrote;
    this.#problem = problem;
  }

  /** Something waits to be written: what can be told again later need not be added to it. */
  get isBehind(): boolean {
    return this.#kept.length > 0;
  }

  write(observations: readonly Observation[]): void {
    const all = this.#kept.length ? [...this.#kept, ...observations] : observations;
    let rows: readonly StoredRequest[];
    try {
      rows = this.#ledger.observe(all);
    } catch (error) {
      this.#keep(all, error);
      return;
    }
    this.#kept = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wrote(rows);
  }

  /** Tries a last time; what still cannot be written is lost, and said. */
  dispose(): void {
    clearTimeout(this.#timer);
    if (!this.#kept.length) return;
    this.write([]);
    clearTimeout(this.#timer);
  }

  #keep(all: readonly Observation[], error: unknown): void {
    if (!this.#kept.length) this.#problem('the ledger takes nothing for now; what comes is kept and written later', error);
    if (all.length > mostKept)
      this.#problem(`the ledger has taken nothing for long: ${all.length - mostKept} sightings are lost`, error);
    this.#kept = all.slice(-mostKept);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.write([]);
    }, retryAfter);
    this.#timer.unref();
  }
}
