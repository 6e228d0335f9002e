import type { Disposable } from '../core/disposable.ts';

/** Something that windows show has changed. */
export type Change =
  | { readonly kind: 'request'; readonly id: string; readonly task: string }
  | { readonly kind: 'task'; readonly task: string }
  | { readonly kind: 'other' };

/** Windows are told at most this often (ms). */
const between = 200;
/** More rows than this at once are history; whoever listens gets the state and asks for what it wants. */
const mostRows = 200;

export interface Changed {
  readonly requests: ReadonlyMap<string, string>;
  readonly tasks: ReadonlySet<string>;
}

/** Gathers changes, so that a stream of a hundred pieces a second becomes a few messages. The first one goes out at once. */
export class Changes implements Disposable {
  readonly #tell: (changed: Changed) => void;
  readonly #now: () => number;
  readonly #problem: (what: string, error: unknown) => void;
  #requests = new Map<string, string>();
  #tasks = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  constructor(tell: (changed: Changed) => void, now: () => number, problem: (what: string, error: unknown) => void) {
    this.#tell = tell;
    this.#now = now;
    this.#problem = problem;
  }

  readonly note = (change: Change): void => {
    if (change.kind === 'request' && this.#requests.size < mostRows) this.#requests.set(change.id, change.task);
    if (change.kind !== 'other') this.#tasks.add(change.task);
    this.#timer ??= setTimeout(() => this.#flush(), Math.max(0, this.#last + between - this.#now()));
  };

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#last = this.#now();
    const changed = { requests: this.#requests, tasks: this.#tasks };
    this.#requests = new Map();
    this.#tasks = new Set();
    try {
      this.#tell(changed);
    } catch (error) {
      this.#problem('windows could not be told', error);
    }
  }
}
