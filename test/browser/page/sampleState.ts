import type { ModeKind } from '../../../src/core/mode.ts';
import { picoToUsd, usdToPico } from '../../../src/core/money.ts';
import { addUsage, noUsage, type Usage, usage } from '../../../src/core/usage.ts';
import type { RequestRow, TaskRow, TransitionRow } from '../../../src/protocol/rows.ts';
import type { BasisParts, Breakdown, BreakdownRow, State, Total } from '../../../src/protocol/state.ts';

/** A day of work that never happened, with every state the page knows: same numbers on every run. */
export const sampleNow = Date.parse('2026-03-12T14:32:10');

const minute = 60_000;

/** A small generator of repeatable numbers in [0, 1). */
function repeatable(seed: number): () => number {
  let x = seed;
  return () => {
    x = (x * 1_103_515_245 + 12_345) % 2_147_483_648;
    return x / 2_147_483_648;
  };
}

interface Step {
  readonly mode: string;
  readonly kind: ModeKind;
  readonly model: string;
  readonly requests: number;
}

type Script = ScriptFacts & Pick<TaskRow, 'id' | 'agent' | 'state' | 'billing' | 'sample'> & Partial<TaskRow>;

interface ScriptFacts {
  readonly steps: readonly Step[];
  /** Minutes before now of the first request, and between two. */
  readonly began: number;
  readonly every: number;
  readonly priced: boolean;
  /** What the newest request is like. */
  readonly last?: Partial<RequestRow>;
}

const scripts: readonly Script[] = [
  {
    id: 'kilo:ses_review',
    agent: 'kilo',
    state: 'running',
    billing: 'metered',
    sample: false,
    workspace: '/home/mira/shop-api',
    budget: 'warning',
    budgetUsd: '1.6',
    began: 26,
    every: 1.1,
    priced: true,
    steps: [
      { mode: 'orchestrator', kind: 'orchestrator', model: 'claude-sonnet-4-5', requests: 3 },
      { mode: 'architect', kind: 'architect', model: 'claude-opus-4-5', requests: 5 },
      { mode: 'code', kind: 'code', model: 'claude-sonnet-4-5', requests: 10 },
      { mode: 'debug', kind: 'debug', model: 'claude-sonnet-4-5', requests: 4 },
    ],
    last: { outcome: 'running', usage: { ...noUsage }, usd: null, expectedUsd: '0.0412', worstUsd: '0.163' },
  },
  {
    id: 'kilo:ses_tests',
    parent: 'kilo:ses_review',
    agent: 'kilo',
    state: 'running',
    billing: 'metered',
    sample: false,
    workspace: '/home/mira/shop-api',
    began: 6,
    every: 0.9,
    priced: true,
    steps: [{ mode: 'test-writer', kind: 'other', model: 'claude-haiku-4-5', requests: 6 }],
  },
  {
    id: 'codex:0198',
    agent: 'codex',
    state: 'stopped',
    billing: 'metered',
    sample: false,
    workspace: '/home/mira/infra',
    budget: 'exceeded',
    budgetUsd: '0.7',
    began: 70,
    every: 3,
    priced: true,
    steps: [
      { mode: 'plan', kind: 'architect', model: 'gpt-5.1-codex', requests: 4 },
      { mode: 'default', kind: 'code', model: 'gpt-5.1-codex', requests: 12 },
    ],
    last: { outcome: 'cut', basis: 'estimated' },
  },
  {
    id: 'sample:1',
    agent: 'sample',
    state: 'running',
    billing: 'metered',
    sample: true,
    budget: 'ok',
    budgetUsd: '5',
    began: 4,
    every: 0.5,
    priced: true,
    steps: [
      { mode: 'orchestrator', kind: 'orchestrator', model: 'claude-sonnet-4-5', requests: 2 },
      { mode: 'architect', kind: 'architect', model: 'claude-sonnet-4-5', requests: 4 },
    ],
  },
  {
    id: 'claude-code:7be1',
    agent: 'claude-code',
    state: 'idle',
    billing: 'plan',
    sample: false,
    workspace: '/home/mira/shop-web',
    began: 300,
    every: 0.9,
    priced: true,
    run: { id: 'r9', usd: '0.4183', requests: 9 },
    steps: [
      { mode: 'plan', kind: 'architect', model: 'claude-opus-4-5', requests: 20 },
      { mode: 'acceptEdits', kind: 'code', model: 'claude-opus-4-5', requests: 150 },
    ],
  },
  {
    id: 'opencode:ses_local',
    agent: 'opencode',
    state: 'idle',
    billing: 'unknown',
    sample: false,
    workspace: '/home/mira/notes',
    began: 400,
    every: 2,
    priced: false,
    steps: [{ mode: 'build', kind: 'code', model: 'qwen3-coder-480b-a35b-instruct', requests: 8 }],
  },
  {
    id: 'opencode:ses_docs',
    agent: 'opencode',
    state: 'idle',
    billing: 'unknown',
    sample: false,
    workspace: '/home/mira/docs',
    began: 520,
    every: 2,
    priced: true,
    steps: [{ mode: 'ask', kind: 'ask', model: 'gpt-5-mini', requests: 5 }],
  },
];

