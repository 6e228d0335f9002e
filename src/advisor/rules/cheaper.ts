import type { Advice, Rule, RuleInput } from '../advice.ts';
import { isFlagship } from '../candidates.ts';
import { costRatio } from '../ratio.ts';
import { countsOf, type TaskOutcome } from '../record.ts';
import { type Candidate, type OutputFactor, type Range, type Repriced, repricedSteps, times } from '../repriced.ts';
import { isWork, type Step } from '../step.ts';
import { isExplorer, isUtility, type Subject, subjectName, subjectOf } from '../subject.ts';
import { type Shares, withRedone } from '../withRedone.ts';

/** A small model may say the same in up to a third more words. */
const sameAnswer: OutputFactor = { low: 1, high: 1.3 };
/** Looking things up with a small model may take up to twice the turns. */
const moreTurns = { low: 1, likely: 1.3, high: 2 };
/** A mode must be this much of what its agent spends (in parts of a hundred). */
const leastShare = 50n;

/** Titles, summaries, commit messages and the like on a model made for harder work. */
export const utility: Rule = (input) =>
  groups(input, isUtility).flatMap((group) => offer(input, 'utility', group, (to) => moved(input, group, to, sameAnswer)));

/** Sub-agents that only look things up, on a flagship: sessions of their own, so no warm cache is lost. */
export const explorer: Rule = (input) =>
  groups(input, isExplorer).flatMap((group) =>
    offer(input, 'explorer', group, (to) => {
      const result = moved(input, group, to);
      return result && { ...result, would: scaled(result.would, moreTurns) };
    }),
  );

/**
 * The dear model of one mode is at least half of what the agent's modes cost. What the candidate would cost comes from the user's own
 * tasks with either, where there are any, and else from list prices with the wide range that they deserve; what has to be done
 * again on the dear model is inside.
 */
export const mode: Rule = (input) =>
  groups(input, (step) => isWork(step) && !isExplorer(step) && step.mode !== '').flatMap((group) => {
    const [first] = group.steps;
    if (!first || !isLargePart(input, group)) return [];
    return offer(input, 'mode', group, (to) => {
      const list = moved(input, group, to);
      if (!list || list.spent === 0n) return undefined;
      const { spent, would } = list;
      const { present, other } = ownTasks(input, first, to);
      const ratio = costRatio(present.map(usd), other.map(usd), Number(would.likely) / Number(spent));
      if (!ratio) return undefined;
      const own = { from: countsOf(present), to: countsOf(other) };
      return { ...list, own, would: ofEach(spent, withRedone(ratio, own.to)) };
    });
  });

/** Steps of one sort that one model did, of the time that is told of. */
interface Group {
  readonly subject: Subject;
  readonly steps: readonly Step[];
}

function groups({ history, price }: RuleInput, isMeant: (step: Step) => boolean): Group[] {
  const all = new Map<string, { readonly subject: Subject; readonly steps: Step[] }>();
  const flagships = new Map<string, boolean>();
  for (const step of history.steps) {
    if (step.at < history.since || step.cost === null || !isMeant(step)) continue;
    const model = `${step.provider}\0${step.model}`;
    const known = flagships.get(model);
    const flagship = known ?? isFlagship(step, price, history.now);
    if (known === undefined) flagships.set(model, flagship);
    const subject = flagship ? subjectOf(step) : undefined;
    if (!subject) continue;
    const key = [step.agent, subjectName(subject), model, step.billing].join('\0');
    const group = all.get(key);
    if (group) group.steps.push(step);
    else all.set(key, { subject, steps: [step] });
  }
  return [...all.values()];
}

function moved({ history, price }: RuleInput, { steps }: Group, to: Candidate, output?: OutputFactor): Repriced | undefined {
  return repricedSteps(steps, history.tasks, to, price, output);
}

type Outcome = Omit<Repriced, 'would'> & { readonly would: Range; readonly own?: Advice['own'] };

/** The offer that saves most at worst. */
function offer(
  input: RuleInput,
  rule: Advice['rule'],
  { subject, steps }: Group,
  of: (to: Candidate) => Outcome | undefined,
): Advice[] {
  const [first] = steps;
  if (!first) return [];
  const found = input.candidates(first).flatMap((to) => {
    const outcome = of(to);
    return outcome && outcome.would.likely < outcome.spent ? [{ to, outcome }] : [];
  });
  const best = found.sort((a, b) => Number(a.outcome.would.high - b.outcome.would.high))[0];
  if (!best) return [];
  const { to, outcome } = best;
  return [
    {
      id: [rule, first.agent, subjectName(subject), first.model, to.model, first.billing].join(':'),
      rule,
      evidence: 'estimated',
      agent: first.agent,
      subject,
      modeKind: first.modeKind,
      allow: 'ask',
      billing: first.billing,
      from: first.model,
      to,
      tasks: outcome.tasks,
      requests: outcome.steps,
      spent: outcome.spent,
      would: outcome.would,
      cold: outcome.cold,
      ...(outcome.own ? { own: outcome.own } : {}),
    },
  ];
}

function isLargePart({ history }: RuleInput, { steps }: Group): boolean {
  const [first] = steps;
  const own = new Set(steps);
  let all = 0n;
  let part = 0n;
  for (const step of history.steps) {
    if (step.at < history.since || step.agent !== first?.agent || step.billing !== first.billing || !isWork(step)) continue;
    all += step.cost ?? 0n;
    if (own.has(step)) part += step.cost ?? 0n;
  }
  return part * 100n >= all * leastShare;
}

/** Finished tasks of the same agent and mode with either model. */
function ownTasks(
  { history }: RuleInput,
  { agent, mode, model }: Step,
  to: Candidate,
): { present: TaskOutcome[]; other: TaskOutcome[] } {
  const finished = history.outcomes.filter(
    (one) => one.agent === agent && one.mode === mode && one.outcome !== 'open' && one.cost > 0n,
  );
  return {
    present: finished.filter((one) => one.model === model),
    other: finished.filter((one) => one.model === to.model),
  };
}

function usd({ cost }: TaskOutcome): number {
  return Number(cost) / 1e12;
}

function scaled({ low, likely, high }: Range, by: Shares): Range {
  return { low: times(low, by.low), likely: times(likely, by.likely), high: times(high, by.high) };
}

function ofEach(spent: bigint, by: Shares): Range {
  return scaled({ low: spent, likely: spent, high: spent }, by);
}
