import type { Identity, RefusalStyle, RequestFacts } from '../agents/agent.ts';
import type { AgentId } from '../core/request.ts';
import type { OutputCounter } from './answerCount.ts';
import type { ReadingLimits } from './answerReading.ts';
import type { GatewayMeter } from './meter.ts';
import type { Problem } from './metering.ts';
import type { BodyLimits } from './outgoingBody.ts';
import type { ReadPrompt } from './promptJob.ts';

export type GatewayLimits = BodyLimits & ReadingLimits;

const KiB = 1024;
const MiB = 1024 * KiB;

export const defaultLimits: GatewayLimits = {
  wholeBody: 4 * MiB,
  keptBody: 32 * MiB,
  maxBody: 256 * MiB,
  heldEvent: 16 * MiB,
  keptAnswer: 16 * MiB,
};

export interface GatewayOptions {
  /** The secret in agents' base URLs. */
  readonly ingestToken: string;
  /** Upstream name → base URL; adds to the official ones or replaces them. */
  readonly upstreams: Readonly<Record<string, string>>;
  readonly meter: GatewayMeter;
  readonly readPrompt: ReadPrompt;
  /** Who asks, as far as the headers tell. */
  readonly identify: (facts: RequestFacts) => Identity | undefined;
  /** How an agent is told that its task is stopped. */
  readonly refusalStyle: (agent: AgentId) => RefusalStyle;
  readonly outputCounter: (model: string | undefined) => OutputCounter;
  readonly limits?: Partial<GatewayLimits>;
  /** Hears of trouble in the gateway's own code or with a provider; never of content. */
  readonly problem: Problem;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly randomId: () => string;
  /** For HTTP_PROXY and its like. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * For `http.createServer`: room for Codex's long headers, a limit on slow senders, none on slow answers. Idle
 * connections stay open between an agent's requests.
 */
export const serverOptions = {
  maxHeaderSize: 64 * KiB,
  headersTimeout: 20_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 120_000,
} as const;
