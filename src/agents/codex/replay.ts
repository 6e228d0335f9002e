import { field, textField } from '../requestBody.ts';

/** A copied history is written in one go; a model's answer takes longer than this. Milliseconds. */
const burst = 1000;
/** Lines of a long copy follow each other faster than any answer. Milliseconds. */
const pause = 50;

/**
 * The beginning of a forked or spawned thread's rollout is a copy of its parent's history, answers included. New
 * versions say up to which ordinal it reaches; in old ones the copy is what was written in the first second, and the
 * lines that follow it without a pause.
 */
export class Replay {
  #untilOrdinal: number | undefined;
  /** Start of the copy and its latest line; `undefined` = there is none, or it is over. */
  #began: number | undefined;
  #latest = 0;

  constructor(resume?: unknown) {
    const until = field(resume, 'untilOrdinal');
    const began = field(resume, 'began');
    const latest = field(resume, 'latest');
    if (typeof until === 'number') this.#untilOrdinal = until;
    if (typeof began === 'number') this.#began = began;
    if (typeof latest === 'number') this.#latest = latest;
  }

  /** Told the first `session_meta`. */
  begin(line: unknown, payload: unknown, isSpawned: boolean): void {
    const until = field(payload, 'subagent_history_start_ordinal');
    if (typeof until === 'number') {
      this.#untilOrdinal = until;
      return;
    }
    if (!isSpawned && textField(payload, 'forked_from_id') === undefined) return;
    const at = timeOf(line);
    if (at === undefined) return;
    this.#began = at;
    this.#latest = at;
  }

  /** Whether a line belongs to the copy. Asked for every line in order. */
  covers(line: unknown): boolean {
    const ordinal = field(line, 'ordinal');
    if (this.#untilOrdinal !== undefined && typeof ordinal === 'number') return ordinal < this.#untilOrdinal;
    if (this.#began === undefined) return false;
    const at = timeOf(line);
    if (at === undefined || at - this.#began < burst || at - this.#latest <= pause) {
      this.#latest = at ?? this.#latest;
      return true;
    }
    this.#began = undefined;
    return false;
  }

  state(): unknown {
    return { untilOrdinal: this.#untilOrdinal, began: this.#began, latest: this.#latest };
  }
}

function timeOf(line: unknown): number | undefined {
  const at = Date.parse(textField(line, 'timestamp') ?? '');
  return Number.isNaN(at) ? undefined : at;
}