/** Micro-dollars per token of the invented price list: input, cache read, cache write, output. */
function costOf(u: Usage, model: string): bigint {
  const scale = model.includes('opus') ? 5n : model.includes('haiku') || model.includes('mini') ? 1n : 3n;
  const units = BigInt(u.uncachedInput) * 10n + BigInt(u.cacheRead) * 1n + BigInt(u.cacheWrite5m) * 12n + BigInt(u.output) * 50n;
  return units * scale * 100_000n;
}

function requestsOf(script: Script): readonly RequestRow[] {
  const random = repeatable(script.id.length * 7919);
  const rows: RequestRow[] = [];
  let history = 9_000;
  for (const step of script.steps) {
    for (let n = 0; n < step.requests; n += 1) {
      const fresh = Math.round(400 + random() * 3_500);
      const output = Math.round(150 + random() * 2_200);
      const cold = n === 0;
      const used = usage({
        uncachedInput: cold ? Math.round(history * 0.3) : Math.round(fresh * 0.3),
        cacheRead: cold ? 0 : history,
        cacheWrite5m: cold ? Math.round(history * 0.7) : Math.round(fresh * 0.7),
        output,
        reasoning: step.kind === 'architect' ? Math.round(output * 0.6) : 0,
      });
      history = Math.min(160_000, history + fresh + output);
      const index = rows.length;
      rows.push({
        id: `${script.id}#${String(index).padStart(4, '0')}`,
        task: script.id,
        run: 'r1',
        at: sampleNow - Math.round((script.began - index * script.every) * minute),
        agent: script.agent,
        mode: step.mode,
        modeKind: step.kind,
        kind: index === 0 ? 'title' : 'work',
        provider: 'example',
        model: step.model,
        promptTokens: used.uncachedInput + used.cacheRead + used.cacheWrite5m,
        promptCounted: 'reported',
        expectedUsd: null,
        worstUsd: null,
        usage: used,
        usd: script.priced ? picoToUsd(costOf(used, step.model)) : null,
        basis: script.priced ? (script.agent === 'opencode' ? 'reported' : 'priced') : 'unpriced',
        billing: script.billing,
        source: script.state === 'idle' ? 'sessions' : 'gateway',
        outcome: 'ok',
        sample: script.sample,
      });
    }
  }
  const last = rows.at(-1);
  if (last && script.last) rows[rows.length - 1] = { ...last, ...script.last };
  return rows;
}

function transitionsOf(rows: readonly RequestRow[]): TransitionRow[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1];
    if (!before || before.mode === row.mode) return [];
    const resent = row.usage.uncachedInput + row.usage.cacheWrite5m;
    return [
      {
        at: row.at,
        from: before.mode,
        to: row.mode,
        usd: picoToUsd(costOf(usage({ cacheWrite5m: resent }), row.model)),
        resentTokens: resent,
      },
    ];
  });
}

function taskOf(script: Script, rows: readonly RequestRow[]): TaskRow {
  const last = rows.at(-1);
  if (!last) throw new Error('a script has requests');
  const { steps: _, began: __, every: ___, priced, last: ____, ...fixed } = script;
  const used = rows.map((row) => row.usage).reduce(addUsage, noUsage);
  return {
    mode: last.mode,
    modeKind: last.modeKind,
    model: last.model,
    budget: 'none',
    requests: rows.length,
    usage: used,
    usd: priced ? picoToUsd(sumOf(rows)) : null,
    basis: priced ? 'priced' : 'unpriced',
    unpricedTokens: priced ? 0 : tokensOf(used),
    firstAt: rows[0]?.at ?? last.at,
    lastAt: last.at,
    transitions: transitionsOf(rows),
    ...fixed,
  };
}

function sumOf(rows: readonly RequestRow[]): bigint {
  return rows.reduce((sum, row) => sum + (row.usd === null ? 0n : usdToPico(row.usd)), 0n);
}

function tokensOf(u: Usage): number {
  return u.uncachedInput + u.cacheRead + u.cacheWrite5m + u.output;
}

function totalOf(rows: readonly RequestRow[]): Total {
  const counted = rows.filter((row) => !row.sample);
  const of = (billing: RequestRow['billing']): string => picoToUsd(sumOf(counted.filter((row) => row.billing === billing)));
  const basisOf = (billing: RequestRow['billing']): BasisParts => {
    const part = (basis: RequestRow['basis']) => counted.filter((row) => row.billing === billing && row.basis === basis);
    const estimated = sumOf(part('estimated'));
    return {
      reportedUsd: picoToUsd(sumOf(part('reported'))),
      estimatedUsd: picoToUsd(estimated),
      plusMinusUsd: picoToUsd(estimated / 20n),
    };
  };
  return {
    requests: counted.length,
    usage: counted.map((row) => row.usage).reduce(addUsage, noUsage),
    meteredUsd: of('metered'),
    planUsd: of('plan'),
    unknownUsd: of('unknown'),
    estimatedUsd: picoToUsd(sumOf(counted.filter((row) => row.basis === 'estimated'))),
    byBasis: { metered: basisOf('metered'), plan: basisOf('plan'), unknown: basisOf('unknown') },
    unpricedTokens: counted.filter((row) => row.usd === null).reduce((sum, row) => sum + tokensOf(row.usage), 0),
  };
}

