import { formatCount, formatUsd } from '../core/format.ts';
import { usdToPico } from '../core/money.ts';
import { cacheWrites } from '../core/usage.ts';
import type { Grouping } from './reportOptions.ts';
import type { Row, Sum } from './reportSums.ts';

const locale = 'en-US';
const heads = ['requests', 'input', 'cache read', 'cache write', 'output', 'cost'] as const;

/** A table a person can read: aligned columns, a line of totals, and what the dollars rest on. */
export function reportTable(totals: Sum, rows: readonly Row[], by: readonly Grouping[]): string {
  if (totals.requests === 0) return 'No usage was found.\n';
  const cells = [
    [...by, ...heads],
    ...rows.map((row) => [...by.map((grouping) => row[grouping] || '–'), ...figures(row)]),
    ['total', ...by.slice(1).map(() => ''), ...figures(totals)],
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  const lines = cells.map((line) =>
    line
      .map((cell, column) => (column < by.length ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return `${[lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1), '', ...remarks(totals)].join('\n')}\n`;
}

function figures(sum: Sum): readonly string[] {
  const counts = [sum.requests, sum.uncachedInput + sum.inputAudio, sum.cacheRead, cacheWrites(sum), sum.output];
  return [...counts.map((count) => formatCount(count, locale)), `${formatUsd(sum.usd, locale)}${plusMinus(sum)}`];
}

function plusMinus({ plusMinusUsd }: Sum): string {
  return usdToPico(plusMinusUsd) > 0n ? ` ± ${formatUsd(plusMinusUsd, locale)}` : '';
}

const basisWords = {
  reported: 'as the provider reported it',
  priced: "the provider's tokens at our price",
  estimated: 'estimated from our own count',
} as const;
const billingWords = {
  metered: 'real dollars',
  plan: 'the value of what a subscription covered, not dollars spent',
  unknown: 'not known whether a subscription covers it',
} as const;

function remarks(totals: Sum): readonly string[] {
  const lines = [...split(totals.basis, basisWords), ...split(totals.billing, billingWords)];
  if (totals.unpricedTokens > 0)
    lines.push(`${formatCount(totals.unpricedTokens, locale)} tokens have no known price and are in no sum of dollars`);
  return lines;
}

function split<K extends string>(amounts: Readonly<Record<K, string>>, words: Readonly<Record<K, string>>): string[] {
  return (Object.keys(words) as K[])
    .filter((name) => usdToPico(amounts[name]) > 0n)
    .map((name) => `${formatUsd(amounts[name], locale)} ${words[name]}`);
}
