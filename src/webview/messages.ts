import { allowances, cardStates, evidences, ruleIds } from '../core/adviceNames.ts';
import type { Currency } from '../core/format.ts';
import { modeKinds } from '../core/mode.ts';
import type { Runaway } from '../core/runaway.ts';
import type { Advice, PolicyRow } from '../protocol/advice.ts';
import type { Budget } from '../protocol/budget.ts';
import { viewNames } from '../protocol/names.ts';
import type { UnpricedModel } from '../protocol/prices.ts';
import type { RequestRow, TaskForecast, TaskRow, TransitionRow, UsageRow } from '../protocol/rows.ts';
import type {
  Alert,
  BasisParts,
  Breakdown,
  BreakdownRow,
  BudgetAlert,
  Pace,
  RunawayAlert,
  Scan,
  State,
  Suggestion,
  Total,
  Week,
} from '../protocol/state.ts';
import type { StopRow } from '../protocol/stops.ts';
import type { Asked, ToPage } from '../protocol/webview.ts';
import { arrayOf, type Guard, isBoolean, isNumber, isString, nullable, object, oneOf, optional, recordOf } from './guard.ts';
import { isBilling, isList, isListQuery, isPlan, isQuery, isUsd, isWhere, isWhy, isWorth } from './viewMessages.ts';

const isBasis = oneOf('reported', 'priced', 'estimated', 'unpriced');
const isModeKind = oneOf(...modeKinds);

const isUsage = object<UsageRow>({
  uncachedInput: isNumber,
  cacheRead: isNumber,
  cacheWrite5m: isNumber,
  cacheWrite1h: isNumber,
  cacheWrite30m: isNumber,
  cacheWrite12h: isNumber,
  inputAudio: isNumber,
  output: isNumber,
  reasoning: isNumber,
  webSearches: isNumber,
});

const isTransition = object<TransitionRow>({
  at: isNumber,
  from: isString,
  to: isString,
  usd: nullable(isUsd),
  resentTokens: isNumber,
});

const isTask = object<TaskRow>({
  id: isString,
  agent: isString,
  parent: optional(isString),
  mode: isString,
  modeKind: isModeKind,
  model: isString,
  state: oneOf('running', 'idle', 'stopped'),
  budget: oneOf('ok', 'warning', 'exceeded', 'none'),
  requests: isNumber,
  usage: isUsage,
  usd: nullable(isUsd),
  basis: isBasis,
  plusMinusUsd: optional(isUsd),
  billing: isBilling,
  budgetUsd: optional(isUsd),
  heldSince: optional(isNumber),
  forecast: optional(object<TaskForecast>({ perHourUsd: isUsd, requests: optional(isNumber), minutes: optional(isNumber) })),
  unpricedTokens: isNumber,
  run: optional(object<NonNullable<TaskRow['run']>>({ id: isString, usd: nullable(isUsd), requests: isNumber })),
  workspace: optional(isString),
  sample: isBoolean,
  firstAt: isNumber,
  lastAt: isNumber,
  transitions: arrayOf(isTransition),
});

const isRequest = object<RequestRow>({
  id: isString,
  task: isString,
  run: isString,
  at: isNumber,
  agent: isString,
  mode: isString,
  modeKind: isModeKind,
  kind: isString,
  provider: isString,
  model: isString,
  promptTokens: isNumber,
  promptCounted: oneOf('exact', 'calibrated', 'estimated', 'reported'),
  expectedUsd: nullable(isUsd),
  worstUsd: nullable(isUsd),
  usage: isUsage,
  usd: nullable(isUsd),
  basis: isBasis,
  plusMinusUsd: optional(isUsd),
  billing: isBilling,
  source: oneOf('gateway', 'sessions', 'otlp', 'extension'),
  outcome: oneOf('running', 'ok', 'cut', 'refused', 'error'),
  sample: isBoolean,
});

const isBasisParts = object<BasisParts>({ reportedUsd: isUsd, estimatedUsd: isUsd, plusMinusUsd: isUsd });

const isTotal = object<Total>({
  requests: isNumber,
  usage: isUsage,
  meteredUsd: isUsd,
  planUsd: isUsd,
  unknownUsd: isUsd,
  estimatedUsd: isUsd,
  byBasis: object<Total['byBasis']>({ metered: isBasisParts, plan: isBasisParts, unknown: isBasisParts }),
  unpricedTokens: isNumber,
});

