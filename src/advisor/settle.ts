import { modelName } from '../core/models.ts';
import { type Card, type CardBook, predictedShare, replaced, type Settlement } from './cards.ts';
import type { History } from './history.ts';
import { type Counts, countsOf } from './record.ts';
import type { Step } from './step.ts';
import { subjectName, subjectOf } from './subject.ts';

/** An applied card is settled after so many tasks (for a kind of request, requests) or days, whichever comes first. */
const enoughTasks = 10;
const enoughMs = 7 * 24 * 60 * 60_000;
/** It did not hold when less than half of what was promised came true, or fewer tasks were kept by more than a tenth. */
const leastHeld = 0.5;
const mostLost = 0.1;

/** Settles what is due: what was promised against what came, shown also when it was wrong. */
export function settle(book: CardBook, history: History): CardBook {
  let settled = book;
  for (const card of book.cards) {
    const result = card.state === 'applied' ? settlementOf(card, history) : undefined;
    if (!result) continue;
    const held = holds(result);
    settled = replaced(settled, card, {
      ...card,
      state: held ? 'settled' : 'withdrawn',
      changedAt: history.now,
      settlement: result,
      ...(held ? {} : { withdrawn: 'did not hold' }),
    });
  }
  return settled;
}

/** What nobody used since says nothing against it. */
export function holds({ predicted, realised, before, after }: Settlement): boolean {
  if (realised === null) return true;
  if (realised < predicted * leastHeld) return false;
  const [a, b] = [keptShare(before), keptShare(after)];
  return a === undefined || b === undefined || b >= a - mostLost;
}

function settlementOf(card: Card, history: History): Settlement | undefined {
  const { advice, appliedAt } = card;
  if (appliedAt === undefined) return undefined;
  const isDue = history.now - appliedAt >= enoughMs;
  const units = advice.subject.kind === 'mode' ? taskUnits(card, history) : requestUnits(card, history);
  const before = units.filter(({ at, model }) => at < appliedAt && isSame(model, advice.from));
  const after = units.filter(({ at }) => at >= appliedAt);
  if (!isDue && after.length < enoughTasks) return undefined;
  const [was, is] = [mean(before), mean(after)];
  return {
    at: history.now,
    count: after.length,
    predicted: predictedShare(advice),
    realised: was === undefined || is === undefined || was === 0 ? null : 1 - is / was,
    before: countsOf(before),
    after: countsOf(after),
  };
}

interface Unit {
  readonly at: number;
  readonly model: string;
  readonly cost: number;
  readonly outcome: 'kept' | 'redone' | 'open';
}

/** Whole tasks of a mode: what was redone on another model is part of what the task cost. */
function taskUnits({ advice: { subject, agent } }: Card, history: History): Unit[] {
  if (subject.kind !== 'mode') return [];
  return history.outcomes
    .filter((one) => one.agent === agent && one.mode === subject.name && one.outcome !== 'open')
    .map(({ task, at, model, outcome }) => {
      const steps = history.tasks.get(task)?.filter(({ mode }) => mode === subject.name) ?? [];
      return { at, model, outcome, cost: sum(steps) };
    });
}

function requestUnits({ advice: { subject, agent } }: Card, history: History): Unit[] {
  const name = subjectName(subject);
  return history.steps
    .filter((step) => {
      const own = step.agent === agent && step.outcome !== 'running' ? subjectOf(step) : undefined;
      return own !== undefined && subjectName(own) === name;
    })
    .map((step) => ({ at: step.at, model: step.model, cost: sum([step]), outcome: step.outcome === 'ok' ? 'kept' : 'redone' }));
}

function sum(steps: readonly Step[]): number {
  return steps.reduce((all, { cost }) => all + Number(cost ?? 0n), 0);
}

function mean(units: readonly Unit[]): number | undefined {
  return units.length === 0 ? undefined : units.reduce((all, { cost }) => all + cost, 0) / units.length;
}

function keptShare({ kept, redone }: Counts): number | undefined {
  return kept + redone === 0 ? undefined : kept / (kept + redone);
}

function isSame(a: string, b: string): boolean {
  return modelName(a).id === modelName(b).id;
}
