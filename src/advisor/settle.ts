import { modelName } from '../core/models.ts';
import { promptTokens } from '../core/usage.ts';
import { type Card, type CardBook, predictedShare, replaced, type Settlement } from './cards.ts';
import type { History } from './history.ts';
import { type Counts, countsOf } from './record.ts';
import { costOf, type Step } from './step.ts';
import { subjectName, subjectOf } from './subject.ts';
import { tokenFactor } from './tokenizer.ts';

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

/** Nothing is held against what was not used since, or cannot be compared; nor is anything claimed for it. */
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
  const units = (advice.subject.kind === 'mode' ? taskUnits : requestUnits)(card, history);
  const before = units.filter(({ at, model }) => at < appliedAt && isSame(model, advice.from));
  // What ran elsewhere since says nothing of the candidate.
  const after = units.filter(({ at, model }) => at >= appliedAt && advice.to !== undefined && isSame(model, advice.to.model));
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
  /** Null where a part of it has no price. */
  readonly cost: number | null;
  /** What its cost is for: one task, or so many tokens as the card's first model would have counted. */
  readonly size: number;
  readonly outcome: 'kept' | 'redone' | 'open';
}

/** Whole tasks of a mode: what was redone on another model is part of what the task cost. Money and a plan's value are never compared. */
function taskUnits({ advice: { subject, agent, billing } }: Card, history: History): Unit[] {
  if (subject.kind !== 'mode') return [];
  return history.outcomes
    .filter((one) => one.agent === agent && one.mode === subject.name && one.billing === billing && one.outcome !== 'open')
    .map(({ task, at, model, outcome }) => {
      const steps = history.tasks.get(task)?.filter(({ mode }) => mode === subject.name) ?? [];
      return { at, model, outcome, cost: sum(steps), size: 1 };
    });
}

/** Requests of a kind, by the token: what is summed up or named is now long, now short. */
function requestUnits({ advice: { subject, agent, billing, from } }: Card, history: History): Unit[] {
  const name = subjectName(subject);
  return history.steps
    .filter((step) => {
      const own = step.agent === agent && step.billing === billing ? subjectOf(step) : undefined;
      return own !== undefined && subjectName(own) === name;
    })
    .map((step) => {
      const { low, high } = tokenFactor(from, step.model);
      const tokens = promptTokens(step.usage) + step.usage.output;
      return {
        at: step.at,
        model: step.model,
        cost: sum([step]),
        size: tokens / ((low + high) / 2),
        outcome: step.outcome === 'ok' ? 'kept' : 'redone',
      };
    });
}

function sum(steps: readonly Step[]): number | null {
  return steps.some(({ cost }) => cost === null) ? null : Number(costOf(steps));
}

/** The cost of a unit of size 1; `undefined` of nothing, and where anything has no price. */
function mean(units: readonly Unit[]): number | undefined {
  let [cost, size] = [0, 0];
  for (const unit of units) {
    if (unit.cost === null) return undefined;
    cost += unit.cost;
    size += unit.size;
  }
  return size === 0 ? undefined : cost / size;
}

function keptShare({ kept, redone }: Counts): number | undefined {
  return kept + redone === 0 ? undefined : kept / (kept + redone);
}

function isSame(a: string, b: string): boolean {
  return modelName(a).id === modelName(b).id;
}
