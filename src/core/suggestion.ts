import { modelName, proprietaryVendor } from './models.ts';
import type { Pico } from './money.ts';
import type { Billing, Priceable, Priced, RequestKind } from './request.ts';
import { promptTokens, type Usage, usageClasses } from './usage.ts';

/** A sum of requests of one sort: the same mode, kind, model, provider and billing. */
export interface Spending {
  /** The agent's own name of the mode; empty where it does not tell. */
  readonly mode: string;
  readonly modeKind: string;
  /** Empty = the agent's own step. */
  readonly kind: RequestKind | '';
  readonly provider: string;
  readonly model: string;
  readonly billing: Billing;
  readonly requests: number;
  readonly usage: Usage;
  readonly cost: Pico;
}

/** The same work done on a cheaper model: what it cost, what it would have cost. Nothing switches by itself. */
export interface CheaperModel {
  /** The same suggestion keeps its id. */
  readonly id: string;
  /** A kind of request (`title`) or a mode (`code`). */
  readonly what: string;
  readonly requests: number;
  readonly from: string;
  readonly to: string;
  readonly spent: Pico;
  readonly would: Pico;
  readonly billing: Billing;
}

/** Kinds that are recognised for certain and that small models are made for. */
const simpleKinds: readonly string[] = ['title', 'summary', 'commit message', 'classification'] satisfies readonly RequestKind[];

/**
 * What is offered for a simple kind where the user has named nothing: the small model of the same family, newest first,
 * for which the price book of the day has a price. Never for an agent's own steps: whether a cheaper model does those as well is
 * the user's to say.
 */
const smallModels: readonly (readonly [maker: string, candidates: readonly string[]])[] = [
  ['anthropic', ['claude-haiku-5-5', 'claude-haiku-4-5']],
  ['openai', ['gpt-6-luna', 'gpt-5.6-luna', 'gpt-5-mini']],
  ['google', ['gemini-3.5-flash-lite', 'gemini-3.1-flash-lite', 'gemini-2.5-flash-lite']],
];

/** The small models of whoever made this one, newest first; empty where none is known. */
export function smallModelsLike(model: string): readonly string[] {
  const { id, vendor } = modelName(model);
  const maker = proprietaryVendor(id) ?? vendor;
  return smallModels.find(([name]) => name === maker)?.[1] ?? [];
}

/** Less than this is not worth a line (pico-dollars): one cent … */
const leastSaving: Pico = 10_000_000_000n;
/** … and a fifth of what was spent: list prices and real bills differ by more than a few per cent. */
const leastShare = 5n;

/**
 * Cheaper models for what was spent, dearest saving first. A suggestion needs a recognised kind or a mode that the user's
 * policy (`cheaper`: mode or kind → model id) names, a candidate with a price, and a real saving: at least one cent and a
 * fifth of the sum. Real dollars, plan value and what is not told are separate suggestions, never one sum.
 *
 * `would` is what the same tokens would have cost on the candidate at the list price of `at`, each request taken as an
 * average one (that chooses the long-context tier). The candidate's own tokenizer, cache and length of answer may differ.
 */
export function cheaperModels(
  spending: readonly Spending[],
  cheaper: Readonly<Record<string, string>>,
  price: (p: Priceable) => Priced,
  at: number,
): CheaperModel[] {
  const found = new Map<string, CheaperModel>();
  for (const sum of spending) {
    if (sum.requests === 0 || sum.cost <= 0n) continue;
    for (const { what, candidates } of choices(sum, cheaper)) {
      const offer = firstPriced(sum, candidates, price, at);
      if (!offer) continue;
      const id = `${what}:${sum.model}:${offer.to}:${sum.billing}`;
      const present = found.get(id);
      found.set(id, {
        id,
        what,
        requests: (present?.requests ?? 0) + sum.requests,
        from: sum.model,
        to: offer.to,
        spent: (present?.spent ?? 0n) + sum.cost,
        would: (present?.would ?? 0n) + offer.would,
        billing: sum.billing,
      });
      break;
    }
  }
  return [...found.values()]
    .filter(isWorthIt)
    .sort((a, b) => compare(b.spent - b.would, a.spent - a.would) || (a.id < b.id ? -1 : 1));
}

/** The user's word first: for the kind, for the mode by its own name, for its canonical kind; then the small models. */
function choices(sum: Spending, cheaper: Readonly<Record<string, string>>): { what: string; candidates: readonly string[] }[] {
  const kind = simpleKinds.includes(sum.kind) ? sum.kind : '';
  const named = (what: string) => {
    const model = what && Object.hasOwn(cheaper, what) ? cheaper[what] : undefined;
    return model ? [{ what, candidates: [model] }] : [];
  };
  if (kind) {
    const own = named(kind);
    if (own.length > 0) return own;
    const candidates = smallModelsLike(sum.model);
    return candidates.length > 0 ? [{ what: kind, candidates }] : [];
  }
  if (sum.kind !== '' && sum.kind !== 'work') return [];
  return [...named(sum.mode), ...named(sum.modeKind)];
}

function firstPriced(
  sum: Spending,
  candidates: readonly string[],
  price: (p: Priceable) => Priced,
  at: number,
): { to: string; would: Pico } | undefined {
  for (const to of candidates) {
    if (to === sum.model || sum.model.endsWith(`/${to}`)) return undefined;
    const would = priceOfSum(sum, to, price, at);
    if (would !== undefined) return { to, would };
  }
  return undefined;
}

/** `requests − 1` average requests and one with what the division left over: exact wherever one tier holds for all. */
function priceOfSum(sum: Spending, model: string, price: (p: Priceable) => Priced, at: number): Pico | undefined {
  const average = {} as Record<keyof Usage, number>;
  const last = {} as Record<keyof Usage, number>;
  for (const name of usageClasses) {
    average[name] = Math.floor(sum.usage[name] / sum.requests);
    last[name] = sum.usage[name] - average[name] * (sum.requests - 1);
  }
  const costOf = (usage: Usage) =>
    promptTokens(usage) + usage.output === 0
      ? 0n
      : price({ provider: sellerOf(model, sum.provider), model, usage, counted: 'reported', at }).cost;
  const [each, rest] = [costOf(average), costOf(last)];
  return each === null || rest === null ? undefined : each * BigInt(sum.requests - 1) + rest;
}

/** A candidate of another maker is not sold by the provider of the present model. */
export function sellerOf(model: string, present: string): string {
  if (/(^|[/.])claude-/.test(model) && present === 'openai') return 'anthropic';
  if (/(^|[/.])gpt-/.test(model) && present === 'anthropic') return 'openai';
  if (/(^|[/.])gemini-/.test(model) && (present === 'anthropic' || present === 'openai')) return 'google';
  return present;
}

function isWorthIt({ spent, would }: CheaperModel): boolean {
  return spent - would >= leastSaving && (spent - would) * leastShare >= spent;
}

function compare(a: Pico, b: Pico): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
