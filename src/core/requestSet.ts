import { isGuessedTask } from './guessedTask.ts';
import { better } from './merge.ts';
import type { Observation } from './request.ts';
import { isOfTurn, isTurn } from './turn.ts';

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
    return [...this.rows()].length;
  }

  /** Records of whole turns are there only where nobody has seen a request of theirs. */
  *rows(): Generator<Observation> {
    const told = this.#toldOneByOne();
    for (const { row } of this.#slots) if (!told.has(row)) yield row;
  }

  #toldOneByOne(): ReadonlySet<Observation> {
    const told = new Set<Observation>();
    const rows = [...this.#slots].map(({ row }) => row);
    const turns = rows.filter(({ keys }) => isTurn(keys));
    if (turns.length === 0) return told;
    const byTask = new Map<string, Observation[]>();
    for (const turn of turns) byTask.set(turn.task, [...(byTask.get(turn.task) ?? []), turn]);
    for (const row of rows) {
      for (const turn of isGuessedTask(row.task) ? turns : (byTask.get(row.task) ?? [])) if (isOfTurn(turn, row)) told.add(turn);
    }
    return told;
  }
}
