import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Agent, SkipReason } from '../agents/agent.ts';
import type { Observation } from '../core/request.ts';
import { type Encoding, encodingOf, sendFailed, sendTaken } from './answers.ts';
import { BodyRefused, readBody } from './body.ts';
import { readJsonExport } from './json.ts';
import { readProtobuf } from './protobuf.ts';
import { TelemetryReaders } from './readers.ts';
import { NotOtlp, type Signal } from './records.ts';

export interface ReceiverOptions {
  readonly agents: readonly Agent[];
  /** Agents the user has turned off: theirs is taken and forgotten. */
  readonly off: () => readonly string[];
  /** Stores what was seen; when it throws, the exporter is asked to send again. */
  readonly observe: (observations: readonly Observation[]) => void;
  /** Something of an export could not be used: `path` is `otlp/v1/logs` and the like. */
  readonly skipped: (path: string, reason: SkipReason, count: number) => void;
  /** Hears of trouble in the meter's own code; never of content. */
  readonly problem: (what: string, error: unknown) => void;
}

/** Exports that are read at the same moment; more wait for their exporter to try again. Bounds the memory that bodies take. */
const mostAtOnce = 8;

const nonsenseText = 'records that tell a request and make no sense';

/** Takes OTLP over HTTP, protobuf and JSON. Who may call is decided before: `handle` gets what comes below `…/otlp`. */
export class OtlpReceiver {
  readonly #options: ReceiverOptions;
  readonly #readers: TelemetryReaders;
  #reading = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#readers = new TelemetryReaders(options.agents);
  }

  /** `path` begins behind `…/otlp`. */
  handle(req: IncomingMessage, res: ServerResponse, path: string): void {
    const encoding = encodingOf(req.headers['content-type']);
    const signal = signalOf(path);
    const refuse = (status: number, message: string): void => {
      req.resume();
      sendFailed(res, encoding, status, message);
    };
    if (!signal) refuse(404, 'OTLP is taken at /v1/traces, /v1/logs and /v1/metrics');
    else if (req.method !== 'POST') refuse(405, 'OTLP is sent by POST');
    else if (!encoding)
      this.#refused(signal, 'foreign file', () => refuse(415, 'content-type: application/x-protobuf or application/json'));
    else if (this.#reading >= mostAtOnce) refuse(503, 'the meter reads other exports at this moment');
    else {
      this.#reading += 1;
      this.#take(req, res, signal, encoding)
        .catch((error: unknown) => {
          this.#options.problem('an OTLP export could not be taken', error);
          sendFailed(res, encoding, 503, 'the meter failed; see its log');
        })
        .finally(() => {
          this.#reading -= 1;
        });
    }
  }

  async #take(req: IncomingMessage, res: ServerResponse, signal: Signal, encoding: Encoding): Promise<void> {
    const body = await readBody(req).catch((error: unknown) => error);
    if (body instanceof BodyRefused) {
      const reason = body.status === 413 ? 'file too large' : 'not understood';
      this.#refused(signal, reason, () => sendFailed(res, encoding, body.status, body.message));
      return;
    }
    // Its sender has gone: there is nobody to answer, and what has not come whole is sent again.
    if (!(body instanceof Buffer)) return;
    const { keeps } = this.#readers;
    let decoded: ReturnType<typeof readProtobuf>;
    try {
      decoded = encoding === 'json' ? readJsonExport(signal, body, keeps) : readProtobuf(signal, body, keeps);
    } catch (error) {
      if (!(error instanceof NotOtlp)) throw error;
      this.#refused(signal, 'not understood', () => sendFailed(res, encoding, 400, error.message));
      return;
    }
    const told = this.#readers.read(decoded.records, this.#options.off());
    if (told.observations.length > 0) this.#options.observe(told.observations);
    const rejected = decoded.nonsense + told.nonsense;
    if (rejected > 0) this.#options.skipped(pathOf(signal), 'not understood', rejected);
    sendTaken(res, encoding, signal, rejected, nonsenseText);
  }

  #refused(signal: Signal, reason: SkipReason, answer: () => void): void {
    this.#options.skipped(pathOf(signal), reason, 1);
    answer();
  }
}

function signalOf(path: string): Signal | undefined {
  const name = /^\/v1\/(traces|logs|metrics)\/?$/.exec(path.split('?')[0] ?? '')?.[1];
  return name === 'traces' || name === 'logs' || name === 'metrics' ? name : undefined;
}

function pathOf(signal: Signal): string {
  return `otlp/v1/${signal}`;
}
