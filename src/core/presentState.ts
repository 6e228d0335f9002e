import type { BudgetLevel } from './budget.ts';
import type { Basis, Billing } from './request.ts';
import type { Usage } from './usage.ts';

/**
 * What the status bar and its tooltip are made from: the part of the service's state that a glance shows. Amounts are
 * decimal strings of USD, times are milliseconds since the epoch.
 */
export interface ShownState {
  readonly guard: { readonly on: boolean };
  readonly scan: ShownScan;
  readonly tasks: readonly ShownTask[];
  readonly today: ShownTotal;
  readonly month: ShownTotal;
  readonly week: {
    readonly total: ShownTotal;
    readonly dearestTask: ShownTask | null;
    readonly resentTokens: number;
    readonly resentUsd: string;
  };
  readonly pace: { readonly monthEnd: ShownAmounts; readonly year: ShownAmounts };
  readonly suggestions: readonly ShownSuggestion[];
  readonly pricesAsOf: string;
  readonly unpriced: readonly { readonly model: string }[];
}

/** By who pays; never added up. */
export interface ShownAmounts {
  readonly meteredUsd: string;
  readonly planUsd: string;
  readonly unknownUsd: string;
}

export interface ShownTask {
  readonly id: string;
  readonly agent: string;
  readonly parent?: string | undefined;
  readonly mode: string;
  readonly model: string;
  readonly state: 'running' | 'idle' | 'stopped';
  readonly budget: BudgetLevel;
  readonly requests: number;
  readonly usage: Usage;
  /** null when nothing in it could be priced. */
  readonly usd: string | null;
  readonly basis: Basis;
  readonly plusMinusUsd?: string | undefined;
  readonly billing: Billing;
  readonly budgetUsd?: string | undefined;
  readonly heldSince?: number | undefined;
  readonly forecast?:
    | { readonly perHourUsd: string; readonly requests?: number | undefined; readonly minutes?: number | undefined }
    | undefined;
  readonly unpricedTokens: number;
  readonly run?: { readonly usd: string | null } | undefined;
  readonly sample: boolean;
  readonly lastAt: number;
}

export interface ShownTotal {
  readonly requests: number;
  readonly usage: Usage;
  readonly meteredUsd: string;
  readonly planUsd: string;
  readonly unknownUsd: string;
  readonly byBasis: Readonly<Record<Billing, { readonly plusMinusUsd: string }>>;
  readonly unpricedTokens: number;
}

export interface ShownScan {
  readonly files: number;
  readonly filesDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  readonly done: boolean;
  readonly agents: readonly string[];
  readonly skipped: readonly { readonly count: number }[];
}

export interface ShownSuggestion {
  readonly what: string;
  readonly requests: number;
  readonly from: string;
  readonly to: string;
  readonly spentUsd: string;
  readonly wouldUsd: string;
  readonly billing: Billing;
  readonly advice?:
    | { readonly state?: string | undefined; readonly wouldLowUsd: string; readonly wouldHighUsd: string }
    | undefined;
}

/** How the window stands to the service. */
export type Link =
  | { readonly kind: 'starting' }
  | { readonly kind: 'live' }
  /** Lost, and being looked for or started anew. */
  | { readonly kind: 'gone'; readonly since: number }
  /** The user stopped it. */
  | { readonly kind: 'off' }
  /** It cannot run here; `message` says why, in the reader's language. */
  | { readonly kind: 'problem'; readonly message: string };

/** What sending a text once would cost; `usd` is null when the model has no price. */
export interface ShownQuote {
  readonly model: string;
  readonly tokens: number;
  readonly usd: string | null;
}
