import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Identity } from '../agents/agent.ts';
import type { Prompt } from './meter.ts';
import type { Problem } from './metering.ts';
import { type PromptJob, type ReadPrompt, unreadPrompt } from './promptJob.ts';

/** What becomes known of one outgoing body: exactly one prompt, also where the body never comes or cannot be read. */
export class PromptReading {
  readonly #readPrompt: ReadPrompt;
  readonly #problem: Problem;
  readonly #job: Omit<PromptJob, 'body'>;
  readonly #identity: Identity | undefined;
  readonly #unneeded = new AbortController();
  #resolve: (prompt: Prompt) => void = () => {};
  #begun = false;
  /** Settles once; never rejects. */
  readonly promise: Promise<Prompt>;
  prompt: Prompt | undefined;

  constructor(readPrompt: ReadPrompt, job: Omit<PromptJob, 'body'>, identity: Identity | undefined, problem: Problem) {
    this.#readPrompt = readPrompt;
    this.#job = job;
    this.#identity = identity;
    this.#problem = problem;
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /**
   * The body has come: it is counted, off this thread, while it is on its way. `undefined`: too long to be kept.
   * `wanted`: somebody waits for the count before anything is sent; otherwise sending comes first.
   */
  async read(body: Buffer | undefined, length: number, wanted: boolean): Promise<void> {
    this.#begun = true;
    if (!wanted) await nextTurn();
    if (!body) {
      this.#know(unreadPrompt(this.#job, length, this.#identity, 'the body is too long to be read'));
      return;
    }
    try {
      this.#know(await this.#readPrompt({ ...this.#job, body }, this.#unneeded.signal));
    } catch (error) {
      if (!this.#unneeded.signal.aborted) this.#problem('a prompt could not be read', error);
      this.#know(unreadPrompt(this.#job, length, this.#identity, 'the body could not be read'));
    }
  }

  /** The request is over. What was sent is still counted; what was not need not be. */
  over(sent: boolean, length: number): void {
    if (!sent) this.#unneeded.abort();
    if (!this.#begun) this.#know(unreadPrompt(this.#job, length, this.#identity, 'the body did not come'));
  }

  #know(prompt: Prompt): void {
    if (this.prompt) return;
    this.prompt = prompt;
    this.#resolve(prompt);
  }
}
