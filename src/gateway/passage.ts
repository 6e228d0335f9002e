import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Identity, Protocol } from '../agents/agent.ts';
import type { Outcome } from '../core/request.ts';
import { usageReader } from '../core/usageOf/usageReader.ts';
import { type AnswerReading, readingOf } from './answerReading.ts';
import { breakOff, pairs, respond } from './clientSide.ts';
import { answerHeaders, requestHeaders } from './headers.ts';
import type { Refusal } from './meter.ts';
import { Metering, refusalOf } from './metering.ts';
import { openExchange } from './opening.ts';
import type { GatewayLimits, GatewayOptions } from './options.ts';
import { OutgoingBody } from './outgoingBody.ts';
import type { PromptReading } from './promptReading.ts';
import { type Answer, calmWords, refusalAnswer, troubleAnswer } from './refusal.ts';
import type { Call, Route } from './route.ts';
import { pathAt, type Upstream } from './upstreams.ts';
import { wireOf } from './wire/wire.ts';

export interface PassageParts {
  readonly options: GatewayOptions;
  readonly limits: GatewayLimits;
  readonly dispatcher: Dispatcher;
  readonly upstream: Upstream;
  readonly route: Route;
  readonly call: Call;
}

/** One for all: making an error costs as much as reading some twenty events. */
const unwanted = new Error('no longer wanted');

/** One request on its way to a provider, and its answer on the way back. */
export class Passage implements Dispatcher.DispatchHandler {
  readonly #parts: PassageParts;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #protocol: Protocol;
  readonly #body: OutgoingBody;
  #identity: Identity | undefined;
  #reading: AnswerReading | undefined;
  /** Absent for a free call. */
  #prompt: PromptReading | undefined;
  #metering: Metering;
  readonly #onCut = (): void => this.#cutIfAsked();
  #controller: Dispatcher.DispatchController | undefined;
  #admitted = false;
  /** A budget is in force that may end its answer. */
  #mayBeCut = false;
  #bodyReady = false;
  #sent = false;
  #written = false;
  #taking = false;
  #over = false;
  #status = 0;
  #requestId: string | undefined;

