import { setImmediate as breathe } from 'node:timers/promises';
import { type Advice, type RuleInput, savingOf } from '../../advisor/advice.ts';
import { isWorthACard, ranked, rules } from '../../advisor/advise.ts';
import { type CandidateParts, type Catalog, candidatesFor, usedModels } from '../../advisor/candidates.ts';
import { answerCard, type CardBook, deal, type KeptAdvice, kept, withNever } from '../../advisor/cards.ts';
import { historyOf } from '../../advisor/history.ts';
import { settle } from '../../advisor/settle.ts';
import { type AgentSettings, plan } from '../../agentSettings/settings.ts';
import type { Places } from '../../agents/agent.ts';
import type { CardAction, Policy } from '../../core/adviceNames.ts';
import type { Disposable } from '../../core/disposable.ts';
import type { Priceable, Priced } from '../../core/request.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { HowTo, PolicyRow } from '../../protocol/advice.ts';
import type { Suggestion } from '../../protocol/state.ts';
import { readBook } from './book.ts';
import { configuredModels } from './configured.ts';
import { readSteps } from './history.ts';
import { changesFor, howTo } from './howTo.ts';
import { policyRows } from './policyRows.ts';
import { shownAdvice, shownCard } from './shown.ts';

export interface AdvisorParts {
  readonly ledger: Ledger;
  readonly price: (request: Priceable) => Priced;
  readonly catalog: Catalog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly policy: () => Policy;
  readonly places: Places;
  /** Writes agents' own settings, and takes it back. */
  readonly agentSettings: AgentSettings;
  readonly changed: () => void;
  readonly problem: (what: string, error: unknown) => void;
}

/** Where the cards are kept among the ledger's settings. */
const setting = 'advisor';
/** The rules look again after so long, and soon after the start: advice is of weeks (ms). */
const every = 10 * 60_000;
const first = 30_000;
/** Rows beside the cards. */
const shownRows = 20;
/** An answered or settled card stays in sight so long (ms). */
const inSight = 7 * 24 * 60 * 60_000;

/** The name under which what was written for a card is kept. */
function recordOf(card: string): string {
  return `advisor:${card}`;
}

/** What could cost less, as cards and rows: looks at the ledger now and then, keeps what the user answered, changes nothing by itself. */
export class Advisor implements Disposable {
  readonly #parts: AdvisorParts;
  readonly #end = new AbortController();
  #book: CardBook;
  #advice: readonly Advice[] = [];
  #table: readonly PolicyRow[] = [];
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lookedAt: number | undefined;

  constructor(parts: AdvisorParts) {
    this.#parts = parts;
    this.#book = readBook(parts.ledger.setting(setting));
  }

  /** Looks every few minutes from now on. */
  begin(): void {
    const again = (after: number): void => {
      this.#timer = setTimeout(() => {
        this.look().then(
          () => again(every),
          (error: unknown) => {
            this.#parts.problem('the advisor could not look', error);
            again(every);
          },
        );
      }, after);
      this.#timer.unref();
    };
    again(first);
  }

  /** Looks now, unless it has within `maxAge` (ms). One look at a time. Rejects when the ledger cannot be read or written. */
  async look(maxAge = 0): Promise<void> {
    if (this.#lookedAt !== undefined && this.#parts.now() - this.#lookedAt < maxAge) return;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { ledger, price, catalog, now, policy, places, changed } = this.#parts;
    const steps = await readSteps(ledger, this.#end.signal);
    if (this.#end.signal.aborted) return;
    const at = now();
    const history = historyOf(steps, at, price);
    const used = usedModels(steps);
    const parts: CandidateParts = { policy: withNever(policy(), this.#book), used, catalog, price, now: at };
    const input: RuleInput = {
      history,
      price,
      configured: configuredModels(places),
      candidates: (step) => candidatesFor(parts, step),
    };
    const found: Advice[] = [];
    for (const rule of rules) {
      // Streams pass between two rules.
      await breathe();
      if (this.#end.signal.aborted) return;
      found.push(...rule(input));
    }
    const advice = ranked(found);
    // An answer may have come meanwhile.
    const cards = deal(settle(this.#book, history), advice.filter(isWorthACard), at);
    if (JSON.stringify(cards) !== JSON.stringify(this.#book)) ledger.setSetting(setting, cards);
    this.#book = cards;
    this.#advice = advice;
    this.#table = policyRows(history, parts);
    this.#lookedAt = at;
    changed();
  }

  /**
   * False when there is no such card. With `write` an applied card's setting is written, and undoing it takes it back. Throws, with nothing
   * changed, when the agent's file cannot be understood or has changed meanwhile.
   */
  answer(id: string, action: CardAction, write = false): boolean {
    const card = this.#book.cards.find(({ advice }) => advice.id === id);
    if (!card) return false;
    if (action === 'apply' && write && card.state === 'open') this.#write(card.advice);
    if (action === 'undo' && card.state === 'applied') this.#parts.agentSettings.undo(recordOf(id));
    const book = answerCard(this.#book, id, action, this.#parts.now());
    if (book !== this.#book) {
      this.#parts.ledger.setSetting(setting, book);
      this.#book = book;
      this.#parts.changed();
    }
    return true;
  }

  #write(advice: KeptAdvice): void {
    const changes = changesFor(advice, this.#parts.places);
    if (!changes) throw new Error('this setting is made by hand');
    this.#parts.agentSettings.apply(recordOf(advice.id), plan(changes));
  }

  /** How a card is put to work; `undefined` when there is no such card, or nothing to set. */
  howTo(id: string): HowTo | undefined {
    const card = this.#book.cards.find(({ advice }) => advice.id === id);
    return card && howTo(card.advice, this.#parts.places);
  }

  /** The open card, rows without one, then what was answered or settled of late. */
  suggestions(): Suggestion[] {
    const now = this.#parts.now();
    const { cards } = this.#book;
    const open = cards.filter(({ state }) => state === 'open');
    const answered = cards
      .filter(({ state, changedAt }) => state !== 'open' && (state === 'applied' || now - changedAt < inSight))
      .sort((a, b) => b.changedAt - a.changedAt);
    const carded = new Set([...open, ...answered].map(({ advice }) => advice.id));
    const rows = this.#advice.filter((one) => !carded.has(one.id) && savingOf(one).likely > 0n).slice(0, shownRows);
    return [...open.map(shownCard), ...rows.map((one) => shownAdvice(kept(one))), ...answered.map(shownCard)];
  }

  /** The policy has changed: the next look is a fresh one. */
  forget(): void {
    this.#lookedAt = undefined;
  }

  table(): readonly PolicyRow[] {
    return this.#table;
  }

  dispose(): void {
    this.#end.abort();
    clearTimeout(this.#timer);
  }
}
