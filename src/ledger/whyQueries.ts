import type { BreakCause } from '../core/cacheBreak.ts';
import { type Pico, picoToUsd } from '../core/money.ts';
import type { Priceable, Priced } from '../core/request.ts';
import { share } from '../core/transition.ts';
import { cacheWrites, noUsage, promptTokens, type Usage, usageClasses } from '../core/usage.ts';
import { totalOf } from './breakdown.ts';
import { fromDatabase, picoOf, selectRequest } from './record.ts';
import type { Selection, Selections } from './selection.ts';
import type { AmplifiedShape, FactorsShape, MoneyShape, WhyShape } from './shapes.ts';
import { headline } from './toShapes.ts';
import { addSum, billingOf, emptyTotals, sumOf, type Totals } from './totals.ts';
import { wasteOf } from './wasteQueries.ts';
import { MoneySum } from './whereQueries.ts';

const shownTasks = 12;

/** What multiplied the bill of a selection. */
export function why(selections: Selections, selection: Selection, price: (p: Priceable) => Priced): WhyShape {
  const answers = selections.answers();
  const totals = totalOf(selections.sums(selection), selection.filter, answers);
  const earlier = selections.before(selection);
  const before = earlier && totalOf(selections.sums(earlier), earlier.filter, answers);
  return {
    now: factors(totals),
    before: before && before.requests > 0 ? factors(before) : null,
    classes: classes(selections, selection, price),
    resent: { tokens: totals.resentTokens, usd: picoToUsd(totals.resent) },
    fixed: fixed(totals),
    cache: { read: totals.usage.cacheRead, prompt: promptTokens(totals.usage) },
    breaks: breaks(selections, selection),
    failed: failed(selections, selection),
    amplified: amplified(selections, selection, price),
    waste: wasteOf(selections, selection, price),
  };
}

function factors({ requests, usage, cost }: Totals): FactorsShape {
  return { requests, promptTokens: promptTokens(usage), outputTokens: usage.output, ...moneyShape(cost) };
}

export function moneyShape({ metered, plan, unknown }: Totals['cost']): MoneyShape {
  return { meteredUsd: picoToUsd(metered), planUsd: picoToUsd(plan), unknownUsd: picoToUsd(unknown) };
}

/**
 * The cost by class of token. What was paid for a sort of requests is split by the list prices of its average request,
 * which keeps the long-context tier; what has no list price is left out.
 */
function classes(selections: Selections, selection: Selection, price: (p: Priceable) => Priced): WhyShape['classes'] {
  const kinds = ['uncached', 'cacheRead', 'cacheWrite', 'output'] as const;
  const found = kinds.map((kind) => ({ kind, tokens: 0, money: new MoneySum() }));
  for (const { dim, sum } of selections.sums(selection)) {
    if (dim.sample || !selections.fits(dim, selection)) continue;
    const billing = billingOf(dim.billing, dim.agent, selections.answers());
    const totals = emptyTotals();
    addSum(totals, sum, billing);
    const { usage } = totals;
    const tokens = [usage.uncachedInput + usage.inputAudio, usage.cacheRead, cacheWrites(usage), usage.output];
    const weights = partsOf(
      averageOf(usage, totals.requests),
      (part) => price({ provider: dim.provider, model: dim.model, usage: part, counted: 'reported', at: selections.now() }).cost,
    );
    const paid = totals.cost[billing];
    const whole = weights?.reduce((all, part) => all + part, 0n) ?? 0n;
    found.forEach((entry, i) => {
      entry.tokens += tokens[i] ?? 0;
      if (whole > 0n) entry.money.add(billing, (paid * (weights?.[i] ?? 0n)) / whole);
    });
  }
  return found.map(({ kind, tokens, money }) => ({ kind, tokens, ...money.shape() }));
}

function averageOf(usage: Readonly<Usage>, requests: number): Usage {
  const average = { ...noUsage } as Record<keyof Usage, number>;
  for (const name of usageClasses) average[name] = requests > 0 ? Math.round(usage[name] / requests) : 0;
  return { ...average, webSearches: 0 };
}

/** List price of uncached input, cache reads, cache writes and output of one request; undefined without a price. */
function partsOf(usage: Usage, price: (usage: Usage) => Pico | null): readonly Pico[] | undefined {
  const prompt = promptTokens(usage);
  const all = price(usage);
  const asUncached = price({ ...noUsage, uncachedInput: prompt });
  const asRead = price({ ...noUsage, cacheRead: prompt });
  const input = price({ ...usage, output: 0, reasoning: 0 });
  if (all === null || asUncached === null || asRead === null || input === null) return undefined;
  const uncached = share(asUncached, usage.uncachedInput + usage.inputAudio, prompt);
  const read = share(asRead, usage.cacheRead, prompt);
  const written = input > uncached + read && cacheWrites(usage) > 0 ? input - uncached - read : 0n;
  return [uncached, read, written, all > input ? all - input : 0n];
}

function fixed({ readRequests, systemTokens, toolTokens, messageTokens, fixed: cost }: Totals): WhyShape['fixed'] {
  const promptTokens = systemTokens + toolTokens + messageTokens;
  return { requests: readRequests, systemTokens, toolTokens, promptTokens, ...moneyShape(cost) };
}

