import { formatCount, formatUsd, inCurrency, type Locale, tagOf } from './format.ts';
import { type Pico, picoToUsd, usdToPico } from './money.ts';
import type { ShownTask, ShownTotal } from './presentState.ts';

/** Puts a message into the reader's language and fills in `{0}`, `{1}`, …; the English text is its own key. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

/** Whom the words and numbers are for. */
export interface Reader {
  readonly locale: Locale;
  readonly t: Translate;
}

/** Fills in the placeholders and translates nothing. */
export const english: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole));

const agentNames: Readonly<Record<string, string>> = {
  'claude-code': 'Claude Code',
  codex: 'Codex',
  opencode: 'OpenCode',
  kilo: 'Kilo Code',
  cline: 'Cline',
  'roo-code': 'Roo Code',
  'zoo-code': 'Zoo Code',
  copilot: 'GitHub Copilot',
  cursor: 'Cursor',
  'gemini-cli': 'Gemini CLI',
  'qwen-code': 'Qwen Code',
};

/** The agents whose session files can be read. */
export const readableAgents: readonly string[] = Object.keys(agentNames);

export function agentName(agent: string, t: Translate): string {
  if (agent === 'sample') return t('Sample agent');
  if (agent === 'other') return t('Other agent');
  return agentNames[agent] ?? agent;
}

/** Sums that are never added to each other: real dollars, plan value, and what nobody has said to be either. */
export interface Money {
  readonly metered: Pico;
  readonly plan: Pico;
  readonly unknown: Pico;
  /** How far all of it may be off, because a part rests on our own token counts. */
  readonly plusMinus: Pico;
  /** Tokens without a known price. */
  readonly unpricedTokens: number;
}

export const noMoney: Money = { metered: 0n, plan: 0n, unknown: 0n, plusMinus: 0n, unpricedTokens: 0 };

export function moneyOfTask(task: ShownTask): Money {
  const money = { ...noMoney, plusMinus: usdToPico(task.plusMinusUsd ?? '0'), unpricedTokens: task.unpricedTokens };
  return task.usd === null ? money : { ...money, [task.billing]: usdToPico(task.usd) };
}

export function moneyOfTotal(total: ShownTotal): Money {
  return {
    metered: usdToPico(total.meteredUsd),
    plan: usdToPico(total.planUsd),
    unknown: usdToPico(total.unknownUsd),
    plusMinus: Object.values(total.byBasis).reduce((sum, { plusMinusUsd }) => sum + usdToPico(plusMinusUsd), 0n),
    unpricedTokens: total.unpricedTokens,
  };
}

export function sumMoney(all: readonly Money[]): Money {
  return {
    metered: all.reduce((sum, money) => sum + money.metered, 0n),
    plan: all.reduce((sum, money) => sum + money.plan, 0n),
    unknown: all.reduce((sum, money) => sum + money.unknown, 0n),
    plusMinus: all.reduce((sum, money) => sum + money.plusMinus, 0n),
    unpricedTokens: all.reduce((sum, money) => sum + money.unpricedTokens, 0),
  };
}

/**
 * `$0.42`; `$0.42 + ≈$3.10` when a subscription covered a part; `$0.42 + $0.10?` when nobody has said who pays the
 * second part (alone it needs no mark: there is nothing it could be confused with); `unpriced` never as a number. Parts beyond
 * the `most` that have room are an ellipsis.
 */
export function moneyText(money: Money, { locale, t }: Reader, most = Number.POSITIVE_INFINITY): string {
  const parts = amounts(money).map(({ kind, usd }, _index, all) => {
    const text = formatUsd(usd, locale);
    if (kind === 'plan') return `≈${text}`;
    return kind === 'unknown' && all.length > 1 ? `${text}?` : text;
  });
  if (money.unpricedTokens > 0) parts.push(t('unpriced'));
  if (parts.length > most) parts.splice(most, parts.length, '…');
  return parts.length > 0 ? parts.join(' + ') : formatUsd('0', locale);
}

/** As {@link moneyText}, with the error of what is estimated and the count of what is unpriced: `$0.42 ± $0.01 + unpriced, 12,345 tokens`. */
export function moneyDetail(money: Money, reader: Reader): string {
  const amount = moneyText(money, reader);
  const text = money.plusMinus > 0n ? `${amount} ± ${formatUsd(picoToUsd(money.plusMinus), reader.locale)}` : amount;
  return money.unpricedTokens > 0 ? reader.t('{0}, {1} tokens', text, formatCount(money.unpricedTokens, reader.locale)) : text;
}

/** For a screen reader: `0.42 US dollars`, with the kinds of money in words. */
export function moneySpoken(money: Money, reader: Reader): string {
  const { t, locale } = reader;
  const parts = amounts(money).map(({ kind, usd }) => {
    const text = spokenUsd(usd, locale);
    return kind === 'plan' ? t('about {0} covered by a plan', text) : text;
  });
  if (money.unpricedTokens > 0) parts.push(t('{0} unpriced tokens', formatCount(money.unpricedTokens, locale)));
  return parts.length > 0 ? parts.join(' + ') : spokenUsd('0', locale);
}

function amounts(money: Money): readonly { readonly kind: 'metered' | 'plan' | 'unknown'; readonly usd: string }[] {
  const kinds = ['metered', 'plan', 'unknown'] as const;
  return kinds.filter((kind) => money[kind] !== 0n).map((kind) => ({ kind, usd: picoToUsd(money[kind]) }));
}

function spokenUsd(usd: string, locale: Locale): string {
  const { code, amount } = inCurrency(usd, locale);
  const small = usdToPico(amount) < usdToPico('1');
  const format = new Intl.NumberFormat(tagOf(locale), {
    style: 'currency',
    currency: code,
    currencyDisplay: 'name',
    ...(small ? { maximumSignificantDigits: 2 } : {}),
  });
  return format.format(amount as Intl.StringNumericLiteral);
}

/** One line of plain text: what an agent wrote is cut, and cannot become an icon or a second line. */
export function plainText(text: string, longest = 40): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('$(', '$ (').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** Markdown that shows `text` and nothing else. */
export function markdownText(text: string, longest = 80): string {
  return plainText(text, longest).replace(/[\\`*_[\]<>|~&#]|:(?=\/\/)/g, '\\$&');
}

/** A name in code style; what could end the style is taken out. */
export function markdownCode(text: string, longest = 80): string {
  return `\`${plainText(text, longest).replaceAll('`', "'")}\``;
}
