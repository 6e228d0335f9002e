import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { modeOf } from '../../src/core/mode.ts';
import type { PromptFacts } from '../../src/core/promptFacts.ts';
import type { Observation, Priceable, Priced } from '../../src/core/request.ts';
import { cacheWrites, usage } from '../../src/core/usage.ts';
import { Ledger, type LedgerOptions } from '../../src/ledger/ledger.ts';

export interface BenchRow {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: number;
  readonly ratio?: number;
}

const end = Date.UTC(2026, 10, 25, 12);
const models = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5', 'gpt-6.1-sol', 'gpt-6-luna'] as const;
const modes = ['plan', 'code', 'debug', 'ask'] as const;
const batchSize = 1_000;

function price({ usage: u }: Priceable): Priced {
  const cost = BigInt(u.uncachedInput * 4 + u.cacheRead + cacheWrites(u) * 5 + u.output * 20) * 1_000_000n;
  return { cost, basis: 'priced' };
}

const options: LedgerOptions = { price, now: () => end, zone: 'Europe/Berlin' };

/**
 * Request `i` of `count`, spread over 150 days: 40-request tasks, one in five a subtask, 14 workspaces with three branches,
 * two keys each, as a history of Claude Code is.
 */
function request(i: number, count: number): Observation {
  const task = Math.floor(i / 40);
  const step = i % 40;
  const workspace = task % 14;
  return {
    source: 'sessions',
    keys: [`msg:msg_01${i.toString(36).padStart(22, '0')}`, `req:req_011${i.toString(36).padStart(21, '0')}`],
    at: end - Math.round(((count - i) / count) * 150 * 86_400_000),
    agent: task % 3 ? 'claude-code' : 'codex',
    task: `claude-code:${task.toString(16).padStart(32, '0')}`,
    parent: task % 5 === 4 ? `claude-code:${(task - 1).toString(16).padStart(32, '0')}` : undefined,
    run: `run-${task}-${Math.floor(step / 10)}`,
    mode: modeOf(modes[Math.floor(step / 10)] ?? 'code'),
    kind: step === 0 ? 'title' : 'work',
    workspace: `/home/user/projects/project-${workspace}`,
    branch: `branch-${(task >> 3) % 3}`,
    provider: 'anthropic',
    model: models[(task * 7 + (step === 0 ? 2 : 0)) % models.length] ?? models[0],
    usage: usage({ uncachedInput: 3, cacheRead: step * 900, cacheWrite5m: 1_100, output: 300 + (i % 500) }),
    counted: 'reported',
    billing: 'unknown',
    outcome: 'ok',
    // One task in four went through the gateway, which read its prompts.
    ...(task % 4 === 0 ? { facts: factsOf(step) } : {}),
  };
}

function factsOf(step: number): PromptFacts {
  return {
    system: 4_000,
    tools: 12_000,
    messages: step * 900,
    unusedTools: 8_000,
    maxOutput: 32_000,
    systemHash: 's',
    toolsHash: 't',
  };
}

function fill(ledger: Ledger, count: number): void {
  for (let from = 0; from < count; from += batchSize) {
    ledger.observe(Array.from({ length: Math.min(batchSize, count - from) }, (_, i) => request(from + i, count)));
  }
}

