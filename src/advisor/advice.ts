import type { Allowance, Evidence, Policy, RuleId } from '../core/adviceNames.ts';
import type { ModeKind } from '../core/mode.ts';
import type { Pico } from '../core/money.ts';
import type { AgentId, Billing } from '../core/request.ts';
import type { History } from './history.ts';
import type { Counts } from './record.ts';
import type { Candidate, Price, Range } from './repriced.ts';
import type { Step } from './step.ts';
import type { Subject } from './subject.ts';

export interface Advice {
  /** The same advice keeps its id from day to day. */
  readonly id: string;
  readonly rule: RuleId;
  readonly evidence: Evidence;
  readonly agent: AgentId;
  readonly subject: Subject;
  readonly modeKind: ModeKind | '';
  /** What its rule would do with it; the user's policy can only make that less. */
  readonly allow: Exclude<Allowance, 'never'>;
  readonly billing: Billing;
  /** The model it was spent on. */
  readonly from: string;
  /** What to use instead; absent where another model is not the point. */
  readonly to?: Candidate | undefined;
  /** The one task it is about, where it is about one. */
  readonly task?: string | undefined;
  readonly tasks: number;
  readonly requests: number;
  /** In the time looked at. */
  readonly spent: Pico;
  readonly would: Range;
  /** Part of `would` that is the lost warm cache. */
  readonly cold: Pico;
  /** The user's own tasks with either model in this mode. */
  readonly own?: { readonly from: Counts; readonly to: Counts } | undefined;
}

export interface RuleInput {
  readonly history: History;
  readonly price: Price;
  /** The user's; `advise` holds every rule to it. */
  readonly policy: Policy;
  /** What could be used instead of a step's model, best first; empty = nothing. */
  readonly candidates: (step: Step) => readonly Candidate[];
  /** The model that an agent's own settings name for a mode; `undefined` = none named, or not known. */
  readonly configured: (agent: AgentId, mode: string) => Configured | undefined;
}

/** What a setting names, and since when for certain (milliseconds since the epoch): what ran before may have run under another. */
export interface Configured extends Candidate {
  readonly since: number;
}

export type Rule = (input: RuleInput) => readonly Advice[];

/** The least and the usual saving; never below nothing. */
export function savingOf({ spent, would }: Pick<Advice, 'spent' | 'would'>): { readonly least: Pico; readonly likely: Pico } {
  return { least: atLeastZero(spent - would.high), likely: atLeastZero(spent - would.likely) };
}

function atLeastZero(amount: Pico): Pico {
  return amount < 0n ? 0n : amount;
}

export function exactly(amount: Pico): Range {
  return { low: amount, likely: amount, high: amount };
}
