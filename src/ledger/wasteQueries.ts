import { type Pico, picoToUsd } from '../core/money.ts';
import type { Billing, Priceable, Priced, RequestKind } from '../core/request.ts';
import { noUsage } from '../core/usage.ts';
import { type AgentSpending, dearestFirst, type WasteFinding, wasteOfSums } from '../core/waste.ts';
import { picoOf } from './record.ts';
import type { Selection, Selections } from './selection.ts';
import type { FindingShape } from './shapes.ts';
import { addSum, billingOf, emptyTotals } from './totals.ts';

const leastWaste: Pico = 10_000_000_000n;
const shownFindings = 20;
/** Tasks that are looked into one by one: the dearest. */
const mostTasks = 300;
/** Of those with a long history. */
const mostLong = 100;

/** Kinds whose answers are a few words. */
const shortKinds: readonly string[] = ['title', 'commit message', 'classification', 'router'];
/** A cap counts as far above use from this many times the longest answer … */
const farAbove = 8;
/** … and this many tokens on. */
const leastCap = 1_024;
const leastSeen = 5;
/** History beyond this many tokens is what condensing would have saved. */
const longHistory = 100_000;
/** As in the index `requestsGrew`. */
const bigResult = 10_000;

/** What is known to be wasted in a selection, dearest first. */
export function wasteOf(selections: Selections, selection: Selection, price: (p: Priceable) => Priced): FindingShape[] {
  const found = [
    ...wasteOfSums(spendingByAgent(selections, selection), price, selections.now()),
    ...unusedTools(selections, selection),
    ...longHistories(selections, selection),
    ...toolResults(selections, selection, price),
    ...highCaps(selections, selection),
  ];
  return dearestFirst(found)
    .slice(0, shownFindings)
    .map(({ cost, ...rest }) => ({ ...rest, usd: cost === null ? null : picoToUsd(cost) }));
}

function spendingByAgent(selections: Selections, selection: Selection): AgentSpending[] {
  const sorts = new Map<string, { readonly dim: AgentSpending; readonly totals: ReturnType<typeof emptyTotals> }>();
  for (const { dim, sum } of selections.sums(selection)) {
    if (dim.sample || !selections.fits(dim, selection)) continue;
    const billing = billingOf(dim.billing, dim.agent, selections.answers());
    const key = [dim.agent, dim.mode, dim.modeKind, dim.kind, dim.provider, dim.model, billing].join('\0');
    let sort = sorts.get(key);
    if (!sort) {
      const { agent, mode, modeKind, provider, model } = dim;
      // Written by ourselves from a checked observation.
      const kind = dim.kind as RequestKind | '';
      const empty = { requests: 0, usage: noUsage, cost: 0n, resentTokens: 0, resent: 0n };
      sort = { dim: { agent, mode, modeKind, kind, provider, model, billing, ...empty }, totals: emptyTotals() };
      sorts.set(key, sort);
    }
    addSum(sort.totals, sum, billing);
  }
  return [...sorts.values()].map(({ dim, totals }) => ({
    ...dim,
    requests: totals.requests,
    usage: totals.usage,
    cost: totals.cost[dim.billing],
    resentTokens: totals.resentTokens,
    resent: totals.resent,
  }));
}

interface Tally {
  agent: string;
  billing: Billing;
  cost: Pico;
  requests: number;
  tokens: number;
}

class Tallies {
  readonly #all = new Map<string, Tally>();

  of(agent: string, billing: Billing): Tally {
    const key = `${agent}\0${billing}`;
    let tally = this.#all.get(key);
    if (!tally) {
      tally = { agent, billing, cost: 0n, requests: 0, tokens: 0 };
      this.#all.set(key, tally);
    }
    return tally;
  }

