import type { AnswerCount, CountParts } from './answerCount.ts';
import type { AnswerReading, Ending, ReadingLimits } from './answerReading.ts';
import { type Decoding, decodingOf } from './decoding.ts';
import { parsed } from './eventReading.ts';
import { EventSplitter } from './eventSplitter.ts';

/**
 * An answer that passes as it comes while a copy of it is read: JSON documents, compressed answers, and streams in a
 * protocol nobody here knows. It cannot be ended well in the middle.
 */
export class CopyReading implements AnswerReading {
  readonly count: AnswerCount;
  readonly #shape: 'events' | 'json' | 'other';
  readonly #limits: ReadingLimits;
  readonly #parts: CountParts;
  readonly #refusalBody: ((note: string) => string) | undefined;
  readonly #decoding: Decoding | undefined;
  readonly #splitter = new EventSplitter();
  /** The document, or the unfinished event, so far. */
  #kept: Buffer[] = [];
  #keptLength = 0;
  #unread: boolean;
  /** Some providers keep a connection awake with blank lines until a document is ready. */
  #blank = true;

  constructor(
    count: AnswerCount,
    shape: 'events' | 'json' | 'other',
    encoding: string | undefined,
    limits: ReadingLimits,
    parts: CountParts,
    refusalBody: ((note: string) => string) | undefined,
  ) {
    this.count = count;
    this.#shape = shape;
    this.#limits = limits;
    this.#parts = parts;
    this.#refusalBody = refusalBody;
    this.#unread = shape === 'other';
    if (encoding === undefined || this.#unread) return;
    this.#decoding = decodingOf(encoding, (bytes) => this.#read(bytes));
    if (!this.#decoding) this.#giveUp(`an answer is encoded as ${encoding.slice(0, 20)}`);
  }

  get streamed(): boolean {
    return this.#shape === 'events' && this.#parts.wire !== undefined && !this.#unread;
  }

  take(chunk: Buffer): readonly Buffer[] {
    this.#blank &&= isBlank(chunk);
    if (this.#decoding) this.#decoding.write(chunk);
    else this.#read(chunk);
    return [chunk];
  }

  rest(): readonly Buffer[] {
    return [];
  }

  ending(note: string): Ending {
    if (this.#shape !== 'json') return { kind: 'break' };
    return this.#blank && this.#refusalBody ? { kind: 'say', text: this.#refusalBody(note) } : { kind: 'leave' };
  }

  async finished(): Promise<void> {
    await this.#decoding?.end();
    if (this.#unread || this.#keptLength === 0) return;
    const bytes = Buffer.concat(this.#kept);
    this.#kept = [];
    if (this.#shape === 'events') this.#event(bytes);
    else this.#document(bytes);
    this.count.report();
  }

  #read(bytes: Buffer): void {
    if (this.#unread) return;
    if (this.#shape === 'events') this.#events(bytes);
    else this.#keep(bytes, this.#limits.keptAnswer);
  }

  #events(bytes: Buffer): void {
    let start = 0;
    for (const end of this.#splitter.ends(bytes)) {
      const event = bytes.subarray(start, end);
      this.#event(this.#kept.length ? Buffer.concat([...this.#kept, event]) : event);
      this.#kept = [];
      this.#keptLength = 0;
      start = end;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start), this.#limits.heldEvent);
    this.count.report();
  }

  #event(bytes: Buffer): void {
    const event = parsed(bytes, this.#parts);
    if (event !== undefined) this.count.look(event);
  }

  #document(bytes: Buffer): void {
    try {
      const document: unknown = JSON.parse(bytes.toString());
      // Gemini streams without `alt=sse` as one list of chunks.
      for (const part of Array.isArray(document) ? document : [document]) this.count.look(part);
    } catch (error) {
      this.#parts.problem('a JSON answer could not be read', error);
    }
  }

  #keep(bytes: Buffer, limit: number): void {
    this.#kept.push(bytes);
    this.#keptLength += bytes.length;
    if (this.#keptLength > limit) this.#giveUp('an answer was too long to be read');
  }

  #giveUp(why: string): void {
    this.#parts.problem(why);
    this.#unread = true;
    this.#kept = [];
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 32 || byte === 10 || byte === 13 || byte === 9);
}