/** The least that any store of these rows does: one table, one bare INSERT each, the same batches, the same durability. */
function bareInserts(path: string, count: number): number {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  const columns = Array.from({ length: 24 }, (_, i) => `c${i}`);
  db.exec(`CREATE TABLE requests (n INTEGER PRIMARY KEY, ${columns.join(', ')})`);
  const insert = db.prepare(`INSERT INTO requests (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  const began = performance.now();
  for (let from = 0; from < count; from += batchSize) {
    db.exec('BEGIN IMMEDIATE');
    for (let i = from; i < Math.min(from + batchSize, count); i++) {
      const o = request(i, count);
      const u = o.usage;
      insert.run(
        o.keys.join('\n'),
        o.at,
        o.agent,
        o.task,
        o.parent ?? null,
        o.run ?? null,
        o.mode?.kind ?? null,
        o.mode?.name ?? null,
        o.kind ?? null,
        o.workspace ?? null,
        o.branch ?? null,
        o.provider,
        o.model,
        u.uncachedInput,
        u.cacheRead,
        u.cacheWrite5m,
        u.cacheWrite1h,
        u.output,
        u.reasoning,
        o.counted,
        o.billing,
        o.outcome,
        o.source,
        price(o).cost,
      );
    }
    db.exec('COMMIT');
  }
  const took = performance.now() - began;
  db.close();
  return took;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Inserting 100,000 requests against bare INSERTs, and answering from a million. Takes about two minutes. */
export async function bench(
  counts: { readonly inserts: number; readonly stored: number } = { inserts: 100_000, stored: 1_000_000 },
): Promise<{
  readonly name: string;
  readonly rows: readonly BenchRow[];
}> {
  const folder = mkdtempSync(join(tmpdir(), 'spend-meter-bench-'));
  const rows: BenchRow[] = [];
  const rate = (label: string, count: number, took: number, baseline: number) =>
    rows.push({
      label,
      value: Math.round((count / took) * 1000),
      unit: 'rows/s',
      baseline: Math.round((count / baseline) * 1000),
      ratio: Number((took / baseline).toFixed(2)),
    });
  try {
    const bare = bareInserts(join(folder, 'bare.db'), counts.inserts);
    const first = Ledger.open(join(folder, 'inserts.db'), options);
    rate(
      `insert ${counts.inserts} new requests (baseline: bare INSERT)`,
      counts.inserts,
      timed(() => fill(first, counts.inserts)),
      bare,
    );
    rate(
      `see them all again, nothing new (baseline: bare INSERT)`,
      counts.inserts,
      timed(() => fill(first, counts.inserts)),
      bare,
    );
    first.close();

    const ledger = Ledger.open(join(folder, 'million.db'), options);
    fill(ledger, counts.stored);
    const task = request(counts.stored - 1, counts.stored).task;
    const ask = (label: string, work: (ledger: Ledger) => unknown) => {
      // Cold: a service just started. Warm: the same again after one more request came in, as while an agent runs.
      const cold = Ledger.open(join(folder, 'million.db'), { ...options, readOnly: true });
      const began = timed(() => work(cold));
      cold.close();
      let extra = 0;
      work(ledger);
      const warm = Array.from({ length: 15 }, () => {
        ledger.observe([
          { ...request(counts.stored - 1, counts.stored), keys: [`extra:${label}:${extra++}`], at: end, sample: true },
        ]);
        return timed(() => work(ledger));
      });
      rows.push({ label: `${label}, cold`, value: Number(began.toFixed(2)), unit: 'ms' });
      rows.push({ label: `${label}, while requests come in`, value: Number(median(warm).toFixed(2)), unit: 'ms' });
    };
    ask('the panel of 30 days (sums by mode, model, agent; 50 tasks)', (l) => l.views.breakdown({ range: '30d' }, { tasks: 50 }));
    const narrow = { workspace: '/home/user/projects/project-3', branch: 'branch-1' };
    ask('the panel of 30 days, filtered by workspace and branch', (l) =>
      l.views.breakdown({ range: '30d', filter: narrow }, { tasks: 200 }),
    );
    ask('Where of 30 days (six tables, the matrix of transitions)', (l) => l.views.where({ range: '30d' }));
    ask('Where of 30 days, filtered by workspace and branch', (l) => l.views.where({ range: '30d', filter: narrow }));
    ask('Why of 30 days (factors, cache breaks, waste, amplification)', (l) => l.views.why({ range: '30d' }));
    ask('Why of 30 days, filtered by workspace and branch', (l) => l.views.why({ range: '30d', filter: narrow }));
    ask('Plan', (l) => l.views.plan({ range: '30d' }));
    ask('the page of one task', (l) => l.views.breakdown({ range: 'all', task }, { tasks: 200 }));
    ask('a row of Where: 50 of its requests', (l) =>
      l.views.list({ range: '30d' }, { by: 'mode', key: 'debug/debug' }, { limit: 50 }),
    );
    ask('a folder between 50 commits', (l) =>
      l.views.slices(
        { range: '30d' },
        narrow.workspace,
        Array.from({ length: 51 }, (_, i) => end - (50 - i) * 12 * 3_600_000),
      ),
    );
    ask('sums of all time by model', (l) => l.byModel('all'));
    ask('30 days by mode, filtered by workspace', (l) => l.byMode('30d', { workspace: '/home/user/projects/project-3' }));
    ask('100 requests filtered by workspace and model', (l) =>
      l.requests({ limit: 100, filter: { workspace: '/home/user/projects/project-3', model: 'gpt-6-luna' } }),
    );
    ask('the 100 newest requests of a task', (l) => l.requests({ task, limit: 100 }));
    ask('20 newest tasks', (l) => l.tasks({ limit: 20 }));
    ask('the week', (l) => l.week());
    ask('spent this month (a budget check)', (l) => l.spent({ kind: 'month', key: '2026-11' }, 'metered'));
    ask('spent by a task tree (a budget check)', (l) => l.spent({ kind: 'task', task }, 'metered'));
    const live = Array.from({ length: 200 }, (_, i) => {
      const open = {
        ...request(counts.stored - 1, counts.stored),
        keys: [`rq:rq_live${i}`],
        at: end,
        source: 'gateway',
        outcome: 'running',
      } as const;
      const opened = timed(() => ledger.observe([open]));
      const settled = timed(() => ledger.observe([{ ...open, outcome: 'ok', keys: [...open.keys, `msg:live${i}`] }]));
      return opened + settled;
    });
    rows.push({
      label: 'one live request, opened and settled (two transactions)',
      value: Number(median(live).toFixed(3)),
      unit: 'ms',
    });
    ledger.close();
    return { name: 'ledger', rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
