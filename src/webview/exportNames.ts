import type { Text } from './strings.ts';

/** The heading of a column of exact amounts, which are in dollars whatever currency is shown. */
export function inUsd(name: string): string {
  return `${name} (USD)`;
}

/** The headings of the three kinds of money, which are never added up. */
export function moneyNames(text: Text): readonly string[] {
  return [text.t('column.metered'), text.t('column.plan'), text.t('column.unknown')].map(inUsd);
}
