import { Worker } from 'node:worker_threads';
import type { Disposable } from '../core/disposable.ts';
import type { Correction } from './calibration.ts';
import { corrected } from './calibrations.ts';
import type { Counted } from './prompt.ts';
import { type PromptJob, type ReadPrompt, unreadPrompt } from './promptJob.ts';
import type { WorkerAnswer, WorkerRequest } from './worker.ts';

export interface PromptReaderOptions {
  /** The built worker, `dist/tokenWorker.js`. */
  readonly workerUrl: URL;
  /** Where `o200k_base.bin` and `cl100k_base.bin` lie. */
  readonly folder: string;
  /** Makes fingerprints; the same key, the same fingerprints. */
  readonly key: string;
  /** What was learned of a provider's model, if anything. */
  readonly correctionFor?: (upstream: string, model: string) => Correction | undefined;
  /** After this a body is given up and the worker with it. Milliseconds; 30 s. */
  readonly deadline?: number;
  /** Told of every worker that died, in words for the log. */
  readonly problem?: (what: string) => void;
}

/** Tokens of a text for a model. */
export interface TextCount {
  readonly tokens: number;
  readonly counted: Counted;
  readonly plusMinus: number;
}

interface Pending {
  readonly settle: (answer: WorkerAnswer) => void;
  readonly fail: (problem: string) => void;
}

/** A worker that dies this often without an answer in between is not started again. */
const mostDeaths = 2;

/**
 * Reads outgoing bodies in a worker thread, so that the thread where answers stream is held up by no more than a copy
 * of the bytes. Always answers: a body that cannot be read, or whose worker dies, is bounded by its length and has a
 * `problem`. The worker is started with the first job, and anew after a death.
 */
export class PromptReader implements Disposable {
  readonly #options: PromptReaderOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #deaths = 0;
  #lastId = 0;
  #disposed = false;

  constructor(options: PromptReaderOptions) {
    this.#options = options;
  }

  /** Starts the worker ahead of the first job. */
  warm(): void {
    this.#running();
  }

  /** Never rejects. When `signal` aborts, answers at once with what is known without reading. */
  read(job: PromptJob, signal?: AbortSignal): Promise<ReadPrompt> {
    const { facts, upstream, contentEncoding } = job;
    const body = new Uint8Array(job.body);
    const unread = (problem: string): ReadPrompt => unreadPrompt(job, job.body.length, problem);
    const post = (id: number): WorkerRequest => ({ kind: 'body', id, job: { facts, upstream, contentEncoding, body } });
    return this.#ask(post, [body.buffer], signal, unread, (answer) => {
      if (answer.kind !== 'prompt') return undefined;
      const { prompt } = answer;
      return corrected(prompt, this.#options.correctionFor?.(upstream, prompt.model));
    });
  }

  /** Never rejects; without a worker the answer is a rough estimate. */
  countText(text: string, model: string, signal?: AbortSignal): Promise<TextCount> {
    const rough = (): TextCount => ({ tokens: Math.ceil(text.length / 4), counted: 'estimated', plusMinus: 0.5 });
    const post = (id: number): WorkerRequest => ({ kind: 'text', id, text, model });
    return this.#ask(post, [], signal, rough, (answer) => (answer.kind === 'count' ? answer.count : undefined));
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const worker = this.#worker;
    this.#lose('the reader was closed');
    await worker?.terminate();
  }

  #ask<T>(
    post: (id: number) => WorkerRequest,
    transfer: ArrayBuffer[],
    signal: AbortSignal | undefined,
    failed: (problem: string) => T,
    read: (answer: WorkerAnswer) => T | undefined,
  ): Promise<T> {
    if (signal?.aborted) return Promise.resolve(failed('given up'));
    const worker = this.#running();
    if (!worker) return Promise.resolve(failed('prompts cannot be read: the counting worker does not run'));
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const end = (value: T): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#pending.delete(id);
        if (this.#pending.size === 0) this.#worker?.unref();
        resolve(value);
      };
      const abort = (): void => end(failed('given up'));
      const timer = setTimeout(() => this.#lose('a prompt took too long to read', worker), this.#options.deadline ?? 30_000);
      signal?.addEventListener('abort', abort, { once: true });
      this.#pending.set(id, {
        settle: (answer) => end(read(answer) ?? failed('the counting worker answered something else')),
        fail: (problem) => end(failed(problem)),
      });
      worker.ref();
      worker.postMessage(post(id), transfer);
    });
  }

  #running(): Worker | undefined {
    if (this.#worker || this.#disposed || this.#deaths >= mostDeaths) return this.#worker;
    const { workerUrl, folder, key } = this.#options;
    const worker = new Worker(workerUrl, {
      workerData: { folder, key },
      // A body that unpacks to more than this kills the worker, not the service. Megabytes.
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
      name: 'spend-meter-tokens',
    });
    worker.on('message', (answer: WorkerAnswer) => {
      if (answer.kind === 'ready') return;
      this.#deaths = 0;
      this.#pending.get(answer.id)?.settle(answer);
    });
    worker.on('error', (error) => this.#lose(`the counting worker died: ${error.message}`, worker));
    worker.on('exit', () => this.#lose('the counting worker ended', worker));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  /** Gives the running worker up, and every job it had. Does nothing when `worker` was given up before. */
  #lose(problem: string, worker: Worker | undefined = this.#worker): void {
    if (!worker || worker !== this.#worker) return;
    this.#worker = undefined;
    if (!this.#disposed) {
      this.#deaths++;
      this.#options.problem?.(problem);
    }
    void worker.terminate();
    for (const { fail } of [...this.#pending.values()]) fail(problem);
  }
}
