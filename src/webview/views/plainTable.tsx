import type { ComponentChildren } from 'preact';

export interface PlainColumn<T> {
  readonly label: string;
  readonly numeric?: boolean;
  /** Leaves when the page is narrower than medium. */
  readonly medium?: boolean;
  readonly cell: (row: T) => ComponentChildren;
}

interface Props<T> {
  readonly caption: string;
  /** A heading above says the caption already. */
  readonly headed?: boolean;
  /** The first column names the row. */
  readonly columns: readonly PlainColumn<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly rowClass?: (row: T) => string | undefined;
}

/** A short table whose order means something: it is not sorted and has no pages. */
export function PlainTable<T>({ caption, headed = false, columns, rows, rowKey, rowClass }: Props<T>) {
  return (
    <table class="narrow-table">
      <caption class={headed ? 'sr-only' : undefined}>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.label} scope="col" class={classOf(column)}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} class={rowClass?.(row)}>
            {columns.map((column, index) =>
              index === 0 ? (
                <th key={column.label} scope="row" class={classOf(column)}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.label} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function classOf<T>({ numeric, medium }: PlainColumn<T>): string | undefined {
  return [numeric ? 'number' : '', medium ? 'medium' : ''].filter(Boolean).join(' ') || undefined;
}
