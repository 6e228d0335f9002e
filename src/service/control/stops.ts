import { picoToUsd } from '../../core/money.ts';
import type { Refusal } from '../../gateway/meter.ts';
import type { KeptStop } from '../../ledger/kept.ts';

/** Kept in the ledger, so that a restart does not set the tree free. */
export type Stop = KeptStop;

/** Where stops are kept. */
export interface StopStore {
  stops(): readonly Stop[];
  setStop(stop: Stop): void;
  clearStop(root: string): void;
}

/** The task trees that may send nothing more. */
export class Stops {
  readonly #store: StopStore;
  readonly #stopped: Map<string, Stop>;
  readonly #problem: (what: string, error: unknown) => void;

  /** `problem` hears when a stop could not be kept: it holds all the same, as long as the service runs. */
  constructor(store: StopStore, problem: (what: string, error: unknown) => void) {
    this.#store = store;
    this.#problem = problem;
    this.#stopped = new Map(store.stops().map((stop) => [stop.root, stop]));
  }

  get any(): boolean {
    return this.#stopped.size > 0;
  }

  get all(): readonly Stop[] {
    return [...this.#stopped.values()];
  }

  get(root: string): Stop | undefined {
    return this.#stopped.get(root);
  }

  set(stop: Stop): void {
    this.#stopped.set(stop.root, stop);
    this.#keep(() => this.#store.setStop(stop));
  }

  clear(root: string): boolean {
    if (!this.#stopped.delete(root)) return false;
    this.#keep(() => this.#store.clearStop(root));
    return true;
  }

  #keep(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#problem('a stop could not be kept for the next start', error);
    }
  }
}

/** What the agent's user reads where the agent speaks of its provider. */
export function refusalOf(stop: Stop): Refusal {
  if (stop.by === 'budget') {
    const of = stop.limit === undefined ? '' : ` of ${amount(stop.limit, stop.unit)}`;
    const why =
      stop.limit !== undefined && stop.spent < stop.limit
        ? `what is left of ${whose(stop)} budget${of} does not cover its next request`
        : stop.scope === 'day' || stop.scope === 'month'
          ? `${whose(stop)} budget${of} is used up`
          : `${reached(stop)}${of}`;
    return {
      reason: 'budget',
      message: `Spend Meter: ${why} (spent ${amount(stop.spent, stop.unit)}). Nothing more is sent. To go on, raise the budget or run "Spend Meter: Resume task" in VS Code.`,
    };
  }
  if (stop.by === 'runaway') {
    return {
      reason: 'stopped',
      message: `Spend Meter: this task was stopped because it went round in circles (spent ${amount(stop.spent, stop.unit)}). Nothing more is sent. To go on, run "Spend Meter: Resume task" in VS Code.`,
    };
  }
  return {
    reason: 'stopped',
    message: `Spend Meter: you stopped this task (spent ${amount(stop.spent, stop.unit)}). Nothing more is sent. To go on, run "Spend Meter: Resume task" in VS Code.`,
  };
}

function whose({ scope }: Stop): string {
  switch (scope) {
    case 'day':
      return "today's";
    case 'month':
      return "this month's";
    case 'run':
      return "this run's";
    case 'request':
      return "one request's";
    default:
      return "this task's";
  }
}

function reached({ scope }: Stop): string {
  if (scope === 'request') return 'a request has reached the budget for one';
  return scope === 'run' ? 'this run has reached its budget' : 'this task has reached its budget';
}

/** Status codes that some agents look for in the words of an error, and then send the request again for ever. */
const retriedNumbers = /(429|500|502|503|504|524)/;

function amount(cost: bigint, unit: Stop['unit']): string {
  if (unit === 'tokens') return retriedNumbers.test(cost.toString()) ? 'the tokens shown in VS Code' : `${cost} tokens`;
  const dollars = picoToUsd(cost);
  const dot = dollars.indexOf('.');
  const short = dot < 0 ? `${dollars}.00` : dollars.slice(0, dot) + shorten(dollars.slice(dot));
  return retriedNumbers.test(short) ? 'the amount shown in VS Code' : `$${short}`;
}

/** Two digits after the point, or the first two that are not zero. */
function shorten(fraction: string): string {
  const first = fraction.search(/[1-9]/);
  return fraction.slice(0, Math.max(3, first + 2)).padEnd(3, '0');
}