function groupsOf(rows: readonly RequestRow[], key: (row: RequestRow) => string, label = key): BreakdownRow[] {
  const groups = new Map<string, RequestRow[]>();
  for (const row of rows) if (!row.sample) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return [...groups.values()].flatMap((group) => {
    const first = group[0];
    return first ? [{ key: key(first), label: label(first), total: totalOf(group) }] : [];
  });
}

const labels: Readonly<Record<string, string>> = {
  kilo: 'Kilo Code',
  codex: 'Codex',
  'claude-code': 'Claude Code',
  opencode: 'OpenCode',
};

const built = scripts.map((script) => {
  const rows = requestsOf(script);
  return { task: taskOf(script, rows), rows };
});
const allRequests = built.flatMap(({ rows }) => rows).sort((a, b) => b.at - a.at);

/** The breakdown, and the requests that its tasks are made of. */
export type SampleBreakdown = Breakdown & { readonly requests: readonly RequestRow[] };

export function sampleBreakdown(part: Partial<SampleBreakdown> = {}): SampleBreakdown {
  return {
    query: { range: '7d' },
    total: totalOf(allRequests),
    byMode: groupsOf(allRequests, (row) => row.modeKind),
    byModel: groupsOf(allRequests, (row) => row.model),
    byAgent: groupsOf(
      allRequests,
      (row) => row.agent,
      (row) => labels[row.agent] ?? row.agent,
    ),
    choices: {
      agents: ['claude-code', 'kilo', 'codex', 'opencode'],
      workspaces: ['/home/mira/shop-web', '/home/mira/shop-api', '/home/mira/infra'],
      branches: ['main', 'checkout', ''],
    },
    tasks: built.map(({ task }) => task),
    taskCount: (part.tasks ?? built).length,
    requests: allRequests,
    ...part,
  };
}

export function sampleState(part: Partial<State> = {}): State {
  const total = totalOf(allRequests);
  return {
    version: '0.1.0',
    now: sampleNow,
    guard: { on: true, baseUrls: {}, environment: {} },
    scan: {
      files: 412,
      filesDone: 388,
      bytes: 96_000_000,
      bytesDone: 88_000_000,
      done: false,
      agents: ['claude-code', 'codex', 'kilo', 'opencode'],
      skipped: [
        { path: '~/.codex/sessions/2026/01/rollout-0197.jsonl', reason: 'not JSON after line 812', count: 3 },
        { path: '~/.claude/projects/old/9f2.jsonl', reason: 'permission denied', count: 1 },
      ],
    },
    tasks: built.map(({ task }) => task),
    today: total,
    month: { ...total, requests: total.requests * 9, meteredUsd: '81.2041', planUsd: '212.93' },
    pace: {
      lastHour: { meteredUsd: '2.41', planUsd: '0', unknownUsd: '0' },
      monthEnd: { meteredUsd: '96.2', planUsd: '260.1', unknownUsd: '0' },
      year: { meteredUsd: '1154.4', planUsd: '3121.2', unknownUsd: '0' },
    },
    week: { total, dearestTask: built[0]?.task ?? null, resentTokens: 4_200_000, resentUsd: '2.81' },
    alerts: [],
    unpriced: [{ provider: 'azure', model: 'our-deployment', tokens: 120_000 }],
    suggestions: [
      {
        id: 'title',
        what: 'title',
        requests: 46,
        from: 'claude-sonnet-4-5',
        to: 'claude-haiku-4-5',
        spentUsd: '0.5231',
        wouldUsd: '0.1744',
        billing: 'metered',
      },
      {
        id: 'ask',
        what: 'ask',
        requests: 120,
        from: 'claude-opus-4-5',
        to: 'claude-sonnet-4-5',
        spentUsd: '9.12',
        wouldUsd: '5.472',
        billing: 'plan',
      },
    ],
    askBilling: ['opencode'],
    pricesAsOf: '2026-03-01',
    ...part,
  };
}

const nothing: Total = totalOf([]);

/** A fresh machine: nothing found, nothing running, Guard off. */
export function emptyState(): State {
  return sampleState({
    guard: { on: false, baseUrls: {}, environment: {} },
    scan: { files: 0, filesDone: 0, bytes: 0, bytesDone: 0, done: true, agents: [], skipped: [] },
    tasks: [],
    today: nothing,
    month: nothing,
    week: { total: nothing, dearestTask: null, resentTokens: 0, resentUsd: '0' },
    suggestions: [],
    askBilling: [],
  });
}

export function emptyBreakdown(): SampleBreakdown {
  return sampleBreakdown({ total: nothing, byMode: [], byModel: [], byAgent: [], tasks: [], requests: [] });
}
