/** The last digit of an amount and what stands behind it, a currency's sign. */
const lastDigit = /(\p{Nd})(\P{Nd}*)$/u;
/** As wide as a digit, and as a decimal sign, in every font that has tabular digits; nothing to see or to speak. */
const figureSpace = '\u2007';
const pointSpace = '\u2008';

/**
 * Formatted amounts of one column (`$0.26`, `$0.0421`, `0,26 $`, `¥12`) filled up so that their decimal signs stand under
 * each other when the column is set flush right. Words such as `unpriced` stay as they are. `sign`: the decimal sign.
 */
export function alignDecimals(amounts: readonly string[], sign: string): readonly string[] {
  const decimalsOf = (amount: string): number => {
    const at = amount.lastIndexOf(sign);
    return at < 0 ? 0 : (/^\p{Nd}+/u.exec(amount.slice(at + sign.length))?.[0].length ?? 0);
  };
  const most = amounts.reduce((longest, amount) => Math.max(longest, decimalsOf(amount)), 0);
  return amounts.map((amount) => {
    const decimals = decimalsOf(amount);
    const filling = (decimals === 0 && most > 0 ? pointSpace : '') + figureSpace.repeat(most - decimals);
    return amount.replace(lastDigit, `$1${filling}$2`);
  });
}