  constructor(parts: PassageParts, req: IncomingMessage, res: ServerResponse) {
    const { options, limits, call } = parts;
    this.#parts = parts;
    this.#req = req;
    this.#res = res;
    this.#protocol = call.protocol;
    this.#metering = new Metering(undefined, options.problem);
    const kept = call.kind === 'billed' ? limits : { ...limits, keptBody: limits.wholeBody };
    this.#body = new OutgoingBody(req, kept, {
      ready: () => this.#ready(),
      whole: (bytes, length) => void this.#prompt?.read(bytes, length, !this.#sent),
      tooBig: () => this.#refuseBody(),
    });
  }

  start(): void {
    this.#res.once('close', () => this.#closed());
    // Whatever goes wrong with one connection, the others live on.
    this.#res.on('error', (error) => this.#parts.options.problem('an answer could not be written', error));
    if ((this.#body.declaredLength ?? 0) > this.#parts.limits.maxBody) {
      this.#refuseBody();
      return;
    }
    if (this.#parts.call.kind === 'billed') this.#open();
    const verdict = this.#metering.admission();
    this.#admitted = verdict === undefined;
    this.#mayBeCut = verdict !== undefined;
    this.#body.start();
    void verdict?.then((refusal) => this.#decided(refusal));
    this.#cutIfAsked();
  }

  /** Ends it at once, as a broken connection would: the service goes down. */
  abandon(): void {
    this.#end('error', () => this.#res.destroy());
  }

  #open(): void {
    const { options, route, upstream, call } = this.#parts;
    const opened = openExchange(options, this.#req, upstream.name, route, call);
    this.#metering = opened.metering;
    this.#prompt = opened.prompt;
    this.#identity = opened.identity;
    this.#metering.cut.addEventListener('abort', this.#onCut);
  }

  // ---- the request

  #ready(): void {
    this.#bodyReady = true;
    if (this.#admitted) this.#send();
  }

  #decided(refusal: Refusal | undefined): void {
    if (this.#over) return;
    if (refusal) {
      this.#end('refused', () => this.#refuse(refusal));
      return;
    }
    this.#admitted = true;
    if (this.#bodyReady) this.#send();
  }

  #send(): void {
    if (this.#over || this.#sent) return;
    this.#sent = true;
    const { upstream, route, dispatcher, options } = this.#parts;
    try {
      dispatcher.dispatch(
        {
          origin: upstream.origin,
          path: pathAt(upstream, route.path, this.#protocol) + route.query,
          method: this.#req.method ?? 'GET',
          headers: requestHeaders(this.#req.rawHeaders, this.#mayBeCut),
          body: this.#body.source(),
        },
        this,
      );
    } catch (error) {
      options.problem('a request could not be sent', error);
      this.#end('error', () => this.#trouble(400, 'Spend Meter could not pass this request on.'));
    }
  }

  // ---- the answer

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(unwanted);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    message?: string,
  ): void {
    if (this.#over || status < 200) return;
    this.#status = status;
    this.#requestId = one(headers['request-id']) ?? one(headers['x-request-id']);
    if (this.#prompt && status < 300) this.#reading = this.#readingOf(headers);
    const raw = controller.rawHeaders;
    // Nothing of our own: the provider has set its date, or none.
    this.#res.sendDate = false;
    this.#res.writeHead(status, message ?? '', answerHeaders(Array.isArray(raw) ? raw : []));
    // The head goes with the first bytes where they are here already, and alone where the model is still thinking.
    setImmediate(() => {
      if (!this.#written && !this.#over) this.#res.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    this.#taking = true;
    const on = this.#reading?.take(chunk);
    this.#taking = false;
    const flows = on ? this.#write(on) : this.#write([chunk]);
    if (!flows && !controller.paused) {
      controller.pause();
      this.#res.once('drain', () => controller.resume());
    }
    this.#cutIfAsked();
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#over) return;
    this.#finishReading();
    if (this.#over) return;
    const trailers = controller.rawTrailers;
    if (Array.isArray(trailers) && trailers.length) this.#res.addTrailers(pairs(answerHeaders(trailers)));
    this.#end(
      () => this.#outcome(),
      () => this.#res.end(),
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#over) return;
    const { upstream, options } = this.#parts;
    options.problem(`${upstream.name} broke off`, error);
    if (this.#controller) {
      this.#finishReading();
      this.#end(
        () => this.#finalOr('error'),
        () => breakOff(this.#res),
      );
      return;
    }
    const why = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
    this.#end('error', () => this.#trouble(502, `Spend Meter could not reach ${new URL(upstream.origin).host}${why}.`));
  }

  /** What was held back goes on; then the cut that it may have led to. */
  #finishReading(): void {
    this.#taking = true;
    const rest = this.#reading?.rest() ?? [];
    this.#taking = false;
    this.#write(rest);
    this.#cutIfAsked();
  }

  #write(all: readonly Buffer[]): boolean {
    let flows = true;
    for (const bytes of all) {
      this.#written = true;
      flows = this.#res.write(bytes);
    }
    return flows;
  }

  #readingOf(headers: IncomingHttpHeaders): AnswerReading {
    const { options, limits, upstream } = this.#parts;
    const model = (): string => this.#prompt?.prompt?.model ?? 'unknown';
    return readingOf(
      headers,
      {
        wire: wireOf(this.#protocol, { randomId: options.randomId, clock: options.clock, model }),
        usage: usageReader(this.#protocol, upstream.name),
        outputCounter: options.outputCounter,
        metering: this.#metering,
        problem: options.problem,
        promptTokens: () => this.#prompt?.prompt?.tokens ?? 0,
      },
      limits,
      (note) => refusalAnswer(this.#protocol, 'json-402', note).body,
    );
  }

  #outcome(): Outcome {
    if (this.#status > 299) return 'error';
    const reading = this.#reading;
    if (!reading || reading.count.last === 'ended') return 'ok';
    if (reading.count.last === 'failed') return 'error';
    return reading.streamed ? this.#finalOr('error') : 'ok';
  }

  /** An answer whose final count has come is whole, whatever happened to the connection then. */
  #finalOr(outcome: Outcome): Outcome {
    return this.#reading?.count.final ? 'ok' : outcome;
  }

  // ---- the ends

  #cutIfAsked(): void {
    const { cut } = this.#metering;
    if (!cut.aborted || this.#over || this.#taking) return;
    const refusal = refusalOf(cut);
    if (!this.#res.headersSent) {
      this.#end(this.#sent ? 'cut' : 'refused', () => this.#refuse(refusal));
      return;
    }
    const ending = this.#reading?.ending(calmWords(refusal.message)) ?? { kind: 'leave' };
    switch (ending.kind) {
      case 'say':
        this.#end(
          () => this.#finalOr('cut'),
          () => this.#res.end(ending.text),
        );
        break;
      case 'break':
        this.#end(
          () => this.#finalOr('cut'),
          () => this.#res.destroy(),
        );
        break;
      case 'leave':
        break;
    }
  }

  /** The client's side has closed: after the answer, or because the agent left. What never went out cost nothing. */
  #closed(): void {
    this.#end(this.#sent ? () => this.#finalOr('error') : 'refused', () => {});
  }

  /** Every passage ends here, once: no more is sent, no more is asked of the provider, the meter learns how it ended. */
  #end(outcome: Outcome | (() => Outcome), finish: () => void): void {
    if (this.#over) return;
    this.#over = true;
    finish();
    // After a whole answer there is nothing left to abort, and undici takes no notice.
    this.#controller?.abort(unwanted);
    this.#metering.cut.removeEventListener('abort', this.#onCut);
    this.#prompt?.over(this.#sent, this.#body.length);
    this.#body.drop();
    if (this.#metering.metered) void this.#settle(outcome);
  }

  async #settle(outcome: Outcome | (() => Outcome)): Promise<void> {
    const reading = this.#reading;
    // A compressed copy may still be on its way through its decoder.
    await reading?.finished();
    this.#metering.settle({
      outcome: typeof outcome === 'function' ? outcome() : outcome,
      status: this.#status,
      requestId: this.#requestId,
      ...(reading?.count.found() ?? { outputTokens: 0 }),
    });
  }

  #refuse(refusal: Refusal): void {
    const agent = (this.#identity ?? this.#prompt?.prompt?.identity)?.agent ?? 'other';
    this.#answer(refusalAnswer(this.#protocol, this.#parts.options.refusalStyle(agent), refusal.message));
  }

  #refuseBody(): void {
    const most = Math.floor(this.#parts.limits.maxBody / 1024 ** 2);
    this.#end('refused', () => this.#trouble(413, `Spend Meter passes bodies of up to ${most} MiB.`, { connection: 'close' }));
  }

  #trouble(status: number, message: string, headers = {}): void {
    this.#answer(troubleAnswer(this.#protocol, status, message), headers);
  }

  #answer(answer: Answer, headers = {}): void {
    this.#status = answer.status;
    respond(this.#res, answer, headers);
  }
}

function one(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
