import { modelName } from '../../core/models.ts';
import type { Advice, Rule, RuleInput } from '../advice.ts';
import { type Candidate, repricedSteps } from '../repriced.ts';
import { isWork, type Step } from '../step.ts';

/** So many steps in a row show that a switch did not happen. */
const inARow = 2;
/** So many earlier tasks, all alike, tell what a mode runs on where no setting does. */
const alike = 3;

/**
 * The model of the mode before goes on being billed after a change of mode, although this mode's setting names another; or, where no
 * setting is known, although this mode ran on another in every earlier task while the one before ran on that one. A setting tells
 * nothing of what ran before it was written. Estimated: the same tokens on the other model, read cold at first, by its tokenizer.
 */
export const drift: Rule = (input) => {
  const { history, price } = input;
  const usual = new UsualModels();
  const found = new Map<string, { readonly first: Step; readonly to: Candidate; readonly steps: Step[] }>();
  const inOrder = [...history.tasks.values()].sort((a, b) => (a[0]?.at ?? 0) - (b[0]?.at ?? 0));
  for (const all of inOrder) {
    const work = all.filter((step) => isWork(step) && step.mode !== '');
    for (const { steps, to } of stretches(work, input, usual)) {
      const [first] = steps;
      if (!first || first.at < history.since) continue;
      const key = [first.agent, first.mode, first.model, to.model, first.billing].join('\0');
      const known = found.get(key) ?? { first, to, steps: [] };
      found.set(key, known);
      known.steps.push(...steps);
    }
    usual.learn(work);
  }
  return [...found.values()].flatMap(({ first, to, steps }): Advice[] => {
    const result = repricedSteps(steps, history.tasks, to, price);
    if (!result || result.would.likely >= result.spent) return [];
    return [
      {
        id: ['drift', first.agent, first.mode, first.model, to.model, first.billing].join(':'),
        rule: 'drift',
        evidence: 'estimated',
        agent: first.agent,
        subject: { kind: 'mode', agent: first.agent, name: first.mode },
        modeKind: first.modeKind,
        allow: 'ask',
        billing: first.billing,
        from: first.model,
        to,
        tasks: result.tasks,
        requests: result.steps,
        spent: result.spent,
        would: result.would,
        cold: result.cold,
      },
    ];
  });
};

function stretches(
  work: readonly Step[],
  { configured }: RuleInput,
  usual: UsualModels,
): { steps: readonly Step[]; to: Candidate }[] {
  const found: { steps: readonly Step[]; to: Candidate }[] = [];
  for (let at = 1; at < work.length; at++) {
    const [before, first] = [work[at - 1], work[at]];
    if (!before || !first || before.mode === first.mode || !isSame(before.model, first.model)) continue;
    const named = configured(first.agent, first.mode);
    const wasUsual = usual.of(before);
    if (named && first.at <= named.since) continue;
    const to = named ?? (wasUsual !== undefined && isSame(wasUsual.model, before.model) ? usual.of(first) : undefined);
    if (to === undefined || isSame(to.model, first.model)) continue;
    let end = at;
    while (end < work.length && work[end]?.mode === first.mode && isSame(work[end]?.model ?? '', first.model)) end++;
    if (end - at >= inARow) found.push({ steps: work.slice(at, end), to });
  }
  return found;
}

function isSame(a: string, b: string): boolean {
  return a === b || modelName(a).id === modelName(b).id;
}

/** The model a mode ran on in every earlier task. */
class UsualModels {
  readonly #seen = new Map<string, { readonly model: Candidate; tasks: number; mixed: boolean }>();

  learn(work: readonly Step[]): void {
    const modes = new Set<string>();
    for (const step of work) {
      const key = `${step.agent}\0${step.mode}`;
      const known = this.#seen.get(key);
      if (!known) this.#seen.set(key, { model: { provider: step.provider, model: step.model }, tasks: 1, mixed: false });
      else if (!isSame(known.model.model, step.model)) known.mixed = true;
      else if (!modes.has(key)) known.tasks++;
      modes.add(key);
    }
  }

  of({ agent, mode }: Step): Candidate | undefined {
    const known = this.#seen.get(`${agent}\0${mode}`);
    return known && !known.mixed && known.tasks >= alike ? known.model : undefined;
  }
}
