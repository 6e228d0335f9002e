import type { Call, Exchange, Progress, Refusal, Settlement } from './meter.ts';

/** Something in our own code that went wrong and was passed over. No content, no keys: only what, and of what kind. */
export type Problem = (what: string, error?: unknown) => void;

const neverCut = new AbortController().signal;

/**
 * One exchange with the meter, seen from the forwarding side: it settles once whatever happens, and a meter that
 * throws never stops a request from passing. Without an exchange (a free call) every method does nothing.
 */
export class Metering {
  readonly #exchange: Exchange | undefined;
  readonly #problem: Problem;
  #settled = false;

  constructor(exchange: Exchange | undefined, problem: Problem) {
    this.#exchange = exchange;
    this.#problem = problem;
  }

  get metered(): boolean {
    return this.#exchange !== undefined;
  }

  get cut(): AbortSignal {
    return this.#exchange?.cut ?? neverCut;
  }

  admission(): undefined | Promise<Refusal | undefined> {
    try {
      return this.#exchange?.admission()?.catch((error: unknown) => this.#failed('admission', error));
    } catch (error) {
      return this.#failed('admission', error);
    }
  }

  progress(seen: Progress): void {
    if (this.#settled) return;
    try {
      this.#exchange?.progress(seen);
    } catch (error) {
      this.#failed('progress', error);
    }
  }

  called(calls: readonly Call[]): void {
    try {
      this.#exchange?.called(calls);
    } catch (error) {
      this.#failed('calls', error);
    }
  }

  settle(result: Settlement): void {
    if (this.#settled) return;
    this.#settled = true;
    try {
      this.#exchange?.settle(result);
    } catch (error) {
      this.#failed('settle', error);
    }
  }

  #failed(what: string, error: unknown): undefined {
    this.#problem(`the meter failed in ${what}`, error);
    return undefined;
  }
}

/** The reason of an aborted cut signal, in the meter's words if it gave any. */
export function refusalOf(cut: AbortSignal): Refusal {
  const reason: unknown = cut.reason;
  if (typeof reason === 'object' && reason !== null && 'message' in reason && typeof reason.message === 'string') {
    return { reason: 'reason' in reason && reason.reason === 'budget' ? 'budget' : 'stopped', message: reason.message };
  }
  return { reason: 'stopped', message: 'stopped by Spend Meter' };
}
