import type { ModeKind } from '../core/mode.ts';
import type { Basis, Billing, Outcome, Prediction, SourceKind } from '../core/request.ts';
import type { Usage } from '../core/usage.ts';

/**
 * What the ledger answers, in the shapes of the protocol (a test holds them together; the ledger itself knows no
 * messages). Money is exact decimal text of USD, times are milliseconds since the epoch, empty text = not told.
 */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

export type UsageShape = Writable<Usage>;

export interface TransitionShape {
  at: number;
  from: string;
  to: string;
  /** Null when the request had no price. */
  usd: string | null;
  resentTokens: number;
}

export interface TaskShape {
  id: string;
  agent: string;
  parent?: string;
  mode: string;
  modeKind: ModeKind;
  model: string;
  state: 'running' | 'idle' | 'stopped';
  /** Always `none`: budgets are the meter's to judge. */
  budget: 'none';
  requests: number;
  usage: UsageShape;
  usd: string | null;
  basis: Basis;
  plusMinusUsd?: string;
  billing: Billing;
  unpricedTokens: number;
  run?: { id: string; usd: string | null; requests: number };
  workspace?: string;
  sample: boolean;
  firstAt: number;
  lastAt: number;
  transitions: TransitionShape[];
}

export interface RequestShape {
  id: string;
  task: string;
  run: string;
  at: number;
  agent: string;
  mode: string;
  modeKind: ModeKind;
  kind: string;
  provider: string;
  model: string;
  promptTokens: number;
  promptCounted: Prediction['counted'] | 'reported';
  expectedUsd: string | null;
  worstUsd: string | null;
  usage: UsageShape;
  usd: string | null;
  basis: Basis;
  plusMinusUsd?: string;
  billing: Billing;
  source: SourceKind;
  outcome: Outcome;
  sample: boolean;
}

export interface BasisPartsShape {
  reportedUsd: string;
  estimatedUsd: string;
  plusMinusUsd: string;
}

export interface TotalShape {
  requests: number;
  usage: UsageShape;
  meteredUsd: string;
  planUsd: string;
  unknownUsd: string;
  estimatedUsd: string;
  byBasis: { metered: BasisPartsShape; plan: BasisPartsShape; unknown: BasisPartsShape };
  unpricedTokens: number;
}

export interface GroupShape {
  key: string;
  label: string;
  total: TotalShape;
}

export interface WeekShape {
  total: TotalShape;
  dearestTask: TaskShape | null;
  resentTokens: number;
  resentUsd: string;
}

export interface BreakdownShape {
  range: 'today' | '7d' | '30d' | 'month';
  total: TotalShape;
  byMode: GroupShape[];
  byModel: GroupShape[];
  byAgent: GroupShape[];
  tasks: TaskShape[];
  requests: RequestShape[];
}

/** A budget in force; `scope` is `run`, `task`, `day`, `month` or `task:<id>`. */
export interface KeptBudget {
  readonly scope: string;
  readonly usd: string;
  readonly action: 'warn' | 'ask' | 'stop';
}
