import type { Identity, Protocol } from '../agents/agent.ts';
import type { Billing, Outcome, RequestKind } from '../core/request.ts';
import type { LoopFacts } from '../core/runaway.ts';
import type { Usage } from '../core/usage.ts';
import type { Aside } from '../core/usageOf/usageReader.ts';

/**
 * The gateway's view of the meter: what it tells, what it asks. The gateway knows HTTP and protocols and nothing of
 * tasks, prices or budgets; the meter (service/) knows those and nothing of sockets.
 */
export interface GatewayMeter {
  /**
   * Called once per request that may be billed, when its headers are in and before anything is forwarded.
   * `prompt` settles when the body has been read and counted off the event loop; it may settle after the answer began.
   */
  open(incoming: Incoming, prompt: Promise<Prompt>): Exchange;
}

export interface Incoming {
  /** The ledger's id of this request, `rq_…`. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly protocol: Protocol;
  /** Name of the upstream in the path: `anthropic`, `openai`, … */
  readonly upstream: string;
  /** Path below the base URL, without query. */
  readonly path: string;
  /** Its answer, if it streams, does so in events that can be followed and cut. */
  readonly isReadable: boolean;
  /** Lower-case names; `authorization`, `x-api-key` and the like are not in it. */
  readonly headers: Readonly<Record<string, string>>;
  /** From the kind of credential alone: a subscription login is `plan`, an API key `metered`. */
  readonly billing: Billing;
  /** Identity as far as the headers tell it. */
  readonly identity: Identity | undefined;
}

/** What reading the outgoing body told. */
export interface Prompt {
  readonly model: string;
  readonly stream: boolean;
  /** The request's own cap on output tokens, if it has one. */
  readonly maxOutput?: number;
  readonly kind: RequestKind;
  /** Tokens of the outgoing prompt as we count them. */
  readonly tokens: number;
  readonly counted: 'exact' | 'calibrated' | 'estimated';
  /** Relative error to expect of `tokens`, 0 when exact. */
  readonly plusMinus?: number;
  /** Our own tokens before any calibration: what calibration learns from. */
  readonly estimated?: number;
  /** How its answer is billed, as far as the body tells. */
  readonly body?: {
    readonly hiddenOutput: boolean;
    readonly cacheWrite?: '5m' | '1h';
    readonly serviceTier?: string;
    readonly region?: string;
  };
  readonly parts?: { readonly system: number; readonly tools: number; readonly messages: number };
  /** Part of `parts.tools`: schemas of tools that nothing in the conversation has called so far. */
  readonly unusedTools?: number;
  /** Keyed hashes of system prompt and tools. */
  readonly systemHash?: string;
  readonly toolsHash?: string;
  /** Keyed hash of the words that began the conversation. */
  readonly opening?: string;
  /** Whether the conversation goes round in circles. */
  readonly loop?: LoopFacts;
  readonly identity: Identity;
  /** Why the body could not be read, if so; then `tokens` is a bound from its length. */
  readonly problem?: string;
}

/** One request on its way. */
export interface Exchange {
  /**
   * Whether it may be forwarded. Answers synchronously `undefined` (= go) when no stop and no stop budget is in force,
   * so that nothing waits for counting.
   */
  admission(): undefined | Promise<Refusal | undefined>;
  /** Aborted with a `Refusal` as its reason when the task is stopped while the answer streams. */
  readonly cut: AbortSignal;
  /** Calls of the answer that are complete: told before the agent sees it, so before anything that it begins because of them. */
  called(calls: readonly Call[]): void;
  /** Called for every piece of the answer. `usage` is the provider's own so far; `outputTokens` is our count of visible output so far. */
  progress(seen: Progress): void;
  /** Called exactly once. */
  settle(result: Settlement): void;
}

/** What an agent is to do. */
export interface Call {
  readonly tool: string;
  /** JSON text, or the value itself where the protocol has it so. */
  readonly input: unknown;
}

export interface Progress {
  readonly usage?: Partial<Usage>;
  readonly outputTokens?: number;
  /** The provider's id of the answer (`msg_…`, `resp_…`, `chatcmpl-…`). */
  readonly answerId?: string;
  readonly model?: string;
  readonly serviceTier?: string;
  readonly region?: string;
}

export interface Settlement {
  readonly outcome: Outcome;
  /** The provider's usage, where it came. */
  readonly usage?: Usage;
  /** Our count of the output that went to the client: what a cut or broken answer is priced by. */
  readonly outputTokens: number;
  /** What other models had a part in the answer and are billed beside it. */
  readonly asides?: readonly Aside[];
  readonly reportedUsd?: string;
  readonly answerId?: string;
  readonly requestId?: string;
  readonly model?: string;
  readonly serviceTier?: string;
  readonly region?: string;
  readonly status: number;
}

/** Why a request is not sent on, in words for the agent's user. */
export interface Refusal {
  readonly reason: 'stopped' | 'budget';
  readonly message: string;
}
