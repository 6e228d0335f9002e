import { type Advice, exactly, type Rule } from '../advice.ts';
import { finishedAfter } from '../record.ts';
import { costOf, isWork, type Step } from '../step.ts';

/** Kept tasks of the same model and mode that make a line. */
const leastTasks = 20;
/** The same call with the same error so many times is a loop. */
const repeats = 3;

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

/** The same tool with the same arguments fails in the same way three times in a row in a running task. Exact: what it cost since the first time. */
export const loop: Rule = ({ history }) =>
  [...history.tasks.values()].flatMap((steps): Advice[] => {
    const last = steps.at(-1);
    if (!last || history.now - last.at >= finishedAfter) return [];
    const from = loopStart(steps);
    if (from === undefined) return [];
    const looping = steps.slice(from);
    const [first] = looping;
    return first ? [about('loop', first, looping, 0n)] : [];
  });

/** Index of the step a loop that still goes on began with. */
export function loopStart(steps: readonly Step[]): number | undefined {
  const runs = new Map<string, { error: string; count: number; from: number }>();
  let found: number | undefined;
  let at = -1;
  for (const step of steps) {
    at++;
    if (!step.tool || !isWork(step)) continue;
    const { name, argumentHash, errorHash } = step.tool;
    const key = `${name}\0${argumentHash}`;
    if (errorHash === undefined) {
      // It went well after all.
      if (runs.delete(key)) found = undefined;
      continue;
    }
    const run = runs.get(key);
    if (run && run.error === errorHash) run.count++;
    else runs.set(key, { error: errorHash, count: 1, from: at });
    const now = runs.get(key);
    if (now && now.count >= repeats) found ??= now.from;
  }
  return found;
}

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
