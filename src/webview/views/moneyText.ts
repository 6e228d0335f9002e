import type { Money } from '../../protocol/views.ts';
import type { Text } from '../strings.ts';
import { sumOfMoney, weightOf } from '../sums.ts';

/** Money of its kinds in a cell; the word where nothing of it had a price. */
export function moneyText(text: Text, money: Money, unpriced = 0): string {
  const sum = sumOfMoney(money);
  return weightOf(sum) === 0n && unpriced > 0 ? text.t('money.unpriced') : text.sum(sum);
}

/** The three kinds for an export; without a figure where nothing of it had a price. */
export function exactMoney({ meteredUsd, planUsd, unknownUsd }: Money, unpriced = 0): readonly (string | null)[] {
  return [meteredUsd, planUsd, unknownUsd].map((usd) => (usd === '0' && unpriced > 0 ? null : usd));
}
