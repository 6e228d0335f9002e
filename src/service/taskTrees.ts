import { isGuessedTask } from '../core/guessedTask.ts';

/** Who started whom: which task tree a task belongs to. */
export class TaskTrees {
  readonly #parents = new Map<string, string | undefined>();
  /** Agents with tasks that go by a mark of ours until they are known: theirs may get another parent at any time. */
  readonly #guessing = new Set<string>();
  readonly #stored: (task: string) => string | undefined;

  /** `stored`: the parent the ledger knows of. */
  constructor(stored: (task: string) => string | undefined) {
    this.#stored = stored;
  }

  learn(task: string, parent: string | undefined): void {
    if (isGuessedTask(task)) this.#guessing.add(agentOf(task));
    if (parent !== undefined || !this.#parents.has(task)) this.#parents.set(task, parent ?? this.#stored(task));
  }

  /** The task at the top. Agents' files are not to be trusted: a circle ends where it began. */
  rootOf(task: string): string {
    const seen = new Set<string>();
    let at = task;
    while (!seen.has(at)) {
      seen.add(at);
      const parent = this.#parentOf(at);
      if (parent === undefined) return at;
      at = parent;
    }
    return task;
  }

  #parentOf(task: string): string | undefined {
    const known = this.#parents.get(task);
    const mayChange = isGuessedTask(task) || (known === undefined && this.#guessing.has(agentOf(task)));
    if (mayChange || !this.#parents.has(task)) this.#parents.set(task, this.#stored(task));
    return this.#parents.get(task);
  }
}

function agentOf(task: string): string {
  return task.slice(0, task.indexOf(':'));
}
