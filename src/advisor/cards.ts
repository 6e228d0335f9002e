import type { CardAction, CardState, Evidence, Policy, RuleId } from '../core/adviceNames.ts';
import { picoToUsd, usdToPico } from '../core/money.ts';
import type { AgentId, Billing } from '../core/request.ts';
import { type Advice, savingOf } from './advice.ts';
import type { Counts } from './record.ts';
import type { Candidate } from './repriced.ts';
import { type Subject, subjectName } from './subject.ts';

/** Advice as it is kept and shown: JSON, amounts are decimal strings of USD. */
export interface KeptAdvice {
  readonly id: string;
  readonly rule: RuleId;
  readonly evidence: Evidence;
  readonly agent: AgentId;
  readonly subject: Subject;
  readonly billing: Billing;
  readonly from: string;
  readonly to?: Candidate | undefined;
  readonly task?: string | undefined;
  readonly tasks: number;
  readonly requests: number;
  readonly spentUsd: string;
  readonly wouldLowUsd: string;
  readonly wouldUsd: string;
  readonly wouldHighUsd: string;
  readonly coldUsd: string;
  readonly own?: { readonly from: Counts; readonly to: Counts } | undefined;
}

/** What came of an applied card. Shares are of the cost before: 0.4 = two fifths less. */
export interface Settlement {
  readonly at: number;
  /** Tasks (for a kind of request: requests) on the candidate since it was applied. */
  readonly count: number;
  readonly predicted: number;
  /** Null when nothing ran on the candidate since, or a part of what is compared has no price. */
  readonly realised: number | null;
  readonly before: Counts;
  readonly after: Counts;
}

export interface Card {
  readonly advice: KeptAdvice;
  readonly state: CardState;
  /** Milliseconds since the epoch. */
  readonly shownAt: number;
  readonly changedAt: number;
  /** When it was put away with "not now", each time. */
  readonly ignoredAt: readonly number[];
  readonly appliedAt?: number | undefined;
  readonly settlement?: Settlement | undefined;
  /** Why it was withdrawn: it did not hold, or what it was about is over. */
  readonly withdrawn?: 'did not hold' | 'over' | undefined;
}

/** Everything the advisor remembers. The newest card is last. */
export interface CardBook {
  readonly cards: readonly Card[];
  /** Subjects that a card was answered with "never" for. */
  readonly never: readonly string[];
}

export const noCards: CardBook = { cards: [], never: [] };

const day = 24 * 60 * 60_000;
/** At most one is open, and so many are shown in seven days. */
const aWeek = 3;
/** After "not now" it rests so long … */
const restDays = 7;
/** … and after two of them in a month a month. */
const longRestDays = 30;
/** A settled or withdrawn one may be true again much later. */
const againDays = 90;
const keptCards = 200;

/** Puts the next advice on a card if one may be shown, and takes back the open one when what it said is no longer so. `advice` is only what is worth a card, best first. */
export function deal(book: CardBook, advice: readonly Advice[], now: number): CardBook {
  const open = book.cards.find(({ state }) => state === 'open');
  if (open) {
    const still = advice.find(({ id }) => id === open.advice.id);
    if (still) return replaced(book, open, { ...open, advice: kept(still) });
    return replaced(book, open, { ...open, state: 'withdrawn', withdrawn: 'over', changedAt: now });
  }
  const shown = book.cards.filter(({ shownAt }) => now - shownAt < 7 * day).length;
  if (shown >= aWeek) return book;
  const next = advice.find((one) => mayShow(book, one, now));
  if (!next) return book;
  const before = book.cards.find((card) => card.advice.id === next.id);
  const card: Card = { advice: kept(next), state: 'open', shownAt: now, changedAt: now, ignoredAt: before?.ignoredAt ?? [] };
  return { ...book, cards: [...book.cards.filter((one) => one !== before), card].slice(-keptCards) };
}

function mayShow(book: CardBook, { id, subject }: Advice, now: number): boolean {
  if (book.never.includes(subjectName(subject))) return false;
  const card = book.cards.find((one) => one.advice.id === id);
  if (!card) return true;
  const since = now - card.changedAt;
  switch (card.state) {
    case 'open':
    case 'applied':
    case 'never':
      return false;
    case 'notNow': {
      const ignored = card.ignoredAt.filter((at) => now - at < longRestDays * day).length;
      return since >= (ignored >= 2 ? longRestDays : restDays) * day;
    }
    case 'settled':
    case 'withdrawn':
      return since >= (card.withdrawn === 'over' ? restDays : againDays) * day;
  }
}

/** The user's answer to a card; unchanged where the answer makes no sense there. Undo opens it again, and takes a "never" back. */
export function answerCard(book: CardBook, id: string, action: CardAction, now: number): CardBook {
  const card = book.cards.find(({ advice }) => advice.id === id);
  if (!card) return book;
  const subject = subjectName(card.advice.subject);
  const as = (state: CardState, more: Partial<Card> = {}): CardBook =>
    replaced(book, card, { ...card, ...more, state, changedAt: now });
  switch (action) {
    case 'apply':
      return card.state === 'open' ? as('applied', { appliedAt: now }) : book;
    case 'notNow':
      return card.state === 'open' ? as('notNow', { ignoredAt: [...card.ignoredAt, now].slice(-5) }) : book;
    case 'never':
      if (card.state !== 'open') return book;
      return { ...as('never'), never: [...new Set([...book.never, subject])] };
    case 'undo':
      return undone(book, card, subject, now);
  }
}

function undone(book: CardBook, card: Card, subject: string, now: number): CardBook {
  if (card.state === 'open' || card.state === 'withdrawn' || card.state === 'settled') return book;
  // Only one is open: another one that has been dealt since waits its turn again.
  const cards = book.cards.map((one) => (one.state === 'open' ? { ...one, state: 'notNow' as const, changedAt: now } : one));
  const open: Card = {
    ...card,
    state: 'open',
    changedAt: now,
    ignoredAt: card.state === 'notNow' ? card.ignoredAt.slice(0, -1) : card.ignoredAt,
    appliedAt: undefined,
  };
  return {
    cards: cards.map((one) => (one.advice.id === card.advice.id ? open : one)),
    never: card.state === 'never' ? book.never.filter((one) => one !== subject) : book.never,
  };
}

/** The policy with what was answered on cards. */
export function withNever(policy: Policy, { never }: CardBook): Policy {
  return { ...policy, ...Object.fromEntries(never.map((name) => [name, { ...policy[name], allow: 'never' as const }])) };
}

/** The predicted saving as a share of what was spent. */
export function predictedShare({ spentUsd, wouldUsd }: KeptAdvice): number {
  const spent = usdToPico(spentUsd);
  return spent === 0n ? 0 : Number(spent - usdToPico(wouldUsd)) / Number(spent);
}

export function replaced(book: CardBook, card: Card, by: Card): CardBook {
  return { ...book, cards: book.cards.map((one) => (one === card ? by : one)) };
}

export function kept(advice: Advice): KeptAdvice {
  const { id, rule, evidence, agent, subject, billing, from, to, task, tasks, requests, spent, would, cold, own } = advice;
  return {
    id,
    rule,
    evidence,
    agent,
    subject,
    billing,
    from,
    ...(to ? { to } : {}),
    ...(task === undefined ? {} : { task }),
    tasks,
    requests,
    spentUsd: picoToUsd(spent),
    wouldLowUsd: picoToUsd(would.low),
    wouldUsd: picoToUsd(spent - savingOf(advice).likely),
    wouldHighUsd: picoToUsd(would.high),
    coldUsd: picoToUsd(cold),
    ...(own ? { own } : {}),
  };
}
