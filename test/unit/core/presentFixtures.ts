import type { ShownState, ShownTask, ShownTotal } from '../../../src/core/presentState.ts';
import type { StatusInput } from '../../../src/core/presentStatus.ts';
import { english } from '../../../src/core/presentText.ts';
import { noUsage, usage } from '../../../src/core/usage.ts';

export const now = Date.UTC(2026, 10, 22, 10);
const minute = 60_000;

export function task(part: Partial<ShownTask> = {}): ShownTask {
  return {
    id: 'claude-code:a',
    agent: 'claude-code',
    mode: 'code',
    model: 'claude-sonnet-4-6',
    state: 'running',
    budget: 'none',
    requests: 12,
    usage: usage({
      uncachedInput: 12_300,
      cacheRead: 401_000,
      cacheWrite5m: 20_000,
      cacheWrite1h: 1_000,
      output: 3_210,
      reasoning: 1_100,
    }),
    usd: '0.4217',
    basis: 'priced',
    billing: 'metered',
    unpricedTokens: 0,
    sample: false,
    lastAt: now - 1_000,
    ...part,
  };
}

const noAmounts = { meteredUsd: '0', planUsd: '0', unknownUsd: '0' };

export function total(part: Partial<ShownTotal> = {}): ShownTotal {
  const sure = { plusMinusUsd: '0' };
  return {
    requests: 0,
    usage: noUsage,
    meteredUsd: '0',
    planUsd: '0',
    unknownUsd: '0',
    byBasis: { metered: sure, plan: sure, unknown: sure },
    unpricedTokens: 0,
    ...part,
  };
}

export const someWeek: ShownState['week'] = {
  total: total({
    requests: 300,
    usage: usage({ uncachedInput: 1_000_000, cacheRead: 9_000_000 }),
    meteredUsd: '12.3456',
    planUsd: '4.1',
  }),
  dearestTask: task({
    id: 'codex:b',
    agent: 'codex',
    mode: 'plan',
    usd: '4.1',
    state: 'idle',
    lastAt: now - 3 * 24 * 60 * minute,
  }),
  resentTokens: 6_800_000,
  resentUsd: '5.1234',
};

export function state(part: Partial<ShownState> = {}): ShownState {
  return {
    guard: { on: false },
    scan: {
      files: 123,
      filesDone: 123,
      bytes: 4_000,
      bytesDone: 4_000,
      done: true,
      agents: ['claude-code', 'codex'],
      skipped: [],
    },
    tasks: [],
    today: total({ requests: 40, meteredUsd: '1.234' }),
    month: total({ requests: 900, meteredUsd: '40.1' }),
    week: someWeek,
    suggestions: [],
    unpriced: [],
    pace: { monthEnd: noAmounts, year: noAmounts },
    pricesAsOf: '2026-11-20',
    ...part,
  };
}

/** A machine on which no agent has ever run. */
export const nothing: Partial<ShownState> = {
  today: total(),
  month: total(),
  week: { total: total(), dearestTask: null, resentTokens: 0, resentUsd: '0' },
};

export function input(
  part: Partial<Omit<StatusInput, 'state'>> & { readonly state?: Partial<ShownState> | null } = {},
): StatusInput {
  const { state: stateParts, ...rest } = part;
  return {
    link: { kind: 'live' },
    show: 'task',
    reader: { locale: 'en', t: english },
    now,
    extras: {},
    ...rest,
    state: stateParts === null ? undefined : state(stateParts),
  };
}

export const ago = (minutes: number): number => now - minutes * minute;