const isBudget = object<Budget>({
  scope: isString as Guard<Budget['scope']>,
  only: optional(
    object<NonNullable<Budget['only']>>({ agent: optional(isString), mode: optional(isModeKind), workspace: optional(isString) }),
  ),
  usd: optional(nullable(isUsd)),
  tokens: optional(nullable(isNumber)),
  action: oneOf('warn', 'ask', 'stop'),
  plan: optional(isBoolean),
  from: optional(oneOf('user', 'settings', 'workspace')),
});

const isBudgetAlert = object<BudgetAlert>({
  id: isString,
  kind: oneOf('budget-warning', 'budget-exceeded', 'held', 'stopped', 'unpriced'),
  task: isString,
  model: optional(isString),
  scope: oneOf('request', 'run', 'task', 'day', 'month'),
  unit: oneOf('usd', 'tokens'),
  spent: isUsd,
  limit: isUsd,
  budget: isBudget,
  sample: isBoolean,
});

const runawayGuards = [
  object<Extract<Runaway, { what: 'same call' }>>({ what: oneOf('same call'), tool: isString, times: isNumber }),
  object<Extract<Runaway, { what: 'edit and undo' }>>({ what: oneOf('edit and undo'), times: isNumber }),
  object<Extract<Runaway, { what: 'burn rate' }>>({ what: oneOf('burn rate'), perHourUsd: isUsd, usualUsd: isUsd }),
  object<Extract<Runaway, { what: 'context' }>>({ what: oneOf('context'), tokens: isNumber, before: isNumber, calls: isNumber }),
] as const;

const isRunawayAlert = object<RunawayAlert>({
  id: isString,
  kind: oneOf('runaway'),
  task: isString,
  runaway: (value): value is Runaway => runawayGuards.some((check) => check(value)),
  stopped: isBoolean,
  sample: isBoolean,
});

const isAlert: Guard<Alert> = (value): value is Alert => isBudgetAlert(value) || isRunawayAlert(value);

const isCounts = object<{ kept: number; redone: number }>({ kept: isNumber, redone: isNumber });

const isAdvice = object<Advice>({
  rule: oneOf(...ruleIds),
  evidence: oneOf(...evidences),
  agent: isString,
  about: oneOf('mode', 'kind'),
  task: optional(isString),
  tasks: isNumber,
  wouldLowUsd: isUsd,
  wouldHighUsd: isUsd,
  coldUsd: isUsd,
  own: optional(object<NonNullable<Advice['own']>>({ from: isCounts, to: isCounts })),
  provider: optional(isString),
  state: optional(oneOf(...cardStates)),
  written: optional(isBoolean),
  withdrawn: optional(oneOf('did not hold', 'over')),
  settlement: optional(
    object<NonNullable<Advice['settlement']>>({
      at: isNumber,
      count: isNumber,
      predicted: isNumber,
      realised: nullable(isNumber),
      before: isCounts,
      after: isCounts,
    }),
  ),
});

const isPolicyRow = object<PolicyRow>({
  agent: isString,
  about: oneOf('mode', 'kind'),
  what: isString,
  allow: oneOf(...allowances),
  models: arrayOf(
    object<PolicyRow['models'][number]>({ model: isString, requests: isNumber, usd: isUsd, kept: isNumber, redone: isNumber }),
  ),
  candidates: arrayOf(isString),
});

const isSuggestion = object<Suggestion>({
  id: isString,
  what: isString,
  requests: isNumber,
  from: isString,
  to: isString,
  spentUsd: isUsd,
  wouldUsd: isUsd,
  billing: isBilling,
  advice: optional(isAdvice),
});

const isScan = object<Scan>({
  files: isNumber,
  filesDone: isNumber,
  bytes: isNumber,
  bytesDone: isNumber,
  done: isBoolean,
  agents: arrayOf(isString),
  skipped: arrayOf(object<Scan['skipped'][number]>({ path: isString, reason: isString, count: isNumber })),
});

const isWeek = object<Week>({ total: isTotal, dearestTask: nullable(isTask), resentTokens: isNumber, resentUsd: isUsd });

const isAmounts = object<Pace['year']>({ meteredUsd: isUsd, planUsd: isUsd, unknownUsd: isUsd });

