import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

export interface BodyLimits {
  /** A body up to this length is sent in one piece once it is complete; a longer one goes on as it comes. Bytes. */
  readonly wholeBody: number;
  /** A body is kept for counting up to this length. Bytes. */
  readonly keptBody: number;
  /** A body beyond this is refused. Bytes. */
  readonly maxBody: number;
}

export interface BodyEvents {
  /** Enough has come to begin sending. Once. */
  ready(): void;
  /** The whole body, if it was kept. Once, also where it is empty; not if the client leaves in the middle. */
  whole(bytes: Buffer | undefined, length: number): void;
  tooBig(): void;
}

/**
 * The body of a request on its way in: kept for counting, and handed on either in one piece or as it comes. Nothing is
 * read before `start`.
 */
export class OutgoingBody {
  readonly #req: IncomingMessage;
  readonly #limits: BodyLimits;
  readonly #events: BodyEvents;
  /** What came so far, until it is more than may be kept. */
  #kept: Kept | undefined;
  /** Where it goes on as it comes. */
  #sink: Readable | undefined;
  #ended = false;
  #ready = false;
  #dropped = false;
  /** Bytes so far. */
  length = 0;

  constructor(req: IncomingMessage, limits: BodyLimits, events: BodyEvents) {
    this.#req = req;
    this.#limits = limits;
    this.#events = events;
    const declared = this.declaredLength;
    this.#kept = new Kept(declared !== undefined && declared <= limits.keptBody ? declared : undefined);
  }

  /** `undefined` where the length is not told. */
  get declaredLength(): number | undefined {
    const length = this.#req.headers['content-length'];
    return length === undefined ? undefined : Number(length);
  }

  start(): void {
    const { headers } = this.#req;
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) this.#end();
    else {
      this.#req.on('data', (chunk: Buffer) => this.#take(chunk));
      this.#req.on('end', () => this.#end());
      if ((this.declaredLength ?? 0) > this.#limits.wholeBody) this.#setReady();
    }
  }

  /** What is sent on: the body in one piece if it is complete, else a stream of all of it. Once. */
  source(): Buffer | Readable | null {
    if (this.#ended) return this.#kept?.whole() ?? null;
    this.#sink = new Readable({ read: () => this.#req.resume(), highWaterMark: 256 * 1024 });
    // A provider that breaks while the body is being sent ends the stream; the request tells what happened.
    this.#sink.on('error', () => {});
    if (this.length > 0 && this.#kept) this.#sink.push(this.#kept.whole());
    if (this.length > this.#limits.keptBody) this.#kept = undefined;
    return this.#sink;
  }

  /** Nobody wants it any more: what still comes runs dry, and what was to be sent is not. */
  drop(): void {
    this.#dropped = true;
    this.#kept = undefined;
    this.#sink?.destroy();
    this.#req.resume();
  }

  #take(chunk: Buffer): void {
    if (this.#dropped) return;
    this.length += chunk.length;
    if (this.length > this.#limits.maxBody) {
      this.#events.tooBig();
      return;
    }
    const past = this.length > this.#limits.keptBody;
    if (this.#sink) {
      if (past) this.#kept = undefined;
      this.#kept?.add(chunk);
      if (!this.#sink.push(chunk)) this.#req.pause();
      return;
    }
    this.#kept?.add(chunk);
    if (this.length > this.#limits.wholeBody) this.#setReady();
    // Held for a verdict: what is past keeping waits in the client's socket.
    if (past && !this.#sink) this.#req.pause();
  }

  #end(): void {
    if (this.#dropped) return;
    this.#ended = true;
    const whole = this.length <= this.#limits.keptBody ? this.#kept?.whole() : undefined;
    this.#sink?.push(null);
    this.#setReady();
    this.#events.whole(whole, this.length);
    if (this.#sink) this.#kept = undefined;
  }

  #setReady(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.#events.ready();
  }
}

/**
 * Bytes that come in pieces. Where the length is told they are copied to their place at once, so that the pieces,
 * which are large, do not live long.
 */
class Kept {
  readonly #expected: number | undefined;
  #place: Buffer | undefined;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(expected: number | undefined) {
    this.#expected = expected;
  }

  add(piece: Buffer): void {
    if (this.#expected === undefined || (this.#length === 0 && piece.length === this.#expected)) this.#pieces.push(piece);
    else {
      this.#place ??= Buffer.allocUnsafeSlow(this.#expected);
      piece.copy(this.#place, this.#length);
    }
    this.#length += piece.length;
  }

  /** All so far. The bytes are not to be written to. */
  whole(): Buffer {
    if (this.#place) return this.#place.subarray(0, this.#length);
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] ?? Buffer.alloc(0);
  }
}
