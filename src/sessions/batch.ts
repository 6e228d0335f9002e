import type { Skipped } from '../agents/agent.ts';
import type { AgentId, Observation } from '../core/request.ts';

/** How far reading has come. Files and bytes of agents that are turned off do not count. */
export interface ReadProgress {
  readonly files: number;
  readonly filesDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  /** Agents that usage was found of. */
  readonly agents: readonly AgentId[];
  /** Everything known has been read; from now on only what is new. */
  readonly done: boolean;
}

/** A piece of what was read: store `observations`, then `cursors`. */
export interface Batch {
  readonly observations: readonly Observation[];
  readonly cursors: readonly (readonly [path: string, json: string])[];
  /** Only what changed; a count of 0 takes an earlier one back. */
  readonly skipped: readonly Skipped[];
  readonly progress: ReadProgress;
}
