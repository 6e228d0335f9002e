import type { Usage } from '../../src/core/usage.ts';

/** One billed request as the stand-in served it: the truth that a ledger is compared with. */
export interface Served {
  /** The answer's own id: `msg_…`, `resp_…`, `chatcmpl-…`. */
  readonly id: string;
  readonly requestId: string;
  readonly protocol: 'anthropic' | 'openai-chat' | 'openai-responses' | 'gemini';
  readonly model: string;
  /** A title, a summary: anything that offers no tools. */
  readonly side: boolean;
  readonly streamed: boolean;
  readonly usage: Usage;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Events of the stream that were written, their bytes, and the output in them that a reader sees. */
  events: number;
  bytes: number;
  written: string;
  /** The whole answer has been sent. */
  whole: boolean;
  /** When the client's side of the connection closed before the answer was whole (ms since the epoch). */
  left?: number;
}

/** A request that the real provider would not have taken. */
export interface Rejected {
  readonly status: number;
  readonly message: string;
  readonly path: string;
  readonly body: unknown;
}

/** Thrown by the checks: the provider's own answer to a request that breaks its rules. */
export class Reject extends Error {
  override readonly name = 'Reject';
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}
