import { noUsage } from '../../../../src/core/usage.ts';
import type { State, Total } from '../../../../src/protocol/state.ts';

const nothing = { reportedUsd: '0', estimatedUsd: '0', plusMinusUsd: '0' };

const none = { meteredUsd: '0', planUsd: '0', unknownUsd: '0' };

const total: Total = {
  requests: 0,
  usage: { ...noUsage },
  meteredUsd: '0',
  planUsd: '0',
  unknownUsd: '0',
  estimatedUsd: '0',
  byBasis: { metered: nothing, plan: nothing, unknown: nothing },
  unpricedTokens: 0,
};

/** What a service tells that has seen nothing yet. */
export function someState(part: Partial<State> = {}): State {
  return {
    version: '1.0.0',
    now: 0,
    guard: { on: false, baseUrls: {}, environment: {} },
    scan: { files: 0, filesDone: 0, bytes: 0, bytesDone: 0, done: true, agents: [], skipped: [] },
    tasks: [],
    today: total,
    month: total,
    pace: { lastHour: none, monthEnd: none, year: none },
    week: { total, dearestTask: null, resentTokens: 0, resentUsd: '0' },
    alerts: [],
    suggestions: [],
    askBilling: [],
    pricesAsOf: '2026-11-20',
    unpriced: [],
    ...part,
  };
}
