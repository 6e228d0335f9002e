/** The last run of digits of a formatted amount: what stands after its decimal sign. Amounts always have two or more. */
const lastDigits = /(\p{Nd}+)(\P{Nd}*)$/u;
/** As wide as a digit in every font that has tabular digits, and nothing to see or to speak. */
const figureSpace = '\u2007';

function decimalsOf(amount: string): number {
  return lastDigits.exec(amount)?.[1]?.length ?? 0;
}

/**
 * Formatted amounts of one column (`$0.26`, `$0.0421`, `0,26 $`) filled up so that their decimal signs stand under
 * each other when the column is set flush right. Words such as `unpriced` stay as they are.
 */
export function alignDecimals(amounts: readonly string[]): readonly string[] {
  const most = amounts.reduce((longest, amount) => Math.max(longest, decimalsOf(amount)), 0);
  return amounts.map((amount) =>
    amount.replace(lastDigits, (_, digits: string, after: string) => digits + figureSpace.repeat(most - digits.length) + after),
  );
}
