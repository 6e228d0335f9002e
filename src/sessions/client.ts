import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Places, Skipped } from '../agents/agent.ts';
import type { Disposable } from '../core/disposable.ts';
import type { AgentId, Observation } from '../core/request.ts';
import type { ReadProgress } from './batch.ts';
import type { Cursors } from './cursors.ts';
import type { FromReader, ReaderThreadData, ToReader } from './threadMessages.ts';

export interface SessionSourceOptions {
  /** The thread's entry: `dist/sessionWorker.js`, or `src/sessions/worker.ts` where Node reads TypeScript. */
  readonly workerUrl: URL;
  readonly places: Places;
  /** Agents whose files are not read. */
  readonly off: readonly AgentId[];
  readonly cursors: Cursors;
  /**
   * Takes what was read; cursors are stored once it settles, and only then does the thread read on. `skipped` holds what
   * changed: a count replaces an earlier one of the same path and reason, 0 takes it back.
   */
  readonly onBatch: (
    observations: readonly Observation[],
    skipped: readonly Skipped[],
    progress: ReadProgress,
  ) => void | Promise<void>;
  /** Reading failed in a way that no single file explains. It may be told more than once. */
  readonly onProblem?: (message: string) => void;
  /** Runs cursors' writes of one batch as one transaction, where that is cheaper. */
  readonly inTransaction?: (write: () => void) => void;
}

/** Milliseconds. */
const takeAgainAfter = 2_000;

/** Session files as a source of observations, read in a thread of their own. Starts at once. */
export class SessionSource implements Disposable {
  readonly #options: SessionSourceOptions;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #isDisposed = false;

  constructor(options: SessionSourceOptions) {
    this.#options = options;
    const data: ReaderThreadData = { places: options.places, off: options.off };
    // The thread gets no arguments of its owner's Node, and its own heap: a huge history must not take the service down.
    this.#worker = new Worker(options.workerUrl, {
      workerData: data,
      name: 'session reader',
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on('message', (message: FromReader) => {
      this.#onMessage(message).catch((error: unknown) => this.#problem(error));
    });
    this.#worker.on('error', (error) => this.#problem(error));
  }

  setOff(ids: readonly AgentId[]): void {
    this.#send({ kind: 'off', off: ids });
  }

  async dispose(): Promise<void> {
    if (!this.#isDisposed) {
      this.#isDisposed = true;
      this.#worker.postMessage({ kind: 'stop' } satisfies ToReader);
      await this.#worker.terminate();
    }
    await this.#ended;
  }

  async #onMessage(message: FromReader): Promise<void> {
    switch (message.kind) {
      case 'cursors':
        this.#send({ kind: 'answer', id: message.id, cursors: message.paths.map((path) => this.#options.cursors.get(path)) });
        break;
      case 'batch': {
        const { observations, skipped, progress, cursors } = message.batch;
        await this.#untilTaken(async () => {
          await this.#options.onBatch(observations, skipped, progress);
          this.#storing(() => {
            for (const [path, json] of cursors) this.#options.cursors.set(path, json);
          });
        });
        this.#send({ kind: 'answer', id: message.id });
        break;
      }
      case 'problem':
        this.#problem(message.message);
        break;
    }
  }

  /** A store that is locked or full takes nothing for a while. Nothing is read on until it does: the files are still there. */
  async #untilTaken(take: () => Promise<void>): Promise<void> {
    while (!this.#isDisposed) {
      try {
        await take();
        return;
      } catch (error) {
        this.#problem(error);
        await wait(takeAgainAfter, undefined, { ref: false });
      }
    }
  }

  #storing(write: () => void): void {
    const { inTransaction } = this.#options;
    if (inTransaction) inTransaction(write);
    else write();
  }

  #send(message: ToReader): void {
    if (!this.#isDisposed) this.#worker.postMessage(message);
  }

  #problem(error: unknown): void {
    this.#options.onProblem?.(error instanceof Error ? error.message : String(error));
  }
}
