import type { BreakdownRow, Total } from '../../../src/protocol/state.ts';
import type { List, Money, Plan, Where, Why, Worth } from '../../../src/protocol/views.ts';
import { sampleBreakdown, sampleNow } from './sampleState.ts';

/** What the views beside the breakdown show of the same invented day: same numbers on every run. */

const query = { range: '7d' } as const;
const day = 86_400_000;

function money(metered: string, plan = '0', unknown = '0'): Money {
  return { meteredUsd: metered, planUsd: plan, unknownUsd: unknown };
}

/** The total of the range, with another amount. */
function totalWith(part: Partial<Total>): Total {
  return { ...sampleBreakdown().total, unpricedTokens: 0, ...part };
}

function row(key: string, metered: string, plan = '0', label = key): BreakdownRow {
  return { key, label, total: totalWith({ ...money(metered, plan), requests: 40 }) };
}

export function sampleWhere(part: Partial<Where> = {}): Where {
  return {
    query,
    byKind: [row('work', '2.1', '7.9'), row('title', '0.05'), row('summary', '0.011', '0.2')],
    byWorkspace: [row('/home/mira/shop-web', '0', '7.2'), row('/home/mira/shop-api', '1.37'), row('/home/mira/infra', '0.7')],
    byBranch: [row('main', '1.2', '6.4'), row('checkout', '0.81', '0.8'), row('', '0.06')],
    byDay: ['2026-03-06', '2026-03-07', '2026-03-10', '2026-03-11', '2026-03-12'].map((key, n) =>
      row(key, String(0.2 + n * 0.15), String(1 + n * 0.4)),
    ),
    bySubagent: [row('kilo/test-writer', '0.09', '0', 'test-writer')],
    transitions: [
      { from: 'architect', to: 'code', count: 7, handOvers: 0, resentTokens: 181_000, unpriced: 0, ...money('0.62') },
      { from: 'code', to: 'debug', count: 3, handOvers: 0, resentTokens: 96_000, unpriced: 0, ...money('0.31') },
      { from: 'orchestrator', to: 'architect', count: 4, handOvers: 0, resentTokens: 44_000, unpriced: 0, ...money('0.18') },
      { from: 'orchestrator', to: 'test-writer', count: 2, handOvers: 2, resentTokens: 31_000, unpriced: 0, ...money('0.04') },
      { from: 'plan', to: 'acceptEdits', count: 11, handOvers: 0, resentTokens: 402_000, unpriced: 0, ...money('0', '2.4') },
    ],
    ...part,
  };
}

export function sampleWhy(part: Partial<Why> = {}): Why {
  return {
    query,
    now: { requests: 227, promptTokens: 14_000_000, outputTokens: 260_000, ...money('2.09', '8.01') },
    before: { requests: 190, promptTokens: 8_200_000, outputTokens: 250_000, ...money('1.4', '4.1') },
    classes: [
      { kind: 'uncached', tokens: 420_000, ...money('0.4', '1.1') },
      { kind: 'cacheRead', tokens: 12_600_000, ...money('0.7', '2.6') },
      { kind: 'cacheWrite', tokens: 980_000, ...money('0.5', '2.1') },
      { kind: 'output', tokens: 260_000, ...money('0.49', '2.21') },
    ],
    resent: { tokens: 12_400_000, usd: '3.31' },
    fixed: { requests: 61, systemTokens: 430_000, toolTokens: 910_000, promptTokens: 3_900_000, ...money('0.38') },
    cache: { read: 12_600_000, prompt: 14_000_000 },
    breaks: [
      { cause: 'lapsed', count: 6, tokens: 390_000, unpriced: 0, ...money('0.2', '0.9') },
      { cause: 'mode', count: 9, tokens: 270_000, unpriced: 0, ...money('0.41') },
      { cause: 'tools', count: 2, tokens: 61_000, unpriced: 0, ...money('0.11') },
      { cause: 'unknown', count: 1, tokens: 9_000, unpriced: 1, ...money('0') },
    ],
    failed: [
      { outcome: 'error', count: 4, ...money('0.07') },
      { outcome: 'cut', count: 1, ...money('0.02') },
    ],
    amplified: [
      {
        task: 'claude-code:7be1',
        agent: 'claude-code',
        workspace: '/home/mira/shop-web',
        firstAt: sampleNow - day,
        requests: 170,
        billing: 'plan',
        usd: '7.9',
        onceUsd: '0.21',
      },
      {
        task: 'kilo:ses_review',
        agent: 'kilo',
        workspace: '/home/mira/shop-api',
        firstAt: sampleNow - 26 * 60_000,
        requests: 28,
        billing: 'metered',
        usd: '1.46',
        onceUsd: '0.05',
      },
    ],
    waste: [
      finding('longHistory', 'claude-code', '1.12', {
        task: 'claude-code:7be1',
        billing: 'plan',
        detail: '148000',
        tokens: 4_100_000,
      }),
      finding('unusedTools', 'kilo', '0.22', { detail: '11400' }),
      finding('flagship', 'kilo', '0.0349', { subject: 'title', detail: 'claude-sonnet-4-5 → claude-haiku-4-5' }),
      finding('toolResults', 'codex', '0.19', { detail: '22800' }),
      finding('noCache', 'opencode', '0.3', { subject: 'claude-sonnet-4-5', detail: 'claude-sonnet-4-5' }),
      finding('thinking', 'kilo', '0.02', { subject: 'title', detail: 'claude-sonnet-4-5' }),
      finding('maxTokens', 'claude-code', null, { subject: 'title', detail: '32000', tokens: 41 }),
    ],
    ...part,
  };
}

