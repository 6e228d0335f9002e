import type { AgentId, Outcome } from './request.ts';
import type { Usage } from './usage.ts';

/** Agents that live in the editor beside us and tell what they do. */
export const sightedAgents = ['roo-code', 'zoo-code', 'kilo'] as const satisfies readonly AgentId[];
export type SightedAgent = (typeof sightedAgents)[number];

/** One request as an agent's own extension told it to a window, the moment its answer was over: names and numbers, never a prompt. */
export interface Sighting {
  readonly agent: SightedAgent;
  /** `<agent>:<its own id>` */
  readonly task: string;
  readonly parent?: string | undefined;
  /** The identity its record on disk has too, so that both are one row. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly at: number;
  /** The agent's own name of the mode it was sent in. */
  readonly mode?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly usage: Usage;
  readonly outcome: Extract<Outcome, 'ok' | 'cut' | 'error'>;
}
