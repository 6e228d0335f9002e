import { picoToUsd } from '../../core/money.ts';
import { ShareBar } from '../charts/shareBar.tsx';
import type { Text } from '../strings.ts';
import { largestWeight, moneyParts, type Sum, weightOf } from '../sums.ts';
import type { Column } from './sortableTable.tsx';

/** Which kinds of money a range knows: every table of the page gets the same columns. */
export interface MoneyKinds {
  readonly metered: boolean;
  readonly plan: boolean;
  readonly unknown: boolean;
}

/** A range without any amount still has its column of real dollars. */
export function moneyKinds(sum: Sum): MoneyKinds {
  return {
    metered: sum.metered !== 0n || (sum.plan === 0n && sum.unknown === 0n),
    plan: sum.plan !== 0n,
    unknown: sum.unknown !== 0n,
  };
}

/** A column per kind of money, and one with the bar that compares the rows. */
export function moneyColumns<T>(text: Text, kinds: MoneyKinds, rows: readonly T[], sumOf: (row: T) => Sum): readonly Column<T>[] {
  const most = largestWeight(rows.map(sumOf));
  const money = (['metered', 'plan', 'unknown'] as const)
    .filter((kind) => kinds[kind])
    .map(
      (kind): Column<T> => ({
        id: kind,
        label: text.t(`column.${kind}`),
        numeric: true,
        key: (row) => sumOf(row)[kind],
        cell: (row) => amount(text, sumOf(row), kind),
      }),
    );
  const bar: Column<T> = {
    id: 'share',
    label: text.t('column.share'),
    numeric: true,
    from: 'medium',
    key: (row) => weightOf(sumOf(row)),
    cell: (row) => <ShareBar sum={sumOf(row)} most={most} />,
  };
  return [...money, bar];
}

/** An amount, the word `unpriced` where nothing of the row could be priced, or a dash where the money is of another kind. */
function amount(text: Text, sum: Sum, kind: 'metered' | 'plan' | 'unknown') {
  if (weightOf(sum) === 0n && sum.unpricedTokens > 0) {
    return kind === 'metered' ? <span class="unpriced">{text.t('money.unpriced')}</span> : <Dash />;
  }
  if (sum[kind] === 0n && moneyParts(sum)[0]?.kind !== kind) return <Dash />;
  return text.cost({ usd: picoToUsd(sum[kind]), billing: kind });
}

function Dash() {
  return <span class="hint">–</span>;
}
