import { setImmediate as breathe } from 'node:timers/promises';
import { type Advice, type RuleInput, savingOf } from '../../advisor/advice.ts';
import { isWorthACard, ranked, rules } from '../../advisor/advise.ts';
import { type CandidateParts, type Catalog, candidatesFor, usedModels } from '../../advisor/candidates.ts';
import { answerCard, type Card, type CardBook, deal, kept, withNever } from '../../advisor/cards.ts';
import { historyOf } from '../../advisor/history.ts';
import { settle } from '../../advisor/settle.ts';
import type { Change } from '../../agentSettings/settings.ts';
import type { Places } from '../../agents/agent.ts';
import type { CardAction, Policy } from '../../core/adviceNames.ts';
import type { Disposable } from '../../core/disposable.ts';
import type { Priceable, Priced } from '../../core/request.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { HowTo, PolicyRow } from '../../protocol/advice.ts';
import type { Suggestion } from '../../protocol/state.ts';
import { ConnectionError, type Connections, suggestionId } from '../connections/connections.ts';
import { readBook } from './book.ts';
import { configuredModels } from './configured.ts';
import { readSteps } from './history.ts';
import { canBeSet, changesFor, howTo } from './howTo.ts';
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
  readonly settings: Pick<Connections, 'show' | 'write' | 'written' | 'disconnect'>;
  /** Tasks that go round in circles, and since when that shows (ms since the epoch). */
  readonly loops: () => ReadonlyMap<string, number>;
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
    const { ledger, price, catalog, now, policy, places, loops, changed } = this.#parts;
    const steps = await readSteps(ledger, this.#end.signal);
    if (this.#end.signal.aborted) return;
    const at = now();
    const history = historyOf(steps, at, price, loops());
    const used = usedModels(steps);
    const parts: CandidateParts = { policy: withNever(policy(), this.#book), used, catalog, price, now: at };
    const input: RuleInput = {
      history,
      price,
      policy: parts.policy,
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
    const advice = ranked(found, parts.policy);
    // An answer may have come meanwhile.
    // A card promises a way to set it.
    const worth = advice.filter((one) => isWorthACard(one) && (one.to === undefined || canBeSet(one, places)));
    const cards = deal(settle(this.#book, history), worth, at);
    if (JSON.stringify(cards) !== JSON.stringify(this.#book)) ledger.setSetting(setting, cards);
    this.#book = cards;
    this.#advice = advice;
    this.#table = policyRows(history, parts);
    this.#lookedAt = at;
    changed();
  }

  /**
   * Files in which undoing left something that somebody has changed since; `undefined` when there is no such card. With the `digest` of
   * what was shown an applied card's setting is written, and undoing takes it back, however the card stands by then. Throws a ConnectionError,
   * with nothing changed, when the agent's file cannot be understood or it would be another change now.
   */
  answer(id: string, action: CardAction, digest?: string): readonly string[] | undefined {
    const { settings, now, ledger, changed } = this.#parts;
    const card = this.#book.cards.find(({ advice }) => advice.id === id);
    if (!card) return undefined;
    if (action === 'apply' && digest !== undefined) this.#write(card, digest);
    const { left } = action === 'undo' ? settings.disconnect(suggestionId(id)) : { left: [] };
    const book = answerCard(this.#book, id, action, now());
    if (book !== this.#book) ledger.setSetting(setting, book);
    this.#book = book;
    changed();
    return left;
  }

  #write({ advice, state }: Card, digest: string): void {
    const changes = changesFor(advice, this.#parts.places);
    if (state !== 'open' || !changes) throw new ConnectionError('this suggestion is not open any more');
    this.#parts.settings.write(suggestionId(advice.id), changes, digest);
  }

  /** How a card is put to work; `undefined` when there is no such card, or nothing to set. */
  howTo(id: string): HowTo | undefined {
    const card = this.#book.cards.find(({ advice }) => advice.id === id);
    return card && howTo(card.advice, this.#parts.places, (changes) => this.#digestOf(id, changes));
  }

  /** Null where nothing would change. */
  #digestOf(id: string, changes: readonly Change[]): string | null {
    const { digest, files } = this.#parts.settings.show(suggestionId(id), changes);
    return files.length > 0 ? digest : null;
  }

  /** The open card, rows without one, then what was answered or settled of late. */
  suggestions(): Suggestion[] {
    const now = this.#parts.now();
    const { cards } = this.#book;
    const written = cards.length > 0 ? this.#parts.settings.written() : new Set<string>();
    const isWritten = ({ advice }: Card): boolean => written.has(suggestionId(advice.id));
    const shown = (card: Card): Suggestion => shownCard(card, isWritten(card));
    const open = cards.filter(({ state }) => state === 'open');
    const answered = cards
      .filter((card) => card.state !== 'open')
      // What can be undone stays in sight.
      .filter((card) => card.state === 'applied' || isWritten(card) || now - card.changedAt < inSight)
      .sort((a, b) => b.changedAt - a.changedAt);
    const carded = new Set([...open, ...answered].map(({ advice }) => advice.id));
    const rows = this.#advice.filter((one) => !carded.has(one.id) && savingOf(one).likely > 0n).slice(0, shownRows);
    return [...open.map(shown), ...rows.map((one) => shownAdvice(kept(one))), ...answered.map(shown)];
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
