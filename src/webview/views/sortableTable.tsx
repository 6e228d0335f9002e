import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { picoToUsd } from '../../core/money.ts';
import type { ExportedTable } from '../../protocol/webview.ts';
import { useExport, usePage } from '../context.ts';
import { inUsd } from '../exportNames.ts';
import { ShapeIcon } from '../icons.tsx';
import type { Sort } from '../nav.ts';
import { pageOf, type SortKey, sortRows } from '../tables.ts';
import { Pager } from './pager.tsx';

export interface Column<T> {
  readonly id: string;
  readonly label: string;
  /** Amounts and counts are set flush and sorted largest first. */
  readonly numeric?: boolean;
  /** Its keys are pico-dollars. */
  readonly money?: boolean;
  /** `medium` and `wide` columns leave when the page is narrower than that. */
  readonly from?: 'medium' | 'wide' | undefined;
  readonly key: (row: T) => SortKey;
  readonly cell: (row: T) => ComponentChildren;
  /** What an export says instead of `key`; `null` leaves the column out: a bar, or a button. */
  readonly exported?: ((row: T) => string | number | null) | null;
  /** Not on the page, where other words say the same. */
  readonly exportOnly?: boolean;
}

interface Props<T> {
  /** Names the table in the saved state. */
  readonly id: string;
  readonly caption: string;
  /** The first column names the row. */
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly sortedBy: string;
  /** A heading above says the caption already. */
  readonly headed?: boolean;
}

const rowsPerPage = 50;

/** A table whose headings sort it; how it was sorted is remembered. */
export function SortableTable<T>({ id, caption, columns: all, rows, rowKey, sortedBy, headed = false }: Props<T>) {
  const { text, nav, go } = usePage();
  const [wanted, setWanted] = useState(0);
  const sort: Sort = nav.sorts[id] ?? { column: sortedBy, direction: 'descending' };
  const columns = all.filter(({ exportOnly }) => !exportOnly);
  useExport(id, () => exported(caption, all, by ? sortRows(rows, by.key, sort.direction, text.locale) : rows));
  const by = columns.find((column) => column.id === sort.column) ?? columns[0];
  const page = pageOf(by ? sortRows(rows, by.key, sort.direction, text.locale) : rows, wanted, rowsPerPage);
  return (
    <div class="sortable">
      <table>
        <caption class={headed ? 'sr-only' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" class={classOf(column)} aria-sort={column === by ? sort.direction : undefined}>
                <button
                  type="button"
                  class="sort"
                  onClick={() =>
                    go({ kind: 'sort', table: id, column: column.id, first: column.numeric ? 'descending' : 'ascending' })
                  }
                >
                  {column.label}
                  <span class="sort-mark" data-direction={column === by ? sort.direction : undefined}>
                    <ShapeIcon name="chevron" />
                  </span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.id} scope="row" class={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.id} class={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <Pager page={page} onPage={setWanted} />
    </div>
  );
}

function classOf<T>(column: Column<T>): string {
  return [column.numeric ? 'number' : '', column.from ?? '', `column-${column.id}`].filter(Boolean).join(' ');
}

/** Every row of every page, with exact amounts in dollars. */
function exported<T>(caption: string, columns: readonly Column<T>[], rows: readonly T[]): ExportedTable {
  const told = columns.filter((column) => column.exported !== null);
  const value = (column: Column<T>, row: T): string | number | null => {
    if (column.exported) return column.exported(row);
    const key = column.key(row);
    return typeof key === 'bigint' ? picoToUsd(key) : key;
  };
  return {
    caption,
    columns: told.map((column) => (column.money ? inUsd(column.label) : column.label)),
    rows: rows.map((row) => told.map((column) => value(column, row))),
  };
}
