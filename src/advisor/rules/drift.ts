import { modelName } from '../../core/models.ts';
import { type Advice, exactly, type Rule, type RuleInput } from '../advice.ts';
import type { Candidate } from '../repriced.ts';
import { costOf, isWork, type Step } from '../step.ts';

/** So many steps in a row show that a switch did not happen. */
const inARow = 2;
/** So many earlier tasks, all alike, tell what a mode runs on where no setting does. */
const alike = 3;

/**
 * The model of the mode before goes on being billed after a change of mode, although this mode's setting names another; or, where no
 * setting is known, although this mode ran on another in every earlier task while the one before ran on that one. Exact: the same
 * tokens at the other model's price.
 */
export const drift: Rule = (input) => {
  const { history } = input;
  const usual = new UsualModels();
  const found = new Map<
    string,
    { readonly first: Step; readonly to: Candidate; readonly steps: Step[]; readonly tasks: Set<string> }
  >();
  const inOrder = [...history.tasks.values()].sort((a, b) => (a[0]?.at ?? 0) - (b[0]?.at ?? 0));
  for (const all of inOrder) {
    const work = all.filter((step) => isWork(step) && step.mode !== '');
    for (const { steps, to } of stretches(work, input, usual)) {
      const [first] = steps;
      if (!first || first.at < history.since) continue;
      const key = [first.agent, first.mode, first.model, to.model, first.billing].join('\0');
      const known = found.get(key) ?? { first, to, steps: [], tasks: new Set<string>() };
      found.set(key, known);
      known.steps.push(...steps);
      known.tasks.add(first.task);
    }
    usual.learn(work);
  }
  return [...found.values()].flatMap(({ first, to, steps, tasks }): Advice[] => {
    const would = steps.map((step) => priceOn(step, to, input));
    if (would.some((cost) => cost === null)) return [];
    const sum = would.reduce<bigint>((all, cost) => all + (cost ?? 0n), 0n);
    if (sum >= costOf(steps)) return [];
    return [
      {
        id: ['drift', first.agent, first.mode, first.model, to.model, first.billing].join(':'),
        rule: 'drift',
        evidence: 'exact',
        agent: first.agent,
        subject: { kind: 'mode', agent: first.agent, name: first.mode },
        modeKind: first.modeKind,
        // The user's own setting is not obeyed: that is told whatever may be offered.
        allow: 'ask',
        billing: first.billing,
        from: first.model,
        to,
        tasks: tasks.size,
        requests: steps.length,
        spent: costOf(steps),
        would: exactly(sum),
        cold: 0n,
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

function priceOn({ usage, at }: Step, to: Candidate, { price }: RuleInput): bigint | null {
  return price({ ...to, usage, counted: 'reported', at }).cost;
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
