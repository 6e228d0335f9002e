import { createHash } from 'node:crypto';
import type { SQLOutputValue } from 'node:sqlite';
import type { BreakCause } from '../core/cacheBreak.ts';
import type { ModeKind } from '../core/mode.ts';
import type { Pico } from '../core/money.ts';
import type { PromptFacts } from '../core/promptFacts.ts';
import type { AgentId, Basis, Billing, Observation, Outcome, Prediction, RequestKind, SourceKind } from '../core/request.ts';
import { type Usage, usageClasses } from '../core/usage.ts';
import type { Dim } from './dims.ts';

/** One row of the ledger: all sightings of a request merged into one, priced. */
export interface StoredRequest {
  /** Row number; stays the same as long as the row lives. */
  readonly n: number;
  /** `rq_…`: the gateway's id, or made from the least of the request's keys. A function of the keys alone. */
  readonly id: string;
  /** Ids under which parts of this request were shown before the present call made them one. */
  readonly replaced: readonly string[];
  /** What is known of it, merged by `core/merge.ts`. Its `outcome` may still say `running`: ask `outcomeOf`. */
  readonly seen: Observation;
  /** When the first witness of its end saw it (ms); undefined while it runs. */
  readonly endedAt: number | undefined;
  /** A bit per source that has seen it (`sourceBits`). */
  readonly sources: number;
  /** The process it ran in died; what is known of it stays until a better witness comes. */
  readonly abandoned: boolean;
  readonly cost: Pico | null;
  readonly basis: Basis;
  /** How far `cost` may be off (`core/plusMinus.ts`). */
  readonly errorPico: Pico;
  readonly priceRevision: number;
  /** The mode in force: its own, or the last one told in its task before it. */
  readonly inForce: string;
  /** Re-sent history and its cost (`core/transition.ts`). */
  readonly resentTokens: number;
  readonly resentPico: Pico;
  readonly switched: Switched;
  readonly fromMode: string;
  readonly againTokens: number;
  readonly againPico: Pico | null;
  /** What was paid for system prompt and tool schemas; null where that is not known. */
  readonly fixedPico: Pico | null;
  /** What the cache had lost since the request before (`core/cacheBreak.ts`). */
  readonly brokeTokens: number;
  readonly brokeCause: BreakCause | '';
  readonly brokePico: Pico | null;
  readonly grewTokens: number;
}

/** 1: the mode changed with this request; 2: it is the first of a task handed over by another. */
export type Switched = 0 | 1 | 2;

export type Draft = { -readonly [K in keyof StoredRequest]: StoredRequest[K] };

export const sourceBits: Readonly<Record<SourceKind, number>> = { gateway: 1, sessions: 2, otlp: 4, extension: 8 };

export function outcomeOf(row: StoredRequest): Outcome {
  return row.abandoned && row.seen.outcome === 'running' ? 'error' : row.seen.outcome;
}

/** What a request that runs, or whose process died, has been told by the provider so far is not its last word. */
export function countedOf(row: StoredRequest): Observation['counted'] {
  return row.seen.outcome === 'running' ? 'estimated' : row.seen.counted;
}

/** Begins the key under which the gateway knows a request. */
export const gatewayKey = 'rq:';

/** The row's id: the gateway's own where there is one. Keys are in any order. */
export function idOf(keys: readonly string[]): string {
  let own: string | undefined;
  let least: string | undefined;
  for (const key of keys) {
    if (key.startsWith(gatewayKey)) own = own === undefined || key < own ? key : own;
    if (least === undefined || key < least) least = key;
  }
  if (own !== undefined) return own.slice(gatewayKey.length);
  return `rq_${createHash('sha1')
    .update(least ?? '')
    .digest('base64url')
    .slice(0, 20)}`;
}

/** `resp:abc` → `resp`: two requests that have keys of one space and share none are different requests. */
export function keySpace(key: string): string {
  const colon = key.indexOf(':');
  return colon < 0 ? key : key.slice(0, colon);
}

/** The columns of `requests` but `n`, in the order of `valuesOf`. */
export const requestColumns = [
  'id',
  'keys',
  'task',
  'parent',
  'run',
  'dim',
  'at',
  'began',
  'endedAt',
  'source',
  'sources',
  'counted',
  'outcome',
  'abandoned',
  ...usageClasses,
  'reportedUsd',
  'serviceTier',
  'region',
  'cost',
  'basis',
  'errorPico',
  'priceRevision',
  'predTokens',
  'predCounted',
  'predPlusMinus',
  'predExpected',
  'predWorst',
  'chain',
  'inForce',
  'resentTokens',
  'resentPico',
  'switched',
  'fromMode',
  'againTokens',
  'againPico',
  'partSystem',
  'partTools',
  'partMessages',
  'unusedTools',
  'maxOutput',
  'systemHash',
  'toolsHash',
  'fixedPico',
  'brokeTokens',
  'brokeCause',
  'brokePico',
  'grewTokens',
] as const;

type Value = string | number | bigint | null;

