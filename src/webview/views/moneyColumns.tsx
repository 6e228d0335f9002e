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

/** What of a row has no price: a number of something, and what an export calls it. */
export interface Unpriced<T> {
  readonly label: string;
  readonly of: (row: T) => number;
}

/** A column per kind of money, and one with the bar that compares the rows; exports are told what is unpriced by itself. */
export function moneyColumns<T>(
  text: Text,
  kinds: MoneyKinds,
  rows: readonly T[],
  sumOf: (row: T) => Sum,
  unpriced: Unpriced<T> = { label: text.t('column.unpricedTokens'), of: (row) => sumOf(row).unpricedTokens },
): readonly Column<T>[] {
  const most = largestWeight(rows.map(sumOf));
  const [main, ...others] = (['metered', 'plan', 'unknown'] as const).filter((kind) => kinds[kind]);
  const column = (kind: keyof MoneyKinds): Column<T> => {
    const aligned = text.align(rows.map((row) => text.cost({ usd: picoToUsd(sumOf(row)[kind]), billing: kind })));
    const shown = new Map(rows.map((row, index) => [row, aligned[index] ?? '']));
    return {
      id: kind,
      label: text.t(`column.${kind}`),
      numeric: true,
      money: true,
      from: kind === main ? undefined : 'medium',
      key: (row) => sumOf(row)[kind],
      exported: (row) => {
        const sum = sumOf(row)[kind];
        return sum === 0n && unpriced.of(row) > 0 ? null : picoToUsd(sum);
      },
      cell: (row) => (
        <>
          {amount(text, sumOf(row), kind, unpriced.of(row), shown.get(row) ?? '')}
          {kind === main && <Others text={text} sum={sumOf(row)} kinds={others} />}
        </>
      ),
    };
  };
  const bar: Column<T> = {
    id: 'share',
    label: text.t('column.share'),
    numeric: true,
    from: 'medium',
    key: (row) => weightOf(sumOf(row)),
    exported: null,
    cell: (row) => <ShareBar sum={sumOf(row)} most={most} />,
  };
  const count: Column<T> = {
    id: 'unpriced',
    label: unpriced.label,
    exportOnly: true,
    key: unpriced.of,
    cell: () => null,
  };
  const told = rows.some((row) => unpriced.of(row) > 0) ? [count] : [];
  return [...(main ? [main] : []), ...others].map(column).concat(bar, told);
}

/** An amount, the word `unpriced` where nothing of the row could be priced, or a dash where the money is of another kind. */
function amount(text: Text, sum: Sum, kind: keyof MoneyKinds, unpriced: number, shown: string) {
  if (weightOf(sum) === 0n && unpriced > 0) {
    return kind === 'metered' ? <span class="unpriced">{text.t('money.unpriced')}</span> : <Dash />;
  }
  if (sum[kind] === 0n && moneyParts(sum)[0]?.kind !== kind) return <Dash />;
  return shown;
}

interface OthersProps {
  readonly text: Text;
  readonly sum: Sum;
  readonly kinds: readonly (keyof MoneyKinds)[];
}

/** On a narrow page the other kinds of money stand in the first one's column. */
function Others({ text, sum, kinds }: OthersProps) {
  return kinds
    .filter((kind) => sum[kind] !== 0n)
    .map((kind) => (
      <span key={kind} class="hint narrow">
        {text.cost({ usd: picoToUsd(sum[kind]), billing: kind })} {text.t(`money.${kind}`)}
      </span>
    ));
}

function Dash() {
  return <span class="hint dash">–</span>;
}