function finding(
  kind: Why['waste'][number]['kind'],
  agent: string,
  usd: string | null,
  part: Partial<Why['waste'][number]>,
): Why['waste'][number] {
  return {
    id: `${kind}:${agent}`,
    kind,
    subject: agent,
    agent,
    billing: 'metered',
    usd,
    requests: 23,
    tokens: 61_000,
    detail: '',
    ...part,
  };
}

export function samplePlan(part: Partial<Plan> = {}): Plan {
  const monthFrom = Date.parse('2026-03-01T00:00:00');
  const used = (month: string, week: string, window: string) => ({
    month: totalWith(money('0', month)),
    week: totalWith(money('0', week)),
    window: totalWith(money('0', window)),
  });
  return {
    query,
    now: sampleNow,
    monthFrom,
    monthTo: Date.parse('2026-04-01T00:00:00'),
    agents: [
      { agent: 'claude-code', ...used('212.93', '61.2', '7.4') },
      { agent: 'copilot', ...used('11.7', '4.1', '0') },
    ],
    last30: totalWith(money('81.2', '260.4')),
    plans: [
      {
        id: 'claude-pro',
        agents: ['claude-code'],
        name: 'Claude Pro',
        priceUsd: '20',
        includedUsd: null,
        windows: true,
        checkedAt: '2026-03-01',
      },
      {
        id: 'claude-max',
        agents: ['claude-code'],
        name: 'Claude Max 5x',
        priceUsd: '100',
        includedUsd: null,
        windows: true,
        checkedAt: '2026-03-01',
      },
      {
        id: 'copilot-pro',
        agents: ['copilot'],
        name: 'Copilot Pro',
        priceUsd: '10',
        includedUsd: '15',
        windows: false,
        checkedAt: '2026-03-01',
      },
    ],
    ...part,
  };
}

export function sampleWorth(part: Partial<Worth> = {}): Worth {
  const workspace = '/home/mira/shop-api';
  const commit = (
    n: number,
    subject: string,
    cost: string,
    more: Partial<Worth['commits'][number]> = {},
  ): Worth['commits'][number] => ({
    workspace,
    hash: String(n).repeat(40),
    subject,
    at: sampleNow - n * 3_600_000,
    branch: 'main',
    fate: 'kept',
    cost: { requests: 12, ...money(cost) },
    ...more,
  });
  return {
    query,
    silent: [{ workspace: '/home/mira/notes', why: 'noHistory' }],
    commits: [
      commit(1, 'Prices of a basket in one query', '0.41'),
      commit(2, 'Checkout asks for the address once', '0.83', { branch: 'checkout', fate: 'elsewhere' }),
      commit(3, 'Cache the catalogue', '0.22', { fate: 'reverted' }),
      commit(4, 'Tests of the basket', '0'),
    ],
    branches: [
      { workspace, branch: 'main', commits: 3, total: totalWith(money('0.63')) },
      { workspace, branch: 'checkout', commits: 1, total: totalWith(money('0.83')) },
    ],
    ...part,
  };
}

export function sampleList(part: Partial<List> = {}): List {
  const requests = sampleBreakdown().requests.filter(({ modeKind }) => modeKind === 'architect');
  return { list: { query, by: 'mode', key: 'architect' }, requests: requests.slice(0, 50), more: true, ...part };
}
