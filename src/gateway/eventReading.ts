import type { AnswerCount, CountParts } from './answerCount.ts';
import type { AnswerReading, Ending, ReadingLimits } from './answerReading.ts';
import { EventSplitter, eventData } from './eventSplitter.ts';
import type { Wire } from './wire/wireContract.ts';

/**
 * A plain event stream. Every event goes on, as the bytes it came in, as soon as its end has come; only the beginning
 * of an unfinished event is held, so that the answer can be cut between two events at any moment. An event that an
 * agent acts on is shown to the meter first: if it cuts then, the event does not go on.
 */
export class EventReading implements AnswerReading {
  readonly count: AnswerCount;
  readonly #wire: Wire;
  readonly #limits: ReadingLimits;
  readonly #parts: CountParts;
  readonly #splitter = new EventSplitter();
  #held: Buffer[] = [];
  #heldLength = 0;
  /** An event was too long to hold: from there on bytes pass unread. */
  #unread = false;

  constructor(count: AnswerCount, wire: Wire, limits: ReadingLimits, parts: CountParts) {
    this.count = count;
    this.#wire = wire;
    this.#limits = limits;
    this.#parts = parts;
  }

  get streamed(): boolean {
    return !this.#unread;
  }

  take(chunk: Buffer): readonly Buffer[] {
    if (this.#unread) return [chunk];
    const ends = this.#splitter.ends(chunk);
    const on: Buffer[] = [];
    let passed = 0;
    let start = 0;
    for (const end of ends) {
      this.count.reportIfMuch();
      // Cut by what this chunk told already: nothing more of it goes on.
      if (this.#parts.metering.cut.aborted) {
        if (start > passed) on.push(chunk.subarray(passed, start));
        return on;
      }
      const piece = start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
      const event = this.#held.length ? Buffer.concat([...this.#held, piece]) : piece;
      if (!this.#passes(event)) {
        if (start > passed) on.push(chunk.subarray(passed, start));
        return on;
      }
      if (this.#held.length) {
        on.push(event);
        this.#held = [];
        this.#heldLength = 0;
        passed = end;
      }
      start = end;
    }
    if (start > passed) on.push(passed === 0 && start === chunk.length ? chunk : chunk.subarray(passed, start));
    if (start < chunk.length) this.#hold(start === 0 ? chunk : chunk.subarray(start), on);
    this.count.report();
    return on;
  }

  rest(): readonly Buffer[] {
    const rest = this.#held;
    this.#held = [];
    // A last event whose blank line never came: some providers end like that.
    const passes = rest.length === 0 || this.#passes(Buffer.concat(rest));
    this.count.report();
    if (!passes) return [];
    // What is said of a cut must not run into it.
    return rest.length > 0 && this.#parts.metering.cut.aborted ? [...rest, Buffer.from('\n\n')] : rest;
  }

  ending(note: string): Ending {
    if (this.#unread) return { kind: 'break' };
    try {
      const text = this.#wire.ending(note, this.count.soFar());
      return { kind: 'say', text: this.#splitter.lineEnd === '\n' ? text : text.replaceAll('\n', this.#splitter.lineEnd) };
    } catch (error) {
      this.#parts.problem('an answer could not be ended by hand', error);
      return { kind: 'break' };
    }
  }

  finished(): Promise<void> {
    return Promise.resolve();
  }

  /** Whether an event may go on. */
  #passes(bytes: Buffer): boolean {
    const event = parsed(bytes, this.#parts);
    if (event === undefined) return true;
    const seen = this.count.look(event);
    if (seen.acts) {
      this.count.report();
      if (this.#parts.metering.cut.aborted) return false;
    }
    try {
      this.#wire.passed(event);
    } catch (error) {
      this.#parts.problem('an event of an answer could not be followed', error);
    }
    return true;
  }

  #hold(piece: Buffer, on: Buffer[]): void {
    this.#held.push(piece);
    this.#heldLength += piece.length;
    if (this.#heldLength <= this.#limits.heldEvent) return;
    this.#parts.problem('an event was too long to be read');
    this.#unread = true;
    on.push(...this.#held);
    this.#held = [];
  }
}

/** The JSON of an event, its bare text (`[DONE]`), or nothing. */
export function parsed(bytes: Buffer, parts: Pick<CountParts, 'problem'>): unknown {
  const data = eventData(bytes);
  if (data === undefined || data === '') return undefined;
  const first = data.charCodeAt(0);
  if (first !== 0x7b && data.trim() === '[DONE]') return '[DONE]';
  try {
    return JSON.parse(data);
  } catch (error) {
    parts.problem('an event of an answer is no JSON', error);
    return undefined;
  }
}
