import { type CandidateParts, offersFor } from '../../advisor/candidates.ts';
import type { History } from '../../advisor/history.ts';
import { countsOf } from '../../advisor/record.ts';
import { costOf, type Step } from '../../advisor/step.ts';
import { type Subject, subjectName, subjectOf } from '../../advisor/subject.ts';
import { picoToUsd } from '../../core/money.ts';
import type { PolicyRow } from '../../protocol/advice.ts';

/** Rows that a person can take in. */
const most = 40;

/** What ran where in the time looked at, and what the policy says about it; dearest first. */
export function policyRows(history: History, parts: CandidateParts): PolicyRow[] {
  const groups = new Map<string, { readonly subject: Subject; readonly steps: Step[] }>();
  for (const step of history.steps) {
    const subject = subjectOf(step);
    if (!subject) continue;
    const key = `${step.agent}\0${subjectName(subject)}`;
    const group = groups.get(key);
    if (group) group.steps.push(step);
    else groups.set(key, { subject, steps: [step] });
  }
  return [...groups.values()]
    .map(({ subject, steps }) => ({ subject, steps, cost: costOf(steps) }))
    .sort((a, b) => (a.cost < b.cost ? 1 : a.cost > b.cost ? -1 : 0))
    .slice(0, most)
    .flatMap(({ subject, steps }): PolicyRow[] => {
      const models = byModel(steps);
      const [dearest] = models;
      const [newest] = steps.filter(({ model }) => model === dearest?.model).slice(-1);
      if (!newest) return [];
      const { allow, offers } = offersFor(parts, subject, newest);
      return [
        {
          agent: newest.agent,
          about: subject.kind,
          what: subject.name,
          allow,
          models: models.map(({ model, steps: own }) => ({
            model,
            requests: own.length,
            usd: picoToUsd(costOf(own)),
            ...countsOf(
              history.outcomes.filter((one) => one.agent === newest.agent && one.mode === subject.name && one.model === model),
            ),
          })),
          candidates: offers.map(({ model }) => model),
        },
      ];
    });
}

function byModel(steps: readonly Step[]): { readonly model: string; readonly steps: readonly Step[] }[] {
  const models = new Map<string, Step[]>();
  for (const step of steps) {
    const own = models.get(step.model);
    if (own) own.push(step);
    else models.set(step.model, [step]);
  }
  return [...models]
    .map(([model, own]) => ({ model, steps: own, cost: costOf(own) }))
    .sort((a, b) => (a.cost < b.cost ? 1 : a.cost > b.cost ? -1 : 0));
}
