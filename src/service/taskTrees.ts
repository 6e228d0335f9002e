/** Who started whom: which task tree a task belongs to. */
export class TaskTrees {
  readonly #parents = new Map<string, string | undefined>();
  readonly #stored: (task: string) => string | undefined;

  /** `stored`: the parent the ledger knows of. */
  constructor(stored: (task: string) => string | undefined) {
    this.#stored = stored;
  }

  learn(task: string, parent: string | undefined): void {
    if (parent !== undefined || !this.#parents.has(task)) this.#parents.set(task, parent ?? this.#stored(task));
  }

  /** The task at the top. Agents' files are not to be trusted: a circle ends where it began. */
  rootOf(task: string): string {
    const seen = new Set<string>();
    let at = task;
    while (!seen.has(at)) {
      seen.add(at);
      if (!this.#parents.has(at)) this.#parents.set(at, this.#stored(at));
      const parent = this.#parents.get(at);
      if (parent === undefined) return at;
      at = parent;
    }
    return task;
  }
}
