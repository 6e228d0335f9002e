import { type Advice, exactly, type Rule } from '../advice.ts';
import { finishedAfter } from '../record.ts';
import { costOf, type Step } from '../step.ts';

/** Kept tasks of the same model and mode that make a line. */
const leastTasks = 20;

/**
 * A running task has cost more than nineteen of twenty kept tasks of its model and mode. Exact: what lies past that line. In public
 * runs 55 % of those flagged failed, against 34 % of all.
 */
export const pastTheLine: Rule = ({ history }) => {
  const lines = new Map<string, number[]>();
  for (const { agent, mode, model, cost, outcome } of history.outcomes) {
    if (outcome !== 'kept') continue;
    const key = [agent, mode, model].join('\0');
    lines.set(key, [...(lines.get(key) ?? []), Number(cost)]);
  }
  return history.outcomes.flatMap((one): Advice[] => {
    if (one.outcome !== 'open') return [];
    const costs = lines.get([one.agent, one.mode, one.model].join('\0')) ?? [];
    if (costs.length < leastTasks) return [];
    const line = BigInt([...costs].sort((a, b) => a - b)[Math.ceil(costs.length * 0.95)] ?? Math.max(...costs));
    const steps = history.tasks.get(one.task)?.filter(({ mode, model }) => mode === one.mode && model === one.model) ?? [];
    const [first] = steps;
    if (!first || one.cost <= line) return [];
    return [about('past the line', first, steps, line)];
  });
};

/** The conversation of a running task shows that it goes round in circles. Exact: what it cost since that shows. */
export const loop: Rule = ({ history }) =>
  [...history.loops].flatMap(([task, since]): Advice[] => {
    const looping = history.tasks.get(task)?.filter(({ at }) => at >= since) ?? [];
    const [first, last] = [looping[0], looping.at(-1)];
    if (!first || !last || history.now - last.at >= finishedAfter) return [];
    return [about('loop', first, looping, 0n)];
  });

function about(rule: 'past the line' | 'loop', first: Step, steps: readonly Step[], line: bigint): Advice {
  return {
    id: [rule, first.task, first.mode].join(':'),
    rule,
    evidence: 'exact',
    agent: first.agent,
    subject: { kind: 'mode', agent: first.agent, name: first.mode },
    modeKind: first.modeKind,
    allow: 'ask',
    billing: first.billing,
    from: first.model,
    task: first.task,
    tasks: 1,
    requests: steps.length,
    spent: costOf(steps),
    would: exactly(line),
    cold: 0n,
  };
}
