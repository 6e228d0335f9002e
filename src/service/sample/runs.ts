import type { Disposable } from '../../core/disposable.ts';
import type { Budget } from '../../protocol/budget.ts';
import { playSample } from './player.ts';
import { sampleBudgetUsd } from './script.ts';
import { startStandIn } from './standIn.ts';

/** Sample runs, and the stand-in provider they need, which is started with the first. */
export class SampleRuns implements Disposable {
  readonly #pace: number;
  readonly #wire: (standInUrl: string) => void;
  readonly #end = new AbortController();
  #standIn: Promise<Disposable> | undefined;

  /** `wire`: makes the stand-in reachable through the gateway as upstream `sample`. */
  constructor(pace: number, wire: (standInUrl: string) => void) {
    this.#pace = pace;
    this.#wire = wire;
  }

  /** Starts a run against `baseUrl` and answers its task. It has a budget of its own, so that a newcomer sees what one does. */
  async play(baseUrl: string, setBudget: (budget: Budget) => void): Promise<string> {
    this.#standIn ??= startStandIn(this.#pace).then((standIn) => {
      this.#wire(standIn.url);
      return standIn;
    });
    try {
      await this.#standIn;
    } catch (error) {
      this.#standIn = undefined;
      throw error;
    }
    const { task, start } = playSample(baseUrl, this.#end.signal);
    setBudget({ scope: `task:${task}`, usd: sampleBudgetUsd, action: 'warn' });
    // A run that is cut off by the end of the service has nobody to tell.
    start().catch(() => {});
    return task;
  }

  dispose(): void {
    this.#end.abort();
    this.#standIn?.then((standIn) => standIn.dispose()).catch(() => {});
  }
}
