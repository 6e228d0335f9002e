import type { Identity, RequestFacts } from '../agents/agent.ts';
import type { Prompt } from './meter.ts';

/** One outgoing body to be read and counted, off the event loop. */
export interface PromptJob {
  readonly facts: Omit<RequestFacts, 'body'>;
  readonly upstream: string;
  /** The bytes as they came. They are being sent at the same time: to be copied, never transferred or written to. */
  readonly body: Uint8Array;
  /** `zstd`, `gzip`, `br`, … as the header has it; absent for plain JSON. */
  readonly contentEncoding?: string;
}

/** Reads a body. Aborted when nobody needs the answer any more. */
export type ReadPrompt = (job: PromptJob, signal: AbortSignal) => Promise<Prompt>;

/** No model takes more than this in one prompt; a longer body is images and files in base64. */
const largestWindow = 1_000_000;

/** What is known of a body that was not read: a bound from its length (3 bytes a token at the least, for JSON). */
export function unreadPrompt(
  job: Omit<PromptJob, 'body'>,
  bytes: number,
  identity: Identity | undefined,
  problem: string,
): Prompt {
  const { protocol, path, terminal } = job.facts;
  return {
    model: (protocol === 'gemini' && /\/models\/([^/:]+):/.exec(path)?.[1]) || 'unknown',
    stream: path.endsWith(':streamGenerateContent'),
    kind: 'other',
    tokens: Math.min(Math.ceil(bytes / 3), largestWindow),
    counted: 'estimated',
    identity: identity ?? { agent: 'other', task: `other:${terminal ?? 'unknown'}` },
    problem,
  };
}
