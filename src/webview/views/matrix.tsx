import type { TransitionCell } from '../../protocol/views.ts';
import { ShareBar } from '../charts/shareBar.tsx';
import { usePage } from '../context.ts';
import { addSums, largestWeight, noSum, sumOfMoney } from '../sums.ts';
import { moneyColumns, moneyKinds } from './moneyColumns.tsx';
import { moneyText } from './moneyText.ts';
import { type Column, SortableTable } from './sortableTable.tsx';

/** More modes than this make no matrix that can be read; the list below it says the same. */
const mostModes = 6;

interface Props {
  readonly cells: readonly TransitionCell[];
}

/** Modes from × to: what each change made the agent send again, and how often it happened. */
export function Matrix({ cells }: Props) {
  const { text } = usePage();
  if (cells.length === 0) return null;
  const to = [...new Set(cells.map((cell) => cell.to))].sort();
  return (
    <section class="matrix" aria-labelledby="matrix">
      <h2 id="matrix">{text.t('where.matrix')}</h2>
      <p class="hint">{text.t('where.matrixHint')}</p>
      {to.length <= mostModes && <Grid cells={cells} to={to} />}
      <List cells={cells} />
    </section>
  );
}

function Grid({ cells, to }: { readonly cells: readonly TransitionCell[]; readonly to: readonly string[] }) {
  const { text } = usePage();
  const from = [...new Set(cells.map((cell) => cell.from))];
  const most = largestWeight(cells.map(sumOfMoney));
  return (
    <table class="grid-table">
      <caption class="sr-only">{text.t('where.matrix')}</caption>
      <thead>
        <tr>
          <th scope="col">{text.t('where.matrixFrom')}</th>
          {to.map((mode) => (
            <th key={mode} scope="col" class="number">
              → {mode}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {from.map((mode) => (
          <tr key={mode}>
            <th scope="row">{mode}</th>
            {to.map((target) => (
              <Cell key={target} cell={cells.find((cell) => cell.from === mode && cell.to === target)} most={most} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ cell, most }: { readonly cell: TransitionCell | undefined; readonly most: bigint }) {
  const { text } = usePage();
  if (!cell) return <td class="number hint">–</td>;
  return (
    <td class="number">
      <b>{moneyText(text, cell, cell.unpriced)}</b>
      <span class="hint line">
        {text.t('where.matrixTimes', { count: text.number(cell.count) })} · {text.tokens(cell.resentTokens)}
      </span>
      <ShareBar sum={sumOfMoney(cell)} most={most} />
    </td>
  );
}

/** The same, a row per pair: it sorts, it exports, and it is there on a narrow page. */
function List({ cells }: Props) {
  const { text } = usePage();
  const kinds = moneyKinds(cells.map(sumOfMoney).reduce(addSums, noSum));
  const handed = (cell: TransitionCell): string => (cell.handOvers === cell.count ? text.t('timeline.handOver') : '');
  const columns: readonly Column<TransitionCell>[] = [
    {
      id: 'from',
      label: text.t('where.matrixFrom'),
      key: (cell) => cell.from,
      cell: (cell) => <span class="model">{cell.from}</span>,
    },
    {
      id: 'to',
      label: text.t('where.matrixTo'),
      key: (cell) => cell.to,
      cell: (cell) => (
        <>
          <span class="model">{cell.to}</span> <span class="hint">{handed(cell)}</span>
        </>
      ),
    },
    {
      id: 'times',
      label: text.t('column.times'),
      numeric: true,
      from: 'medium',
      key: (cell) => cell.count,
      cell: (cell) => text.number(cell.count),
    },
    {
      id: 'resent',
      label: text.t('column.resent'),
      numeric: true,
      from: 'medium',
      key: (cell) => cell.resentTokens,
      cell: (cell) => text.tokens(cell.resentTokens),
    },
    ...moneyColumns(text, kinds, cells, sumOfMoney, {
      label: text.t('column.unpricedTimes'),
      of: (cell) => cell.unpriced,
    }),
  ];
  return (
    <SortableTable
      id="transitions"
      headed
      caption={text.t('where.matrix')}
      columns={columns}
      rows={cells}
      rowKey={(cell) => `${cell.from}\0${cell.to}`}
      sortedBy="share"
    />
  );
}
