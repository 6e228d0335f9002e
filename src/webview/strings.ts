import { creditsOf } from '../core/credits.ts';
import {
  type Currency,
  formatAmount,
  formatCost,
  formatCount,
  formatShare,
  formatTokens,
  formatUsd,
  type Locale,
} from '../core/format.ts';
import { type PageStringKey, pageStringsEn } from '../core/pageStrings.ts';
import { agentName } from '../core/presentText.ts';
import type { TransitionRow } from '../protocol/rows.ts';
import { alignDecimals } from './decimals.ts';
import { workspaceName } from './folders.ts';
import { type MoneyPart, moneyParts, type Sum } from './sums.ts';

export type Args = Readonly<Record<string, string | number>>;

/** Keys that come in a `.one` and an `.other` form. */
export type PluralKey = PageStringKey extends infer K ? (K extends `${infer Stem}.one` ? Stem : never) : never;

/** The page's words and numbers in one language. */
export interface Text {
  readonly locale: string;
  /** The currency amounts are shown in, where it is not the dollar. */
  readonly currency: Currency | undefined;
  readonly t: (key: PageStringKey, args?: Args) => string;
  /** Chooses the plural form by `count`, which is also filled in, formatted. */
  readonly count: (key: PluralKey, count: number) => string;
  readonly usd: (usd: string | null) => string;
  readonly cost: (cost: { readonly usd: string | null; readonly billing: MoneyPart['kind'] }) => string;
  /** Amounts of one column, filled up so that their decimal signs stand under each other. */
  readonly align: (amounts: readonly string[]) => readonly string[];
  /** A sum in a line: `$0.42`, `$0.42 + ≈$3.10`, `$0.42 + 12K unpriced tokens`, `unpriced`. */
  readonly sum: (sum: Sum) => string;
  /** `42 AI credits`; `undefined` for whoever bills in none. */
  readonly credits: (usd: string | null, seller: string) => string | undefined;
  readonly tokens: (tokens: number) => string;
  readonly number: (count: number) => string;
  readonly share: (share: number) => string;
  /** Time of day; with the date when it is not the day of `now`. */
  readonly time: (at: number, now: number) => string;
  /** The day of a moment where the meter runs, which may be another machine than the reader's: `YYYY-MM-DD`. */
  readonly today: (now: number) => string;
  /** `YYYY-MM-DD` as a reader writes it. */
  readonly day: (day: string) => string;
  /** The name its makers give an agent; an id that is not known stays as it is. */
  readonly agent: (id: string) => string;
  /** A workspace by its folder, with as much of its path as tells it from the others of that name. */
  readonly folder: (path: string | undefined) => string | undefined;
  /** A kind of request; a word that is none stays as it is. */
  readonly kind: (kind: string) => string;
  /** Why something that was found could not be used; a word that is none of ours stays as it is. */
  readonly skipped: (reason: string) => string;
  readonly transition: (row: TransitionRow) => string;
}

export interface TextParts {
  readonly currency?: Currency | undefined;
  readonly timeZone?: string | undefined;
  /** How workspaces are called, by their paths. */
  readonly folders?: ReadonlyMap<string, string>;
}

/** Builds the words for a locale from the host's table; a key the host does not send stays English. */
export function makeText(
  locale: string,
  strings: Readonly<Record<string, string>>,
  { currency, timeZone, folders }: TextParts = {},
): Text {
  const money: Locale = currency ? { tag: locale, currency } : locale;
  const plural = new Intl.PluralRules(locale);
  const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  const date = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
  const dayFormat = new Intl.DateTimeFormat(locale, { weekday: 'short', month: 'short', day: 'numeric' });
  const parts = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' }).formatToParts(1.5);
  const decimalSign = parts.find(({ type }) => type === 'decimal')?.value ?? '.';
  const raw = (key: PageStringKey): string => strings[key] ?? pageStringsEn[key];
  const t: Text['t'] = (key, args = {}) => raw(key).replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
  const usd: Text['usd'] = (amount) => breakable(formatUsd(amount, money, t('money.unpriced')));
  const tokens: Text['tokens'] = (count) => formatTokens(count, locale);
  return {
    locale,
    currency,
    t,
    count: (key, count) =>
      t(plural.select(count) === 'one' ? `${key}.one` : `${key}.other`, { count: formatCount(count, locale) }),
    usd,
    cost: (cost) => breakable(formatCost(cost, money, t('money.unpriced'))),
    align: (amounts) => alignDecimals(amounts, decimalSign),
    sum: (sum) => {
      const parts = moneyParts(sum);
      const amounts = parts.map((part) => breakable(formatCost({ usd: part.usd, billing: part.kind }, money))).join(' + ');
      if (sum.unpricedTokens === 0) return amounts;
      if (parts.length === 1 && parts[0]?.usd === '0') return t('money.unpriced');
      return t('money.andUnpriced', { money: amounts, tokens: tokens(sum.unpricedTokens) });
    },
    credits: (amount, seller) => {
      const credits = creditsOf(amount, seller);
      return credits && t('money.credits', { credits: formatAmount(credits, locale) });
    },
    tokens,
    number: (count) => formatCount(count, locale),
    share: (share) => formatShare(share, locale),
    time: (at, now) => (new Date(at).toDateString() === new Date(now).toDateString() ? clock : date).format(at),
    today: (now) => isoDay(now, timeZone),
    day: (day) => dayFormat.format(Date.parse(`${day}T00:00:00`)),
    agent: (id) => agentName(id, (name) => t(name === 'Sample agent' ? 'agent.sample' : 'agent.other')),
    folder: (path) => folders?.get(path ?? '') ?? workspaceName(path),
    kind: (kind) => {
      const key = `kind.${kind}`;
      return isKey(key) ? t(key) : kind;
    },
    skipped: (reason) => {
      const key = `skip.${reason}`;
      return isKey(key) ? t(key) : reason;
    },
    transition: (row) =>
      row.resentTokens === 0
        ? t('timeline.free')
        : t('timeline.price', { money: usd(row.usd), tokens: tokens(row.resentTokens) }),
  };
}

/** Amounts of many digits may break between their groups where a narrow page has no room for them; others stay in one piece. */
function breakable(amount: string): string {
  const digits = amount.match(/\p{Nd}/gu)?.length ?? 0;
  return digits < 9 ? amount : amount.replace(/(\p{Nd}\P{Nd})(?=\p{Nd}{3})/gu, '$1\u200b');
}

function isoDay(at: number, timeZone: string | undefined): string {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit', timeZone } as const;
  const parts = new Intl.DateTimeFormat('en-US', options).formatToParts(at);
  return (['year', 'month', 'day'] as const).map((name) => parts.find(({ type }) => type === name)?.value ?? '').join('-');
}

function isKey(text: string): text is PageStringKey {
  return Object.hasOwn(pageStringsEn, text);
}
