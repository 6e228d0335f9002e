/** Figures, their units and what draws them: what ticks while an answer streams. */
const figures = /[\p{Nd}.,KMB%<▰▱]+/gu;

/**
 * Lets a text through at once when its words change, and only now and then when its figures alone do: an open hover fades in
 * anew with every text it is given, so one that ticks as fast as an answer streams cannot be read.
 */
export class PacedFigures {
  readonly #everyMs: number;
  #shown: string | undefined;
  #at = Number.NEGATIVE_INFINITY;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Whether `text` is to be shown at `now` (ms) in place of what was let through last. */
  isDue(text: string, now: number): boolean {
    if (text === this.#shown) return false;
    if (this.#shown !== undefined && wordsOf(text) === wordsOf(this.#shown) && now - this.#at < this.#everyMs) return false;
    this.#shown = text;
    this.#at = now;
    return true;
  }
}

function wordsOf(text: string): string {
  return text.replace(figures, '#');
}
