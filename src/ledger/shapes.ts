import type { BreakCause } from '../core/cacheBreak.ts';
import type { ModeKind } from '../core/mode.ts';
import type { Basis, Billing, Outcome, Prediction, SourceKind } from '../core/request.ts';
import type { Usage } from '../core/usage.ts';
import type { FindingKind } from '../core/waste.ts';

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
  total: TotalShape;
  byMode: GroupShape[];
  byModel: GroupShape[];
  byAgent: GroupShape[];
  choices: { agents: string[]; workspaces: string[]; branches: string[] };
  tasks: TaskShape[];
  taskCount: number;
}

/** Money by who pays; never added up. */
export interface MoneyShape {
  meteredUsd: string;
  planUsd: string;
  unknownUsd: string;
}

export interface TransitionCellShape extends MoneyShape {
  from: string;
  to: string;
  count: number;
  handOvers: number;
  resentTokens: number;
  unpriced: number;
}

export interface WhereShape {
  byKind: GroupShape[];
  byWorkspace: GroupShape[];
  byBranch: GroupShape[];
  byDay: GroupShape[];
  bySubagent: GroupShape[];
  transitions: TransitionCellShape[];
}

export interface FactorsShape extends MoneyShape {
  requests: number;
  promptTokens: number;
  outputTokens: number;
}

export interface AmplifiedShape {
  task: string;
  agent: string;
  workspace: string;
  firstAt: number;
  requests: number;
  billing: Billing;
  usd: string;
  onceUsd: string;
}

export interface FindingShape {
  id: string;
  kind: FindingKind;
  subject: string;
  task?: string;
  agent: string;
  billing: Billing;
  usd: string | null;
  requests: number;
  tokens: number;
  detail: string;
}

export interface WhyShape {
  now: FactorsShape;
  before: FactorsShape | null;
  classes: (MoneyShape & { kind: 'uncached' | 'cacheRead' | 'cacheWrite' | 'output'; tokens: number })[];
  resent: { tokens: number; usd: string };
  fixed: MoneyShape & { requests: number; systemTokens: number; toolTokens: number; promptTokens: number };
  cache: { read: number; prompt: number };
  breaks: (MoneyShape & { cause: BreakCause; count: number; tokens: number; unpriced: number })[];
  failed: (MoneyShape & { outcome: 'error' | 'cut'; count: number })[];
  amplified: AmplifiedShape[];
  waste: FindingShape[];
}

export interface PlanShape {
  now: number;
  monthFrom: number;
  monthTo: number;
  agents: { agent: string; month: TotalShape; week: TotalShape; window: TotalShape }[];
  last30: TotalShape;
}

export interface SliceShape extends MoneyShape {
  slice: number;
  branch: string;
  requests: number;
}
