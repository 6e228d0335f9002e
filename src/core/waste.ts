import type { Pico } from './money.ts';
import type { Billing, Priceable, Priced } from './request.ts';
import { cheaperModels, type Spending } from './suggestion.ts';
import { cacheWrites, noUsage, promptTokens } from './usage.ts';

/** What can be found wasted; each has its evidence, its cost and the setting that mends it. */
export const findingKinds = [
  'maxTokens',
  'unusedTools',
  'longHistory',
  'toolResults',
  'flagship',
  'noCache',
  'thinking',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** One finding. Only from what is known: where the facts were not seen there is none. */
export interface WasteFinding {
  readonly id: string;
  readonly kind: FindingKind;
  readonly subject: string;
  readonly task?: string;
  readonly agent: string;
  readonly billing: Billing;
  /** What it cost beyond what was needed (pico-dollars); null where it costs nothing by itself. */
  readonly cost: Pico | null;
  readonly requests: number;
  readonly tokens: number;
  readonly detail: string;
}

/** A sum of requests of one sort, with who sent them and what of it was history sent again. */
export interface AgentSpending extends Spending {
  readonly agent: string;
  readonly resentTokens: number;
  readonly resent: Pico;
}

/** Kinds that small answers without much thought do for. */
const trivial: readonly string[] = ['title', 'summary', 'commit message', 'classification'];
/** Less than this is not worth a line (pico-dollars): one cent. */
const leastWaste: Pico = 10_000_000_000n;
/** A prompt that is shorter is not cached by any provider. */
const cacheable = 1_024;

/** Findings that the sums of a range tell: flagship models and thinking for trivial requests, and history paid in full. */
export function wasteOfSums(spending: readonly AgentSpending[], price: (p: Priceable) => Priced, at: number): WasteFinding[] {
  return [...flagship(spending, price, at), ...thinking(spending, price, at), ...noCache(spending, price, at)].filter(
    ({ cost }) => cost !== null && cost >= leastWaste,
  );
}

function flagship(spending: readonly AgentSpending[], price: (p: Priceable) => Priced, at: number): WasteFinding[] {
  return [...byAgent(spending)].flatMap(([agent, own]) =>
    cheaperModels(own, {}, price, at).map(({ id, what, requests, from, to, spent, would, billing }) => ({
      id: `flagship:${agent}:${id}`,
      kind: 'flagship' as const,
      subject: what,
      agent,
      billing,
      cost: spent - would,
      requests,
      tokens: 0,
      detail: `${from} → ${to}`,
    })),
  );
}

/** Hidden reasoning of trivial requests, at the price of output. */
function thinking(spending: readonly AgentSpending[], price: (p: Priceable) => Priced, at: number): WasteFinding[] {
  return spending.flatMap((sum) => {
    const { reasoning } = sum.usage;
    if (!trivial.includes(sum.kind) || reasoning === 0) return [];
    const { cost } = price({
      provider: sum.provider,
      model: sum.model,
      usage: { ...noUsage, output: reasoning, reasoning },
      counted: 'reported',
      at,
    });
    return [found('thinking', sum, cost, reasoning, sum.kind)];
  });
}

/** Models that cache only what the request marks for it. */
const marksCache = /(^|[/.])claude-/;

/** History sent again at the full price although the model can cache it: nothing was ever written or read. */
function noCache(spending: readonly AgentSpending[], price: (p: Priceable) => Priced, at: number): WasteFinding[] {
  return spending.flatMap((sum) => {
    const { usage, requests, resentTokens, resent } = sum;
    if (!marksCache.test(sum.model) || requests < 2 || usage.cacheRead > 0 || cacheWrites(usage) > 0) return [];
    if (promptTokens(usage) / requests < cacheable || resentTokens === 0) return [];
    const each = Math.round(resentTokens / requests);
    // Priced as average requests, so that the long-context tier is that of one request and not of their sum.
    const asRead = price({
      provider: sum.provider,
      model: sum.model,
      usage: { ...noUsage, cacheRead: each },
      counted: 'reported',
      at,
    }).cost;
    const cost = asRead === null ? null : resent - asRead * BigInt(requests);
    return [found('noCache', sum, cost, resentTokens, sum.model)];
  });
}

function found(kind: FindingKind, sum: AgentSpending, cost: Pico | null, tokens: number, subject: string): WasteFinding {
  return {
    id: [kind, sum.agent, sum.mode, sum.kind, sum.model, sum.billing].join(':'),
    kind,
    subject,
    agent: sum.agent,
    billing: sum.billing,
    cost,
    requests: sum.requests,
    tokens,
    detail: sum.model,
  };
}

function byAgent(spending: readonly AgentSpending[]): ReadonlyMap<string, readonly AgentSpending[]> {
  const agents = new Map<string, AgentSpending[]>();
  for (const sum of spending) agents.set(sum.agent, [...(agents.get(sum.agent) ?? []), sum]);
  return agents;
}

/** The dearest first; findings without a cost of their own last. */
export function dearestFirst(findings: readonly WasteFinding[]): WasteFinding[] {
  return [...findings].sort((a, b) => {
    const [left, right] = [a.cost ?? -1n, b.cost ?? -1n];
    return left < right ? 1 : left > right ? -1 : a.id < b.id ? -1 : 1;
  });
}
