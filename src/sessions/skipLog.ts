import type { Skipped, SkipReason } from '../agents/agent.ts';

/** Counts what could not be used, by file and reason. */
export class SkipLog {
  readonly #counts = new Map<string, Skipped>();
  readonly #changed = new Set<string>();

  add(path: string, reason: SkipReason, more = 1): void {
    this.set(path, reason, this.count(path, reason) + more);
  }

  set(path: string, reason: SkipReason, count: number): void {
    const key = keyOf(path, reason);
    if (this.count(path, reason) === count) return;
    this.#counts.set(key, { path, reason, count });
    this.#changed.add(key);
  }

  count(path: string, reason: SkipReason): number {
    return this.#counts.get(keyOf(path, reason))?.count ?? 0;
  }

  /** A file is read anew from its start: what was counted of it no longer holds. */
  forget(path: string): void {
    for (const entry of this.#counts.values()) if (entry.path === path) this.set(path, entry.reason, 0);
  }

  takeChanged(): readonly Skipped[] {
    const changed = [...this.#changed].map((key) => this.#counts.get(key)).filter((entry) => entry !== undefined);
    this.#changed.clear();
    return changed;
  }
}

function keyOf(path: string, reason: SkipReason): string {
  return `${reason}\0${path}`;
}
