import { isGuessedTask } from './guessedTask.ts';
import type { Mode } from './mode.ts';
import { usdToPico } from './money.ts';
import { bestFacts } from './promptFacts.ts';
import type { AgentId, Billing, Observation, Prediction, RequestKind, SourceKind } from './request.ts';
import { endOfBoth, isTurn } from './turn.ts';
import { promptTokens, usageClasses } from './usage.ts';

/**
 * The rule that makes one row of many sightings of one request.
 *
 * Every field is chosen by a total order on the values themselves, never by who came first, so the rule is
 * commutative, associative and idempotent: the order of arrival, batching and replays cannot change a sum.
 * - What is priced (usage, model, provider, outcome, source) moves as one piece from the better witness; a record of a whole turn (`turn.ts`) is always the worse.
 * - Where it belongs (task with its parent) moves as one piece; everything else fills each other's gaps.
 * - `at` is the earliest sighting: copies in forked or resumed sessions are never earlier than the original.
 */
export function better(a: Observation, b: Observation): Observation {
  if (a === b) return a;
  const metered = compareMetered(a, b) >= 0 ? a : b;
  const placed = comparePlace(a, b) <= 0 ? a : b;
  const merged: Writable<Observation> = {
    source: metered.source,
    keys: unionKeys(a.keys, b.keys),
    at: endOfBoth(a.keys, a.at, b.keys, b.at),
    agent: placed.agent,
    task: placed.task,
    // A witness that was not told who sold the answer, or which model gave it, hides nobody who was.
    provider: isTold(metered.provider) ? metered.provider : (metered === a ? b : a).provider,
    model: isTold(metered.model) ? metered.model : (metered === a ? b : a).model,
    usage: metered.usage,
    counted: metered.counted,
    outcome: metered.outcome,
    billing: billingRank[a.billing] >= billingRank[b.billing] ? a.billing : b.billing,
  };
  // Written out: this runs for every line of a history, and absent fields must stay absent.
  if (placed.parent !== undefined) merged.parent = placed.parent;
  if (a.began !== undefined || b.began !== undefined) merged.began = earliest(a.began, b.began);
  if (a.run !== undefined || b.run !== undefined) merged.run = leastText(a.run, b.run);
  if (a.mode || b.mode) merged.mode = bestMode(a.mode, b.mode);
  if (a.kind || b.kind) merged.kind = bestKind(a.kind, b.kind);
  if (a.workspace !== undefined || b.workspace !== undefined) merged.workspace = leastText(a.workspace, b.workspace);
  if (a.branch !== undefined || b.branch !== undefined) merged.branch = leastText(a.branch, b.branch);
  if (a.serviceTier !== undefined || b.serviceTier !== undefined) merged.serviceTier = bestTier(a.serviceTier, b.serviceTier);
  if (a.region !== undefined || b.region !== undefined) merged.region = leastText(a.region, b.region);
  if (a.reportedUsd !== undefined || b.reportedUsd !== undefined) {
    const usd = reportedUsd(a, b);
    if (usd !== undefined) merged.reportedUsd = usd;
  }
  if (a.prediction || b.prediction) merged.prediction = bestPrediction(a.prediction, b.prediction);
  if (a.facts || b.facts) merged.facts = bestFacts(a.facts, b.facts);
  if (a.sample || b.sample) merged.sample = true;
  return merged;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Reduces sightings of one request, in any order. Throws on an empty list. */
export function best(sightings: readonly Observation[]): Observation {
  const [first, ...rest] = sightings;
  if (!first) throw new RangeError('no sightings to merge');
  return rest.reduce(better, first);
}

const sourceRank: Readonly<Record<SourceKind, number>> = { gateway: 3, extension: 2, otlp: 1, sessions: 0 };
/** Real dollars are never hidden behind a plan. */
const billingRank: Readonly<Record<Billing, number>> = { metered: 2, plan: 1, unknown: 0 };

/**
 * How much a witness knows about the tokens. The gateway saw how an answer was cut or failed, and what an agent then
 * writes down (`end_turn` of a politely ended stream, or an opening count) is not the provider's last word;
 * an agent's own record of a cut answer holds only the opening count, which even our estimate beats.
 */
function knowledge(o: Observation): number {
  // What was written down of an answer while it came; if its process died, that is as good as an agent's own estimate.
  if (o.outcome === 'running') return o.counted === 'reported' ? 3 : 0;
  if (o.source === 'gateway' && o.outcome !== 'ok') return 5;
  if (o.counted !== 'reported') return 3;
  return o.outcome === 'cut' ? 2 : 4;
}

/** > 0 when `a` is the better witness of what is priced. 0 only when both say the same. */
function compareMetered(a: Observation, b: Observation): number {
  return (
    Number(isTurn(b.keys)) - Number(isTurn(a.keys)) ||
    knowledge(a) - knowledge(b) ||
    a.usage.output - b.usage.output ||
    promptTokens(a.usage) - promptTokens(b.usage) ||
    Number(isTold(a.provider)) - Number(isTold(b.provider)) ||
    sourceRank[a.source] - sourceRank[b.source] ||
    compareUsage(a, b) ||
    -compareText(a.counted, b.counted) ||
    -compareText(a.model, b.model) ||
    -compareText(a.provider, b.provider) ||
    -compareText(a.outcome, b.outcome)
  );
}

function isTold(word: string): boolean {
  return word !== '' && word !== 'unknown';
}

function compareUsage(a: Observation, b: Observation): number {
  for (const name of usageClasses) {
    const difference = a.usage[name] - b.usage[name];
    if (difference) return difference;
  }
  return 0;
}

/**
 * < 0 when `a` names the better place. A recognised agent before `other`; a task by its own id before our mark for it; then the older task, as a younger one is its
 * copy: ids made from the time tell, and a session comes before its own sub-agents; then whoever knows the parent.
 */
function comparePlace(a: Observation, b: Observation): number {
  return (
    Number(isUnknown(a.agent)) - Number(isUnknown(b.agent)) ||
    Number(isGuessedTask(a.task)) - Number(isGuessedTask(b.task)) ||
    compareText(a.agent, b.agent) ||
    compareAge(a, b) ||
    compareMissingLast(a.parent, b.parent)
  );
}

/** OpenCode's and Kilo's session ids count down, Codex's count up; Claude Code's tell nothing, but one order for all. */
function compareAge(a: Observation, b: Observation): number {
  const countsDown = a.agent === b.agent && (a.agent === 'opencode' || a.agent === 'kilo');
  return countsDown ? compareText(b.task, a.task) : compareText(a.task, b.task);
}

function isUnknown(agent: AgentId): boolean {
  return agent === 'other';
}

/** `code` is what agents act as by default, so a witness that says anything more particular knows more. */
function bestMode(a: Mode | undefined, b: Mode | undefined): Mode | undefined {
  if (!a || !b) return a ?? b;
  const rank = (mode: Mode) => (mode.kind === 'other' ? 3 : mode.name === 'default' ? 2 : mode.kind === 'code' ? 1 : 0);
  const order = rank(a) - rank(b) || compareText(a.kind, b.kind) || compareText(a.name, b.name);
  return order <= 0 ? a : b;
}

function bestKind(a: RequestKind | undefined, b: RequestKind | undefined): RequestKind | undefined {
  if (!a || !b) return a ?? b;
  const rank = (kind: RequestKind) => (kind === 'work' ? 2 : kind === 'other' ? 1 : 0);
  return (rank(a) - rank(b) || compareText(a, b)) <= 0 ? a : b;
}

/** `standard` is what a witness writes down that does not know better. */
function bestTier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === 'standard' || b === 'standard') return (a === 'standard' ? b : a) ?? 'standard';
  return leastText(a, b);
}

