import type { UsageReader } from '../core/usageOf/usageReader.ts';
import type { Settlement } from './meter.ts';
import type { Metering, Problem } from './metering.ts';
import { nothingSeen, type Seen, type SoFar, type Wire } from './wire/wireContract.ts';

/** Counts visible output as it streams. */
export interface OutputCounter {
  /** Takes the next piece of text and answers the number of tokens of all pieces so far. */
  add(text: string): number;
}

export interface CountParts {
  readonly wire: Wire | undefined;
  readonly usage: UsageReader;
  /** A counter for the output of one answer; `model` as far as known when its first text comes. */
  readonly outputCounter: (model: string | undefined) => OutputCounter;
  readonly metering: Metering;
  readonly problem: Problem;
  /** Tokens of the prompt as far as counted, for answers whose provider has not told yet. */
  readonly promptTokens: () => number;
}

/** Characters: hardly any text has more tokens than these. */
const muchText = 40;

/** What one answer has told so far, and the meter's news of it. */
export class AnswerCount {
  readonly #parts: CountParts;
  #counter: OutputCounter | undefined;
  #uncounted = '';
  #news = false;
  #outputTokens = 0;
  /** The provider's last word in a stream, once it has come. */
  last: Seen['last'];

  constructor(parts: CountParts) {
    this.#parts = parts;
  }

  /** Takes one event, or the whole answer where it is one document. Never throws. */
  look(event: unknown): Seen {
    this.#news = true;
    try {
      if (typeof event === 'object') this.#parts.usage.event(event);
      const seen = this.#parts.wire?.look(event) ?? nothingSeen;
      if (seen.text) this.#uncounted += seen.text;
      if (seen.calls?.length) this.#parts.metering.called(seen.calls);
      this.last = seen.last ?? this.last;
      return seen;
    } catch (error) {
      this.#parts.problem('an event of an answer could not be read', error);
      return nothingSeen;
    }
  }

  /** Tells the meter what is new. */
  report(): void {
    if (!this.#news) return;
    this.#news = false;
    this.#count();
    const { answerId, model, usage, serviceTier, region } = this.#parts.usage;
    this.#parts.metering.progress({ usage, outputTokens: this.#outputTokens, answerId, model, serviceTier, region });
  }

  /** Within a long piece of an answer: tells the meter before more has come than may pass beyond a limit. */
  reportIfMuch(): void {
    if (this.#uncounted.length >= muchText) this.report();
  }

  soFar(): SoFar {
    this.#count();
    return { inputTokens: this.#parts.promptTokens(), outputTokens: this.#outputTokens };
  }

  /** Whether the provider has given its final count. */
  get final(): boolean {
    return this.#parts.usage.final;
  }

  /** The part of a settlement that the answer itself tells; usage only where it is final. */
  found(): Omit<Settlement, 'outcome' | 'status' | 'requestId'> {
    this.#count();
    const { answerId, model, usage, asides, final, serviceTier, region, reportedUsd } = this.#parts.usage;
    return {
      outputTokens: this.#outputTokens,
      usage: final ? usage : undefined,
      asides: final ? asides : undefined,
      answerId,
      model,
      serviceTier,
      region,
      reportedUsd,
    };
  }

  #count(): void {
    if (!this.#uncounted) return;
    const text = this.#uncounted;
    this.#uncounted = '';
    try {
      this.#counter ??= this.#parts.outputCounter(this.#parts.usage.model);
      this.#outputTokens = this.#counter.add(text);
    } catch (error) {
      this.#parts.problem('output could not be counted', error);
    }
  }
}