function breaks(selections: Selections, selection: Selection): WhyShape['breaks'] {
  const { where, values } = selections.scope(selection);
  const found = new Map<BreakCause, { count: number; tokens: number; unpriced: number; money: MoneySum }>();
  const rows = selections.db
    .sql(
      `SELECT dim, brokeCause, COUNT(*) AS count, SUM(brokeTokens) AS tokens, SUM(brokePico) AS pico, SUM(brokePico IS NULL) AS unpriced
       FROM ${selections.from('requestsBroke', selection)} WHERE brokeTokens > 0 AND ${where} GROUP BY dim, brokeCause`,
    )
    .all(...values);
  for (const row of rows) {
    const cause = String(row.brokeCause) as BreakCause;
    const entry = found.get(cause) ?? { count: 0, tokens: 0, unpriced: 0, money: new MoneySum() };
    found.set(cause, entry);
    const dim = selections.dims.get(Number(row.dim));
    entry.count += Number(row.count);
    entry.tokens += Number(row.tokens);
    entry.unpriced += Number(row.unpriced);
    entry.money.add(billingOf(dim.billing, dim.agent, selections.answers()), picoOf(row.pico) ?? 0n);
  }
  return [...found]
    .sort(([, a], [, b]) => (a.money.weight < b.money.weight ? 1 : -1))
    .map(([cause, { money, ...counts }]) => ({ cause, ...counts, ...money.shape() }));
}

function failed(selections: Selections, selection: Selection): WhyShape['failed'] {
  const { where, values } = selections.scope(selection);
  const found = { error: { count: 0, money: new MoneySum() }, cut: { count: 0, money: new MoneySum() } };
  const rows = selections.db
    .sql(
      `SELECT dim, outcome = 'cut' AS cut, COUNT(*) AS count, SUM(cost) AS pico FROM ${selections.from('requestsFailed', selection)}
       WHERE (outcome IN ('error', 'cut') OR abandoned = 1) AND ${where} GROUP BY dim, cut`,
    )
    .all(...values);
  for (const row of rows) {
    const entry = found[row.cut === 1n ? 'cut' : 'error'];
    const dim = selections.dims.get(Number(row.dim));
    entry.count += Number(row.count);
    entry.money.add(billingOf(dim.billing, dim.agent, selections.answers()), picoOf(row.pico) ?? 0n);
  }
  return (['error', 'cut'] as const).flatMap((outcome) => {
    const { count, money } = found[outcome];
    return count > 0 ? [{ outcome, count, ...money.shape() }] : [];
  });
}

/**
 * The dearest task trees of a selection, whole, with what their first prompt and their last answer would have cost alone:
 * the first request's whole prompt as uncached input and the last request's output, at the list prices of their models.
 */
function amplified(selections: Selections, selection: Selection, price: (p: Priceable) => Priced): AmplifiedShape[] {
  const { db, dims } = selections;
  const tasks = selections.tasks(selection);
  const roots = db
    .sql(
      `${tasks.with} SELECT root.n, root.id, root.agent, root.firstAt, SUM(s.reportedPico + s.pricedPico + s.estimatedPico) AS cost
       FROM tasks m JOIN tasks root ON root.n = m.root JOIN taskSums s ON s.task = m.n
       WHERE m.root IN (SELECT t.root FROM tasks t WHERE ${tasks.where}) GROUP BY root.n ORDER BY cost DESC LIMIT ${shownTasks}`,
    )
    .all(...tasks.values);
  const end = (n: bigint, order: 'ASC' | 'DESC') => {
    const row = db.sql(`${selectRequest} WHERE r.task = ? AND r.chain = 1 ORDER BY r.at ${order}, r.id ${order} LIMIT 1`).get(n);
    return row && fromDatabase(row, dims.get(Number(row.dim))).seen;
  };
  return roots.flatMap((root) => {
    const [first, last] = [end(root.n as bigint, 'ASC'), end(root.n as bigint, 'DESC')];
    if (!first || !last) return [];
    const totals = treeTotals(selections, root.n as bigint);
    const { usd, billing } = headline(totals);
    const prompt = price({
      ...first,
      reportedUsd: undefined,
      usage: { ...noUsage, uncachedInput: promptTokens(first.usage) },
    }).cost;
    const answer = price({ ...last, reportedUsd: undefined, usage: { ...noUsage, output: last.usage.output } }).cost;
    if (usd === null || prompt === null || answer === null || prompt + answer <= 0n) return [];
    return [
      {
        task: String(root.id),
        agent: String(root.agent),
        workspace: first.workspace ?? '',
        firstAt: Number(root.firstAt ?? 0n),
        requests: totals.requests,
        billing,
        usd,
        onceUsd: picoToUsd(prompt + answer),
      },
    ];
  });
}

function treeTotals(selections: Selections, root: bigint): Totals {
  const totals = emptyTotals();
  const rows = selections.db.sql('SELECT t.agent, s.* FROM tasks t JOIN taskSums s ON s.task = t.n WHERE t.root = ?').all(root);
  for (const row of rows) {
    addSum(totals, sumOf(row), billingOf(String(row.billing), String(row.agent), selections.answers()));
  }
  return totals;
}
