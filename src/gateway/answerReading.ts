import type { IncomingHttpHeaders } from 'node:http';
import { AnswerCount, type CountParts } from './answerCount.ts';
import { CopyReading } from './copyReading.ts';
import { EventReading } from './eventReading.ts';

/** How an answer passes: every byte goes on, and the meter learns from it. */
export interface AnswerReading {
  /** Takes bytes as they came and answers those that may go on now, in order. */
  take(chunk: Buffer): readonly Buffer[];
  /** What is still held back, when no more will come. */
  rest(): readonly Buffer[];
  /** How to end the answer here. */
  ending(note: string): Ending;
  /** Resolves when all that came has been read. */
  finished(): Promise<void>;
  readonly count: AnswerCount;
  /** Whether the answer is a stream whose last word is known, so that one without it was torn off. */
  readonly streamed: boolean;
}

/**
 * `say`: these bytes end it well · `leave`: it is complete at the provider and only on its way, so it may end by
 * itself · `break`: there is no way but to close the connection.
 */
export type Ending = { readonly kind: 'say'; readonly text: string } | { readonly kind: 'leave' } | { readonly kind: 'break' };

export interface ReadingLimits {
  /** The longest event that is held until its end has come; a stream with a longer one passes unread. Bytes. */
  readonly heldEvent: number;
  /** The longest JSON answer that is read. Bytes. */
  readonly keptAnswer: number;
}

/** The reading of a billed answer; `refusalBody` is what an agent is told if nothing of a JSON answer has come yet. */
export function readingOf(
  headers: IncomingHttpHeaders,
  parts: CountParts,
  limits: ReadingLimits,
  refusalBody: (note: string) => string,
): AnswerReading {
  const count = new AnswerCount(parts);
  const type = headers['content-type'] ?? '';
  const encoding = headers['content-encoding'];
  const plain = encoding === undefined || encoding === '' || encoding === 'identity';
  const framed = headers['content-length'] !== undefined;
  const shape = type.startsWith('text/event-stream') ? 'events' : type.includes('json') ? 'json' : 'other';
  if (shape === 'events' && plain && parts.wire && !framed) return new EventReading(count, parts.wire, limits, parts);
  return new CopyReading(count, shape, plain ? undefined : encoding, limits, parts, plain && !framed ? refusalBody : undefined);
}