/** The price of a whole turn is that of no single request in it. */
function reportedUsd(a: Observation, b: Observation): string | undefined {
  if (isTurn(a.keys) !== isTurn(b.keys)) return (isTurn(a.keys) ? b : a).reportedUsd;
  return mostUsd(a.reportedUsd, b.reportedUsd);
}

function mostUsd(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const [left, right] = [usdToPico(a), usdToPico(b)];
  if (left !== right) return left > right ? a : b;
  return compareText(a, b) <= 0 ? a : b;
}

function bestPrediction(a: Prediction | undefined, b: Prediction | undefined): Prediction | undefined {
  if (!a || !b) return a ?? b;
  const order =
    a.promptTokens - b.promptTokens ||
    -compareText(a.counted, b.counted) ||
    (b.plusMinus ?? 1) - (a.plusMinus ?? 1) ||
    compareAmount(a.expected, b.expected) ||
    compareAmount(a.worst, b.worst);
  return order >= 0 ? a : b;
}

function compareAmount(a: bigint | null, b: bigint | null): number {
  const [left, right] = [a ?? -1n, b ?? -1n];
  return left < right ? -1 : left > right ? 1 : 0;
}

function unionKeys(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 1 && b.length === 1 && a[0] === b[0]) return a;
  return [...new Set([...a, ...b])].sort();
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function leastText(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareText(a, b) <= 0 ? a : b;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareMissingLast(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return compareText(a, b);
}
