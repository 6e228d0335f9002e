import { breakCauses } from '../core/cacheBreak.ts';
import { findingKinds } from '../core/waste.ts';
import { listedBy, rangeNames } from '../protocol/names.ts';
import type { ListQuery, Query } from '../protocol/query.ts';
import type { RequestRow } from '../protocol/rows.ts';
import type { BreakdownRow, Total } from '../protocol/state.ts';
import type { Commit, Factors, Finding, List, Money, Plan, TransitionCell, Where, Why, Worth } from '../protocol/views.ts';
import { arrayOf, type Guard, isBoolean, isNumber, isPattern, isString, nullable, object, oneOf, optional } from './guard.ts';

export const isUsd = isPattern(/^-?\d+(\.\d+)?$/);
export const isBilling = oneOf('metered', 'plan', 'unknown');
const isDay = isPattern(/^\d{4}-\d{2}-\d{2}$/);

export const isQuery = object<Query>({
  range: oneOf(...rangeNames),
  from: optional(isDay),
  to: optional(isDay),
  task: optional(isString),
  agent: optional(isString),
  workspace: optional(isString),
  branch: optional(isString),
});

const moneyFields = { meteredUsd: isUsd, planUsd: isUsd, unknownUsd: isUsd } satisfies { [K in keyof Money]: Guard<Money[K]> };

const isCell = object<TransitionCell>({
  ...moneyFields,
  from: isString,
  to: isString,
  count: isNumber,
  handOvers: isNumber,
  resentTokens: isNumber,
  unpriced: isNumber,
});

export function isWhere(row: Guard<BreakdownRow>): Guard<Where> {
  const rows = arrayOf(row);
  return object<Where>({
    query: isQuery,
    byKind: rows,
    byWorkspace: rows,
    byBranch: rows,
    byDay: rows,
    bySubagent: rows,
    transitions: arrayOf(isCell),
  });
}

const isFactors = object<Factors>({ ...moneyFields, requests: isNumber, promptTokens: isNumber, outputTokens: isNumber });

const isFinding = object<Finding>({
  id: isString,
  kind: oneOf(...findingKinds),
  subject: isString,
  task: optional(isString),
  agent: isString,
  billing: isBilling,
  usd: nullable(isUsd),
  requests: isNumber,
  tokens: isNumber,
  detail: isString,
});

export const isWhy = object<Why>({
  query: isQuery,
  now: isFactors,
  before: nullable(isFactors),
  classes: arrayOf(
    object<Why['classes'][number]>({
      ...moneyFields,
      kind: oneOf('uncached', 'cacheRead', 'cacheWrite', 'output'),
      tokens: isNumber,
    }),
  ),
  resent: object<Why['resent']>({ tokens: isNumber, usd: isUsd }),
  fixed: object<Why['fixed']>({
    ...moneyFields,
    requests: isNumber,
    systemTokens: isNumber,
    toolTokens: isNumber,
    promptTokens: isNumber,
  }),
  cache: object<Why['cache']>({ read: isNumber, prompt: isNumber }),
  breaks: arrayOf(
    object<Why['breaks'][number]>({
      ...moneyFields,
      cause: oneOf(...breakCauses),
      count: isNumber,
      tokens: isNumber,
      unpriced: isNumber,
    }),
  ),
  failed: arrayOf(object<Why['failed'][number]>({ ...moneyFields, outcome: oneOf('error', 'cut'), count: isNumber })),
  amplified: arrayOf(
    object<Why['amplified'][number]>({
      task: isString,
      agent: isString,
      workspace: isString,
      firstAt: isNumber,
      requests: isNumber,
      billing: isBilling,
      usd: isUsd,
      onceUsd: isUsd,
    }),
  ),
  waste: arrayOf(isFinding),
});

export function isPlan(total: Guard<Total>): Guard<Plan> {
  return object<Plan>({
    query: isQuery,
    now: isNumber,
    monthFrom: isNumber,
    monthTo: isNumber,
    agents: arrayOf(object<Plan['agents'][number]>({ agent: isString, month: total, week: total, window: total })),
    last30: total,
    plans: arrayOf(
      object<Plan['plans'][number]>({
        id: isString,
        agents: arrayOf(isString),
        name: isString,
        priceUsd: isUsd,
        includedUsd: nullable(isUsd),
        windows: isBoolean,
        checkedAt: isString,
      }),
    ),
  });
}

const isCommit = object<Commit>({
  workspace: isString,
  hash: isString,
  subject: isString,
  at: isNumber,
  branch: isString,
  fate: oneOf('kept', 'elsewhere', 'reverted'),
  cost: object<Commit['cost']>({ ...moneyFields, requests: isNumber }),
});

export function isWorth(total: Guard<Total>): Guard<Worth> {
  return object<Worth>({
    query: isQuery,
    silent: arrayOf(
      object<Worth['silent'][number]>({ workspace: isString, why: oneOf('untrusted', 'noGit', 'noHistory', 'slow') }),
    ),
    commits: arrayOf(isCommit),
    branches: arrayOf(object<Worth['branches'][number]>({ workspace: isString, branch: isString, commits: isNumber, total })),
  });
}

export const isListQuery = object<ListQuery>({
  query: isQuery,
  by: oneOf(...listedBy),
  key: isString,
  before: optional(object<NonNullable<ListQuery['before']>>({ at: isNumber, id: isString })),
});

export function isList(request: Guard<RequestRow>): Guard<List> {
  return object<List>({ list: isListQuery, requests: arrayOf(request), more: isBoolean });
}