  findings(kind: WasteFinding['kind'], detail: (tally: Tally) => string): WasteFinding[] {
    return [...this.#all.values()]
      .filter(({ cost }) => cost >= leastWaste)
      .map((tally) => ({
        ...tally,
        id: `${kind}:${tally.agent}:${tally.billing}`,
        kind,
        subject: tally.agent,
        detail: detail(tally),
      }));
  }
}

/**
 * Schemas of tools that a task never called, in the tasks whose fixed part cost most. What was called only grows, so the
 * newest prompt that was read tells what no request before it called; it was paid with each of the task's requests as part
 * of what is fixed.
 */
function unusedTools(selections: Selections, selection: Selection): WasteFinding[] {
  const tasks = selections.tasks(selection);
  const candidates = selections.db
    .sql(
      `${tasks.with} SELECT t.n FROM tasks t JOIN taskSums s ON s.task = t.n
       WHERE ${tasks.where} AND s.readRequests >= ${leastSeen} AND s.toolTokens > 0
       GROUP BY t.n ORDER BY SUM(s.fixedPico) DESC LIMIT ${mostTasks}`,
    )
    .all(...tasks.values);
  const own = selections.ofTask(selection);
  const read = selections.db.sql(
    `SELECT dim, COUNT(*) AS requests, SUM(partSystem + partTools) AS fixed, SUM(fixedPico) AS pico FROM requests
     WHERE task = ? AND partSystem IS NOT NULL AND outcome <> 'refused' AND ${own.where} GROUP BY dim`,
  );
  const newest = selections.db.sql(
    `SELECT unusedTools FROM requests WHERE task = ? AND chain = 1 AND partSystem IS NOT NULL ORDER BY at DESC, id DESC LIMIT 1`,
  );
  const tallies = new Tallies();
  for (const { n } of candidates) {
    const unused = Number(newest.get(n as bigint)?.unusedTools ?? 0n);
    if (unused === 0) continue;
    for (const row of read.all(n as bigint, ...own.values)) {
      const [requests, fixed] = [Number(row.requests), Number(row.fixed)];
      if (fixed === 0) continue;
      const { agent, billing } = selections.dims.get(Number(row.dim));
      const tally = tallies.of(agent, billingOf(billing, agent, selections.answers()));
      tally.cost += ((picoOf(row.pico) ?? 0n) * BigInt(unused * requests)) / BigInt(fixed);
      tally.requests += requests;
      tally.tokens += unused * requests;
    }
  }
  return tallies.findings('unusedTools', ({ tokens, requests }) => String(Math.round(tokens / requests)));
}

/** What was paid to send history again beyond a hundred thousand tokens, for the tasks that sent most again. */
function longHistories(selections: Selections, selection: Selection): WasteFinding[] {
  const tasks = selections.tasks(selection);
  const candidates = selections.db
    .sql(
      `${tasks.with} SELECT t.n, t.id, t.agent, SUM(s.resentPico) AS pico FROM tasks t JOIN taskSums s ON s.task = t.n
       WHERE ${tasks.where} AND s.resentTokens > ${longHistory} GROUP BY t.n ORDER BY pico DESC LIMIT ${mostLong}`,
    )
    .all(...tasks.values);
  const own = selections.ofTask(selection);
  const long = selections.db.sql(
    `SELECT dim, resentTokens, resentPico FROM requests WHERE task = ? AND resentTokens > ${longHistory} AND ${own.where}`,
  );
  return candidates.flatMap((task) => {
    const rows = long.all(task.n as bigint, ...own.values);
    let [cost, tokens, longest, billing] = [0n, 0, 0, 'unknown' as Billing];
    for (const row of rows) {
      const resent = row.resentTokens as bigint;
      const beyond = resent - BigInt(longHistory);
      cost += ((picoOf(row.resentPico) ?? 0n) * beyond) / resent;
      tokens += Number(beyond);
      longest = Math.max(longest, Number(resent));
      const dim = selections.dims.get(Number(row.dim));
      billing = billingOf(dim.billing, dim.agent, selections.answers());
    }
    if (rows.length < leastSeen || cost < leastWaste) return [];
    const agent = String(task.agent);
    return [
      {
        id: `longHistory:${String(task.id)}`,
        kind: 'longHistory' as const,
        subject: agent,
        task: String(task.id),
        agent,
        billing,
        cost,
        requests: rows.length,
        tokens,
        detail: String(longest),
      },
    ];
  });
}

/** Prompts that grew by ten thousand tokens or more inside a run: results of tools. Priced once, as uncached input at list price. */
function toolResults(selections: Selections, selection: Selection, price: (p: Priceable) => Priced): WasteFinding[] {
  const { where, values } = selections.scope(selection);
  const rows = selections.db
    .sql(
      `SELECT dim, COUNT(*) AS count, SUM(grewTokens) AS tokens FROM ${selections.from('requestsGrew', selection)}
       WHERE grewTokens >= ${bigResult} AND ${where} GROUP BY dim`,
    )
    .all(...values);
  const tallies = new Tallies();
  for (const row of rows) {
    const dim = selections.dims.get(Number(row.dim));
    const [count, tokens] = [Number(row.count), Number(row.tokens)];
    const usage = { ...noUsage, uncachedInput: Math.round(tokens / count) };
    const each = price({ provider: dim.provider, model: dim.model, usage, counted: 'reported', at: selections.now() }).cost;
    if (each === null) continue;
    const tally = tallies.of(dim.agent, billingOf(dim.billing, dim.agent, selections.answers()));
    tally.cost += each * BigInt(count);
    tally.requests += count;
    tally.tokens += tokens;
  }
  return tallies.findings('toolResults', ({ tokens, requests }) => String(Math.round(tokens / requests)));
}

/** A cap on the answer far above every answer that came. It costs nothing by itself: only a runaway answer would. */
function highCaps(selections: Selections, selection: Selection): WasteFinding[] {
  const { where, values } = selections.scope(selection, (dim) => shortKinds.includes(dim.kind));
  const rows = selections.db
    .sql(
      `SELECT dim, COUNT(*) AS count, MIN(maxOutput) AS cap, MAX(output) AS longest FROM ${selections.from('requestsAt', selection)}
       WHERE maxOutput IS NOT NULL AND ${where} GROUP BY dim`,
    )
    .all(...values);
  return rows.flatMap((row) => {
    const [count, cap, longest] = [Number(row.count), Number(row.cap), Number(row.longest)];
    if (count < leastSeen || cap < leastCap || cap < longest * farAbove) return [];
    const { kind, agent, model, mode, workspace, branch, billing: told } = selections.dims.get(Number(row.dim));
    const billing = billingOf(told, agent, selections.answers());
    return [
      {
        id: ['maxTokens', kind, agent, model, mode, workspace, branch, billing].join(':'),
        kind: 'maxTokens' as const,
        subject: kind,
        agent,
        billing,
        cost: null,
        requests: count,
        tokens: longest,
        detail: String(cap),
      },
    ];
  });
}