export function valuesOf(row: StoredRequest, task: number, parent: number | null, dim: number, chain: boolean): Value[] {
  const o = row.seen;
  const p = o.prediction;
  const f = o.facts;
  return [
    row.id,
    o.keys.join('\n'),
    task,
    parent,
    o.run ?? null,
    dim,
    o.at,
    o.began ?? null,
    row.endedAt ?? null,
    o.source,
    row.sources,
    o.counted,
    o.outcome,
    row.abandoned ? 1 : 0,
    ...usageClasses.map((name) => o.usage[name]),
    o.reportedUsd ?? null,
    o.serviceTier ?? null,
    o.region ?? null,
    row.cost,
    row.basis,
    row.errorPico,
    row.priceRevision,
    p ? p.promptTokens : null,
    p ? p.counted : null,
    p?.plusMinus ?? null,
    p ? p.expected : null,
    p ? p.worst : null,
    chain ? 1 : 0,
    row.inForce,
    row.resentTokens,
    row.resentPico,
    row.switched,
    row.fromMode,
    row.againTokens,
    row.againPico,
    f?.system ?? null,
    f?.tools ?? null,
    f?.messages ?? null,
    f?.unusedTools ?? null,
    f?.maxOutput ?? null,
    f?.systemHash ?? null,
    f?.toolsHash ?? null,
    row.fixedPico,
    row.brokeTokens,
    row.brokeCause,
    row.brokePico,
    row.grewTokens,
  ];
}

/** `SELECT` list and joins that `fromDatabase` reads; add a `WHERE` on `r`. */
export const selectRequest = `SELECT r.*, t.id AS taskId, p.id AS parentId
  FROM requests r JOIN tasks t ON t.n = r.task LEFT JOIN tasks p ON p.n = r.parent`;

type Row = Record<string, SQLOutputValue>;

/** Reads a row of our own writing; the words in it were checked when they came in. */
export function fromDatabase(row: Row, dim: Dim): Draft {
  const usage = {} as Record<keyof Usage, number>;
  for (const name of usageClasses) usage[name] = Number(row[name]);
  const seen: Observation = {
    source: String(row.source) as SourceKind,
    keys: String(row.keys).split('\n'),
    at: Number(row.at),
    began: row.began === null ? undefined : Number(row.began),
    agent: dim.agent as AgentId,
    task: String(row.taskId),
    parent: optional(row.parentId),
    run: optional(row.run),
    mode: dim.modeKind ? { kind: dim.modeKind as ModeKind, name: dim.mode } : undefined,
    kind: dim.kind ? (dim.kind as RequestKind) : undefined,
    workspace: dim.workspace || undefined,
    branch: dim.branch || undefined,
    provider: dim.provider,
    model: dim.model,
    usage,
    counted: String(row.counted) as Observation['counted'],
    reportedUsd: optional(row.reportedUsd),
    billing: dim.billing as Billing,
    serviceTier: optional(row.serviceTier),
    region: optional(row.region),
    outcome: String(row.outcome) as Outcome,
    sample: dim.sample || undefined,
    prediction: predictionOf(row),
    facts: factsOf(row),
  };
  return {
    n: Number(row.n),
    id: String(row.id),
    replaced: [],
    seen,
    endedAt: row.endedAt === null ? undefined : Number(row.endedAt),
    sources: Number(row.sources),
    abandoned: row.abandoned === 1n,
    cost: picoOf(row.cost),
    basis: String(row.basis) as Basis,
    errorPico: picoOf(row.errorPico) ?? 0n,
    priceRevision: Number(row.priceRevision),
    inForce: String(row.inForce),
    resentTokens: Number(row.resentTokens),
    resentPico: picoOf(row.resentPico) ?? 0n,
    switched: Number(row.switched) as Switched,
    fromMode: String(row.fromMode),
    againTokens: Number(row.againTokens),
    againPico: picoOf(row.againPico),
    fixedPico: picoOf(row.fixedPico),
    brokeTokens: Number(row.brokeTokens),
    brokeCause: String(row.brokeCause) as BreakCause | '',
    brokePico: picoOf(row.brokePico),
    grewTokens: Number(row.grewTokens),
  };
}

function predictionOf(row: Row): Prediction | undefined {
  if (row.predTokens === null) return undefined;
  return {
    promptTokens: Number(row.predTokens),
    counted: String(row.predCounted) as Prediction['counted'],
    ...(row.predPlusMinus === null ? {} : { plusMinus: Number(row.predPlusMinus) }),
    expected: picoOf(row.predExpected),
    worst: picoOf(row.predWorst),
  };
}

function factsOf(row: Row): PromptFacts | undefined {
  if (row.partSystem === null) return undefined;
  return {
    system: Number(row.partSystem),
    tools: Number(row.partTools),
    messages: Number(row.partMessages),
    unusedTools: Number(row.unusedTools),
    maxOutput: row.maxOutput === null ? undefined : Number(row.maxOutput),
    systemHash: optional(row.systemHash),
    toolsHash: optional(row.toolsHash),
  };
}

export function picoOf(value: SQLOutputValue | undefined): Pico | null {
  return typeof value === 'bigint' ? value : null;
}

function optional(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
