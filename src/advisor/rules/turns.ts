import { noUsage } from '../../core/usage.ts';
import type { Advice, Rule, RuleInput } from '../advice.ts';
import { isFlagship } from '../candidates.ts';
import { times } from '../repriced.ts';
import { costOf, isWork, type Step } from '../step.ts';

/** Hidden thinking this many times the visible answer, of less than so many tokens … */
const thoughtFor = 5;
const fewWords = 300;
/** … so often a day. */
const aDay = 5;
/** An answer below this many tokens that was not the last word is a look-up … */
const smallTurn = 150;
/** … and worth a word when it is most of the mode. */
const leastTurns = 50;
const mostOf = 0.6;
const day = 24 * 60 * 60_000;

/** Much thinking for few words, again and again. Estimated: half of the thinking would go with a lower effort. */
export const thinking: Rule = (input) =>
  sorted(input, (step) => {
    const said = step.usage.output - step.usage.reasoning;
    return said < fewWords && step.usage.reasoning > thoughtFor * Math.max(1, said);
  }).flatMap((steps): Advice[] => {
    const [first] = steps;
    const days = Math.max(1, Math.ceil((input.history.now - Math.max(input.history.since, first?.at ?? 0)) / day));
    if (!first || steps.length < aDay * days) return [];
    const cost = steps.reduce((sum, step) => sum + thoughtCost(step, input), 0n);
    return cost > 0n ? [row('thinking', first, steps, cost, { low: 0.25, likely: 0.5, high: 0.75 })] : [];
  });

/** Most turns of a mode on a flagship only read and look: that is better handed to a look-up agent as a whole than switched turn by turn. */
export const smallTurns: Rule = (input) => {
  const isSmall = (step: Step): boolean => {
    const said = step.usage.output - step.usage.reasoning;
    return said < smallTurn && step.outcome === 'ok' && input.history.tasks.get(step.task)?.at(-1) !== step;
  };
  const all = sorted(input, (step) => isFlagship(step, input.price, step.at));
  return all.flatMap((steps): Advice[] => {
    const small = steps.filter(isSmall);
    const [first] = small;
    if (!first || small.length < leastTurns || small.length < steps.length * mostOf) return [];
    // A look-up agent reads less and costs less; by how much is not told by the log.
    return [row('small turns', first, small, costOf(small), { low: 0.3, likely: 0.6, high: 1 })];
  });
};

function thoughtCost({ provider, model, at, usage }: Step, { price }: RuleInput): bigint {
  const { reasoning } = usage;
  return price({ provider, model, at, usage: { ...noUsage, output: reasoning, reasoning }, counted: 'reported' }).cost ?? 0n;
}

function sorted({ history }: RuleInput, isMeant: (step: Step) => boolean): Step[][] {
  const all = new Map<string, Step[]>();
  for (const step of history.steps) {
    if (step.at < history.since || !isWork(step) || step.cost === null || !isMeant(step)) continue;
    const key = [step.agent, step.mode, step.model, step.billing].join('\0');
    const steps = all.get(key);
    if (steps) steps.push(step);
    else all.set(key, [step]);
  }
  return [...all.values()];
}

function row(
  rule: 'thinking' | 'small turns',
  first: Step,
  steps: readonly Step[],
  spent: bigint,
  left: { readonly low: number; readonly likely: number; readonly high: number },
): Advice {
  return {
    id: [rule, first.agent, first.mode, first.model, first.billing].join(':'),
    rule,
    evidence: 'estimated',
    agent: first.agent,
    subject: { kind: 'mode', agent: first.agent, name: first.mode },
    modeKind: first.modeKind,
    allow: 'quiet',
    billing: first.billing,
    from: first.model,
    tasks: new Set(steps.map(({ task }) => task)).size,
    requests: steps.length,
    spent,
    would: { low: times(spent, left.low), likely: times(spent, left.likely), high: times(spent, left.high) },
    cold: 0n,
  };
}
