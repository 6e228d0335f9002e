import { burnRate } from '../../core/burnRate.ts';
import { type Runaway, runawayIn } from '../../core/runaway.ts';
import { RunningLoops } from '../../core/runningLoops.ts';
import type { Prompt } from '../../gateway/meter.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { LiveRequest } from '../liveRequest.ts';
import type { Spender } from '../spending.ts';
import type { TaskTrees } from '../taskTrees.ts';

export interface RunawayParts {
  readonly ledger: Ledger;
  readonly trees: TaskTrees;
  readonly now: () => number;
  /** False where the user wants none of it. */
  readonly isOn: () => boolean;
  readonly found: (spender: Spender, runaway: Runaway) => void;
}

/** A rate does not change from one second to the next (ms). */
const lookAgain = 20_000;
/** What a rate is made from (ms, requests). */
const history = 6 * 60 * 60_000;
const mostRequests = 2_000;
/** Tasks of which is remembered how long their prompt was when a person wrote last. */
const mostTasks = 1_000;

/** Looks for agents that run away: in the conversations that pass, and in the pace of what is spent. */
export class Runaways {
  readonly #parts: RunawayParts;
  readonly loops = new RunningLoops();
  readonly #atUser = new Map<string, number>();
  readonly #lookedAt = new Map<string, number>();

  constructor(parts: RunawayParts) {
    this.#parts = parts;
  }

  /** A prompt has been read. */
  read({ identity, incoming }: LiveRequest, { loop, kind, tokens }: Prompt): void {
    if (!identity || !loop || kind !== 'work' || !this.#parts.isOn()) return;
    // A shorter prompt was condensed: what it grows from is what is left.
    const before = this.#atUser.get(identity.task);
    if (loop.sinceUser === 0 || before === undefined || tokens < before) this.#remember(identity.task, tokens);
    const runaway = runawayIn(loop, tokens, this.#atUser.get(identity.task));
    this.loops.read(identity.task, incoming.at, runaway);
    if (runaway) this.#parts.found(identity, runaway);
  }

  /** Something of a task was spent. */
  spent(spender: Spender): void {
    const { ledger, trees, now, isOn, found } = this.#parts;
    const root = trees.rootOf(spender.task);
    const at = now();
    if (!isOn() || at - (this.#lookedAt.get(root) ?? 0) < lookAgain) return;
    if (this.#lookedAt.size >= mostTasks) this.#lookedAt.clear();
    this.#lookedAt.set(root, at);
    const runaway = burnRate(ledger.recentCosts(root, at - history, mostRequests), at);
    if (runaway) found(spender, runaway);
  }

  #remember(task: string, tokens: number): void {
    if (this.#atUser.size >= mostTasks) this.#atUser.clear();
    this.#atUser.set(task, tokens);
  }
}
