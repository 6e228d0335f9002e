import type { Mode } from './mode.ts';
import type { Pico } from './money.ts';
import type { PromptFacts } from './promptFacts.ts';
import type { Usage } from './usage.ts';

/** The ids of the agents the meter knows; `other` is anything that passes the gateway unrecognised. */
export type AgentId =
  | 'claude-code'
  | 'codex'
  | 'opencode'
  | 'kilo'
  | 'roo-code'
  | 'zoo-code'
  | 'cline'
  | 'gemini-cli'
  | 'qwen-code'
  | 'copilot'
  | 'cursor'
  | 'sample'
  | 'other';

/** A way observations come in. */
export type SourceKind = 'gateway' | 'sessions' | 'otlp' | 'extension';

/** Where a cost comes from: the provider said so · their tokens, our price · our tokens · no price known (never $0). */
export type Basis = 'reported' | 'priced' | 'estimated' | 'unpriced';

/** Who pays how. A subscription's use is `plan`: an API-equivalent value, never real dollars. */
export type Billing = 'metered' | 'plan' | 'unknown';

export type Outcome = 'running' | 'ok' | 'cut' | 'refused' | 'error';

/**
 * What a request is for, where it can be told for certain; `work` is an agent's own step. `summary` condenses a conversation, `router` chooses a model,
 * `search` is a sub-agent that only looks things up.
 */
export type RequestKind =
  | 'work'
  | 'title'
  | 'summary'
  | 'commit message'
  | 'classification'
  | 'prompt enhancement'
  | 'memory bank'
  | 'embeddings'
  | 'router'
  | 'search'
  | 'other';

/** Facts that change the price of a request besides its model and tokens. */
export interface PriceContext {
  /** Milliseconds since the epoch: the price of that moment holds. */
  readonly at: number;
  readonly serviceTier?: string;
  readonly region?: string;
  /** The tokens are those of several requests: no tier of a long prompt holds. */
  readonly isSum?: boolean;
}

/** Identity of a request's place in the user's work. Ids are `<agent>:<the agent's own id>`. */
export interface Place {
  readonly agent: AgentId;
  readonly task: string;
  /** The task that started this one (orchestrator → subtask, sub-agent). */
  readonly parent?: string;
  /** One user prompt until idle again; absent where the agent does not tell. */
  readonly run?: string;
  readonly mode?: Mode;
  readonly kind?: RequestKind;
  /** Absolute path of the folder the agent works in. */
  readonly workspace?: string;
  readonly branch?: string;
}

/**
 * One sighting of one request by one source. Two observations that share any of `keys` are the same request;
 * the ledger keeps one row of them with the best basis.
 */
export interface Observation extends Place {
  readonly source: SourceKind;
  /** Strong identities, e.g. `msg:msg_01…`, `resp:resp_…`, `part:prt_…`; at least one. */
  readonly keys: readonly string[];
  /** Milliseconds since the epoch at which the answer was complete (or the record was written). */
  readonly at: number;
  /**
   * When the agent began the request, where its record says so. Some records come after the tools have run, and carry no
   * id of the answer: then the gateway's row of the same task, with the same tokens and an end in `[began, at]`, is this one.
   */
  readonly began?: number;
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  /**
   * `reported`: the provider counted the tokens; `estimated`: we did; `summed`: the provider's counts of several requests in one record. Which of them had how
   * long a prompt is lost then, and with it the price of long ones.
   */
  readonly counted: 'reported' | 'estimated' | 'summed';
  /** The provider's own cost as a decimal string of USD, where it tells one. */
  readonly reportedUsd?: string;
  readonly billing: Billing;
  readonly serviceTier?: string;
  readonly region?: string;
  readonly outcome: Outcome;
  /** A scripted sample run: shown as such, kept out of every total. */
  readonly sample?: boolean;
  /** What was computed before the request left; only the gateway can. */
  readonly prediction?: Prediction;
  /** What reading its prompt told; only the gateway can. */
  readonly facts?: PromptFacts;
}

/** What a request was expected to cost before it was sent. Amounts are pico-dollars; null = the model has no price. */
export interface Prediction {
  readonly promptTokens: number;
  readonly counted: 'exact' | 'calibrated' | 'estimated';
  /** Relative error to expect of our counts for this model, 0 when exact; absent = not known. */
  readonly plusMinus?: number;
  readonly expected: Pico | null;
  readonly worst: Pico | null;
}

/** What is priced: an observation's own facts, nothing about tasks. */
export type Priceable = Pick<
  Observation,
  'provider' | 'model' | 'usage' | 'counted' | 'reportedUsd' | 'at' | 'serviceTier' | 'region'
>;

/** `cost` is null exactly when `basis` is `unpriced`. */
export interface Priced {
  readonly cost: Pico | null;
  readonly basis: Basis;
}
