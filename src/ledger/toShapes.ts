import { type Pico, picoToUsd } from '../core/money.ts';
import type { Basis, Billing } from '../core/request.ts';
import { promptTokens } from '../core/usage.ts';
import { countedOf, outcomeOf, type StoredRequest } from './record.ts';
import type { BasisPartsShape, RequestShape, TotalShape } from './shapes.ts';
import { type BasisParts, type BillingAnswers, billingOf, type Totals } from './totals.ts';

/** A stored row as windows and the API see it. */
export function requestShape(row: StoredRequest, answers: BillingAnswers): RequestShape {
  const { seen } = row;
  const { prediction } = seen;
  const prompt = promptTokens(seen.usage);
  const told = countedOf(row) === 'reported' && prompt > 0;
  return {
    id: row.id,
    task: seen.task,
    run: seen.run ?? '',
    at: seen.at,
    agent: seen.agent,
    mode: seen.mode?.name ?? '',
    modeKind: seen.mode?.kind ?? 'other',
    kind: seen.kind ?? 'work',
    provider: seen.provider,
    model: seen.model,
    promptTokens: told || !prediction ? prompt : prediction.promptTokens,
    promptCounted: told ? 'reported' : (prediction?.counted ?? 'estimated'),
    expectedUsd: usd(prediction?.expected ?? null),
    worstUsd: usd(prediction?.worst ?? null),
    usage: { ...seen.usage },
    usd: usd(row.cost),
    basis: row.basis,
    ...(row.errorPico > 0n ? { plusMinusUsd: picoToUsd(row.errorPico) } : {}),
    billing: billingOf(seen.billing, seen.agent, answers),
    source: seen.source,
    outcome: outcomeOf(row),
    sample: seen.sample ?? false,
  };
}

function partsShape({ reported, estimated, error }: BasisParts): BasisPartsShape {
  return { reportedUsd: picoToUsd(reported), estimatedUsd: picoToUsd(estimated), plusMinusUsd: picoToUsd(error) };
}

export function totalShape(totals: Totals): TotalShape {
  return {
    requests: totals.requests,
    usage: { ...totals.usage },
    meteredUsd: picoToUsd(totals.cost.metered),
    planUsd: picoToUsd(totals.cost.plan),
    unknownUsd: picoToUsd(totals.cost.unknown),
    estimatedUsd: picoToUsd(totals.estimated),
    byBasis: {
      metered: partsShape(totals.byBasis.metered),
      plan: partsShape(totals.byBasis.plan),
      unknown: partsShape(totals.byBasis.unknown),
    },
    unpricedTokens: totals.unpricedTokens,
  };
}

/**
 * One figure and one billing for a sum that may hold several: real dollars where any were spent, else plan value, else
 * what nobody has told yet. Kinds are never added up. Null where nothing could be priced.
 */
export function headline(totals: Totals): { usd: string | null; cost: Pico; billing: Billing } {
  const { cost, requestsBy } = totals;
  const kinds: readonly Billing[] = ['metered', 'plan', 'unknown'];
  const billing = kinds.find((kind) => cost[kind] > 0n) ?? kinds.find((kind) => requestsBy[kind] > 0) ?? 'unknown';
  return { usd: basisOf(totals) === 'unpriced' ? null : picoToUsd(cost[billing]), cost: cost[billing], billing };
}

/** The weakest basis that any money of a sum rests on; `unpriced` only where no money is in it and tokens are. */
export function basisOf(totals: Totals): Basis {
  if (totals.estimated > 0n) return 'estimated';
  if (totals.priced > 0n) return 'priced';
  if (totals.reported > 0n) return 'reported';
  return totals.unpricedTokens > 0 ? 'unpriced' : 'priced';
}

export function usd(amount: Pico | null): string | null {
  return amount === null ? null : picoToUsd(amount);
}
