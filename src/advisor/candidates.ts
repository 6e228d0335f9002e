import type { Allowance, Policy } from '../core/adviceNames.ts';
import { modelName, proprietaryVendor, providerName } from '../core/models.ts';
import type { AgentId } from '../core/request.ts';
import { smallModelsLike } from '../core/suggestion.ts';
import { noUsage } from '../core/usage.ts';
import { rulingOf } from './policy.ts';
import type { Candidate, Price } from './repriced.ts';
import type { Step } from './step.ts';
import { type Subject, subjectOf } from './subject.ts';

/** Agents that can reach only their own maker's models, whatever else the user has. */
const bound: Readonly<Partial<Record<AgentId, string>>> = { 'claude-code': 'anthropic', codex: 'openai', 'gemini-cli': 'google' };

/** Clouds whose ids carry a region, a version or the name of somebody's deployment: the price book does not know how a model is called there. */
const clouds: readonly string[] = ['amazon-bedrock', 'google-vertex', 'azure'];

/** Who sells what, as the price book has it. */
export type Catalog = (provider: string) => ReadonlySet<string> | undefined;

/** The models each agent has used of late, with who sold them. */
export function usedModels(steps: readonly Step[]): ReadonlyMap<AgentId, readonly Candidate[]> {
  const used = new Map<AgentId, Map<string, Candidate>>();
  for (const { agent, provider, model } of steps) {
    const own = used.get(agent) ?? new Map<string, Candidate>();
    used.set(agent, own);
    own.set(`${provider}\0${model}`, { provider, model });
  }
  return new Map([...used].map(([agent, models]) => [agent, [...models.values()]]));
}

/**
 * Whether an agent can reach a model: it has used it, or has used who sells it. Makers sell their own models; others what
 * the price book lists for them. Nothing else is ever offered.
 */
export function reach(model: string, agent: AgentId, used: readonly Candidate[], catalog: Catalog): Candidate | undefined {
  const { id } = modelName(model);
  const vendor = proprietaryVendor(id);
  const own = bound[agent];
  if (own !== undefined && vendor !== own && !used.some((one) => modelName(one.model).id === id)) return undefined;
  const before = used.find((one) => one.model === model) ?? used.find((one) => modelName(one.model).id === id);
  if (before) return before;
  for (const provider of new Set(used.map((one) => one.provider))) {
    const name = providerName(provider);
    if (name === vendor) return { provider, model: id };
    if (clouds.includes(name)) continue;
    const sold = catalog(name);
    const listed = [id, model, vendor ? `${vendor}/${id}` : ''].find((one) => sold?.has(one));
    if (listed) return { provider, model: listed };
  }
  return undefined;
}

export interface CandidateParts {
  readonly policy: Policy;
  readonly used: ReadonlyMap<AgentId, readonly Candidate[]>;
  readonly catalog: Catalog;
  readonly price: Price;
  readonly now: number;
}

/** What may be offered instead of a step's model: the user's own list first, else small models for what small models do, else what the agent already uses. */
export function candidatesFor(parts: CandidateParts, step: Step): readonly Candidate[] {
  const subject = subjectOf(step);
  return subject ? offersFor(parts, subject, step).offers : [];
}

export function offersFor(
  parts: CandidateParts,
  subject: Subject,
  step: Pick<Step, 'agent' | 'modeKind' | 'provider' | 'model'>,
): { readonly allow: Allowance; readonly offers: readonly Candidate[] } {
  const { policy, used, catalog, price, now } = parts;
  const { allow, candidates } = rulingOf(policy, subject, step.modeKind);
  const own = used.get(step.agent) ?? [step];
  const names =
    candidates.length > 0 ? candidates : subject.kind === 'kind' ? smallModelsLike(step.model) : own.map(({ model }) => model);
  const present = outputPrice(step, price, now);
  const offers = names.flatMap((name) => {
    const found = reach(name, step.agent, own, catalog);
    if (!found || modelName(found.model).id === modelName(step.model).id) return [];
    const there = outputPrice(found, price, now);
    return present !== undefined && there !== undefined && there < present ? [found] : [];
  });
  return { allow, offers };
}

/** USD per million tokens of output; `undefined` = no price. */
export function outputPrice({ provider, model }: Candidate, price: Price, at: number): number | undefined {
  const { cost } = price({ provider, model, usage: { ...noUsage, output: 1_000 }, counted: 'reported', at });
  return cost === null ? undefined : Number(cost) / 1e9;
}

/** From this on a model counts as a flagship: USD per million tokens of output. */
const flagshipFrom = 10;

export function isFlagship(step: Candidate, price: Price, at: number): boolean {
  return (outputPrice(step, price, at) ?? 0) >= flagshipFrom;
}
