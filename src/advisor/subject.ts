import type { AgentId, RequestKind } from '../core/request.ts';
import { isWork, type Step } from './step.ts';

/** What a model is chosen for: a mode of an agent, or a kind of request that is recognised for certain. */
export type Subject =
  | { readonly kind: 'mode'; readonly agent: AgentId; readonly name: string }
  | { readonly kind: 'kind'; readonly name: RequestKind };

/** Kinds that small models are made for and whose work is told for certain. */
export const utilityKinds = [
  'title',
  'summary',
  'commit message',
  'classification',
  'prompt enhancement',
] as const satisfies readonly RequestKind[];

/** Names under which agents run sub-agents that only look things up. */
const explorers: readonly string[] = ['explore', 'explorer'];

export function isUtility(step: Step): boolean {
  return utilityKinds.some((kind) => kind === step.kind);
}

/** A sub-agent that only looks things up. */
export function isExplorer(step: Step): boolean {
  return step.kind === 'search' || (isWork(step) && explorers.includes(step.mode.toLowerCase()));
}

/** What the model of a step was chosen for; `undefined` where nobody can tell. */
export function subjectOf(step: Step): Subject | undefined {
  if (isExplorer(step)) return { kind: 'kind', name: 'search' };
  if (isUtility(step)) return { kind: 'kind', name: step.kind };
  return isWork(step) && step.mode !== '' ? { kind: 'mode', agent: step.agent, name: step.mode } : undefined;
}

/** As the policy names it: `code`, `kilo/code`, `title`. */
export function subjectName(subject: Subject): string {
  return subject.kind === 'mode' ? `${subject.agent}/${subject.name}` : subject.name;
}
