import type { Policy } from '../core/adviceNames.ts';
import { modeOf } from '../core/mode.ts';
import { modelName, proprietaryVendor } from '../core/models.ts';
import { picoToUsd } from '../core/money.ts';
import type { RequestKind } from '../core/request.ts';
import { sellerOf, smallModelsLike } from '../core/suggestion.ts';
import { type Usage, usage } from '../core/usage.ts';
import { rulingOf } from './policy.ts';
import { type PromptKind, promptKind } from './promptKind.ts';
import type { Price } from './repriced.ts';
import { tokenFactor } from './tokenizer.ts';

export interface RouteQuestion {
  readonly prompt: string;
  readonly mode?: string | undefined;
  readonly model?: string | undefined;
}

export interface RouteAnswer {
  readonly suggest: boolean;
  /** What the prompt asks for, or `other`. */
  readonly kind: PromptKind | 'other';
  readonly to?: string;
  /** The least that one such request would cost less: exact decimal USD. */
  readonly savingUsd?: string;
  /** No predictor from the prompt alone has earned a number here. */
  readonly pCheapSuffices: null;
  readonly why: string;
}

/** What one request of each kind usually takes, the agent's own prompt and tools with it: tokens in and out of a small one. */
const usual: Readonly<Record<PromptKind, Usage>> = {
  'commit message': usage({ uncachedInput: 3_000, output: 80 }),
  title: usage({ uncachedInput: 600, output: 20 }),
  summary: usage({ uncachedInput: 8_000, output: 800 }),
  explain: usage({ uncachedInput: 12_000, output: 500 }),
  rename: usage({ uncachedInput: 12_000, output: 300 }),
  typo: usage({ uncachedInput: 12_000, output: 200 }),
  format: usage({ uncachedInput: 12_000, output: 400 }),
  translate: usage({ uncachedInput: 12_000, output: 400 }),
  search: usage({ uncachedInput: 12_000, output: 200 }),
  'one-file edit': usage({ uncachedInput: 12_000, output: 400 }),
};

/** In public runs a small model failed a quarter of the editor edits that a large one got right, so these are named and never sent elsewhere. */
const uncertain: readonly PromptKind[] = ['one-file edit'];

/**
 * Whether a prompt is of a kind for which a small model of the same family does. Never by how hard it looks. Not in modes that think
 * ahead or find faults, not where the policy says no, and not without a price for both models.
 */
export function route({ prompt, mode, model }: RouteQuestion, policy: Policy, price: Price, at: number): RouteAnswer {
  const kind = promptKind(prompt);
  const no = (why: string): RouteAnswer => ({ suggest: false, kind: kind ?? 'other', pCheapSuffices: null, why });
  if (kind === undefined) return no('the prompt is of no kind that is known for certain; how hard it is cannot be told from it');
  if (uncertain.includes(kind)) return no(`${kind}: whether a cheaper model does is for your own record to show`);
  const modeKind = mode === undefined ? '' : modeOf(mode).kind;
  if (mode !== undefined) {
    const { allow } = rulingOf(policy, { kind: 'mode', agent: 'other', name: mode }, modeKind);
    if (allow === 'never') return no(`the policy offers nothing else in mode ${mode}`);
  }
  const ruling = rulingOf(policy, { kind: 'kind', name: requestKind(kind) });
  if (ruling.allow === 'never') return no(`the policy offers nothing else for ${kind}`);
  if (model === undefined) return no('no model was named to compare with');
  const tokens = usual[kind];
  const { id, vendor } = modelName(model);
  const maker = proprietaryVendor(id) ?? vendor;
  const provider = maker ?? '';
  const cost = (to: string, factor: number, more: number) =>
    price({
      provider: sellerOf(to, provider),
      model: to,
      usage: {
        ...tokens,
        uncachedInput: Math.round(tokens.uncachedInput * factor),
        output: Math.round(tokens.output * factor * more),
      },
      counted: 'reported',
      at,
    }).cost;
  const now = cost(model, 1, 1);
  if (now == null) return no(`there is no price for ${model}`);
  for (const to of ruling.candidates.length > 0 ? ruling.candidates : smallModelsLike(model)) {
    const then = cost(to, tokenFactor(model, to).high, 1.3);
    if (then == null) continue;
    if (modelName(to).id === id) return no(`${model} is the small model for ${kind} already`);
    if (then >= now) continue;
    return {
      suggest: true,
      kind,
      to,
      savingUsd: picoToUsd(now - then),
      pCheapSuffices: null,
      why: `${kind}: a kind that small models are made for; at worst ${picoToUsd(then)} instead of ${picoToUsd(now)} USD for a usual one`,
    };
  }
  return no(`no cheaper model of the same maker is known for ${model}`);
}

/** The same thing under the name that requests have. */
function requestKind(kind: PromptKind): RequestKind {
  switch (kind) {
    case 'commit message':
    case 'title':
    case 'summary':
    case 'search':
      return kind;
    default:
      return 'other';
  }
}
