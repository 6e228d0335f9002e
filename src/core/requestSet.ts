import { better } from './merge.ts';
import type { Observation } from './request.ts';

/** Requests in memory, each once: sightings that share a key are one, also when only a later sighting joins their keys. */
export class RequestSet {
  readonly #byKey = new Map<string, { row: Observation }>();
  readonly #slots = new Set<{ row: Observation }>();

  add(seen: Observation): void {
    let slot: { row: Observation } | undefined;
    for (const key of seen.keys) {
      const found = this.#byKey.get(key);
      if (!found || found === slot) continue;
      if (!slot) {
        found.row = better(found.row, seen);
        slot = found;
      } else {
        // The sighting joins two requests that were thought to be different.
        slot.row = better(slot.row, found.row);
        this.#slots.delete(found);
        for (const moved of found.row.keys) this.#byKey.set(moved, slot);
      }
    }
    if (!slot) {
      slot = { row: seen };
      this.#slots.add(slot);
    }
    for (const key of seen.keys) this.#byKey.set(key, slot);
  }

  get size(): number {
    return this.#slots.size;
  }

  *rows(): Generator<Observation> {
    for (const slot of this.#slots) yield slot.row;
  }
}
