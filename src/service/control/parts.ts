import type { Prompt } from '../../gateway/meter.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Change } from '../changes.ts';
import type { LiveRequest } from '../liveRequest.ts';
import type { Spending } from '../spending.ts';
import type { TaskTrees } from '../taskTrees.ts';
import type { Reserve } from './reserve.ts';

export interface ControlParts {
  readonly ledger: Ledger;
  readonly trees: TaskTrees;
  readonly spending: Spending;
  readonly live: ReadonlySet<LiveRequest>;
  readonly reserve: (request: LiveRequest, prompt: Prompt) => Reserve;
  /** A request that had to wait for a verdict goes now, and may come to so much. */
  readonly letGo: (request: LiveRequest, reserve: Reserve) => void;
  readonly now: () => number;
  /** Names of the local day and month of a moment. */
  readonly calendar: (at: number) => { readonly day: string; readonly month: string };
  /** Longest that a request is held while someone decides, or others end (ms). */
  readonly patience: number;
  readonly changed: (change: Change) => void;
  readonly problem: (what: string, error: unknown) => void;
}