const isStop = object<StopRow>({
  task: isString,
  agent: isString,
  state: oneOf('stopping', 'stopped', 'spending'),
  way: nullable(oneOf('gateway', 'cancel', 'interrupt')),
  asked: nullable(oneOf('cancel', 'interrupt')),
  next: nullable(oneOf('cancel', 'interrupt')),
  refused: isNumber,
  paid: isNumber,
  since: isNumber,
});

const isState = object<State>({
  version: isString,
  now: isNumber,
  guard: object<State['guard']>({ on: isBoolean, baseUrls: recordOf(isString), environment: recordOf(isString) }),
  scan: isScan,
  tasks: arrayOf(isTask),
  today: isTotal,
  month: isTotal,
  week: isWeek,
  pace: object<Pace>({ lastHour: isAmounts, monthEnd: isAmounts, year: isAmounts }),
  alerts: arrayOf(isAlert),
  stops: optional(arrayOf(isStop)),
  suggestions: arrayOf(isSuggestion),
  askBilling: arrayOf(isString),
  pricesAsOf: isString,
  unpriced: arrayOf(object<UnpricedModel>({ provider: isString, model: isString, tokens: isNumber })),
});

const isBreakdownRow = object<BreakdownRow>({ key: isString, label: isString, total: isTotal });

const isBreakdown = object<Breakdown>({
  query: isQuery,
  total: isTotal,
  byMode: arrayOf(isBreakdownRow),
  byModel: arrayOf(isBreakdownRow),
  byAgent: arrayOf(isBreakdownRow),
  choices: object<Breakdown['choices']>({
    agents: arrayOf(isString),
    workspaces: arrayOf(isString),
    branches: arrayOf(isString),
  }),
  tasks: arrayOf(isTask),
  taskCount: isNumber,
});

const isCurrency = object<Currency>({ code: isString, perUsd: isUsd, date: isString });

const isViewAsked = object<Extract<Asked, { kind: 'view' }>>({ kind: oneOf('view'), view: oneOf(...viewNames), query: isQuery });
const isListAsked = object<Extract<Asked, { kind: 'list' }>>({ kind: oneOf('list'), list: isListQuery });
const isAsked: Guard<Asked> = (value): value is Asked => isViewAsked(value) || isListAsked(value);

type Message<K extends ToPage['kind']> = Extract<ToPage, { kind: K }>;

/** One guard per kind of message; a kind that the protocol gains does not compile until it has one. */
const byKind: { readonly [K in ToPage['kind']]: Guard<Message<K>> } = {
  init: object<Message<'init'>>({
    kind: oneOf('init'),
    locale: isString,
    strings: recordOf(isString),
    currency: optional(isCurrency),
    timeZone: optional(isString),
  }),
  state: object<Message<'state'>>({ kind: oneOf('state'), state: isState }),
  breakdown: object<Message<'breakdown'>>({ kind: oneOf('breakdown'), breakdown: isBreakdown }),
  where: object<Message<'where'>>({ kind: oneOf('where'), where: isWhere(isBreakdownRow) }),
  why: object<Message<'why'>>({ kind: oneOf('why'), why: isWhy }),
  plan: object<Message<'plan'>>({ kind: oneOf('plan'), plan: isPlan(isTotal) }),
  worth: object<Message<'worth'>>({ kind: oneOf('worth'), worth: isWorth(isTotal) }),
  policy: object<Message<'policy'>>({ kind: oneOf('policy'), policy: arrayOf(isPolicyRow) }),
  list: object<Message<'list'>>({ kind: oneOf('list'), list: isList(isRequest) }),
  failed: object<Message<'failed'>>({ kind: oneOf('failed'), asked: isAsked }),
  problem: object<Message<'problem'>>({ kind: oneOf('problem'), message: isString }),
};

/** What the host may send. */
export const isToPage: Guard<ToPage> = (value): value is ToPage => Object.values(byKind).some((check) => check(value));

/** Something arrived that the page cannot read: an older or newer extension, or a fault. It is left out, and said. */
export interface Misfit {
  readonly kind: 'misfit';
  /** The kind it claims to be, empty where it claims none: the next good one of that kind takes the complaint back. */
  readonly claims: ToPage['kind'] | '';
}

const claimsKind = object<{ kind: ToPage['kind'] }>({
  kind: oneOf('init', 'state', 'breakdown', 'where', 'why', 'plan', 'worth', 'list', 'policy', 'failed', 'problem'),
});

export function misfitOf(value: unknown): Misfit {
  return { kind: 'misfit', claims: claimsKind(value) ? value.kind : '' };
}
