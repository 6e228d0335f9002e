import type { Sort } from './nav.ts';

/** What a column is sorted by: exact amounts, counts and times as numbers, names as text. */
export type SortKey = bigint | number | string;

/** A sorted copy; equal keys keep the order they came in. Text is compared as the locale does, `gpt-5` before `gpt-10`. */
export function sortRows<T>(
  rows: readonly T[],
  key: (row: T) => SortKey,
  direction: Sort['direction'],
  locale: string,
): readonly T[] {
  const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const sign = direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, key: key(row) }))
    .sort((a, b) => {
      if (typeof a.key === 'string' || typeof b.key === 'string') return sign * collator.compare(String(a.key), String(b.key));
      return a.key < b.key ? -sign : a.key > b.key ? sign : 0;
    })
    .map(({ row }) => row);
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Counted from 0; moved to the last page when rows have gone. */
  readonly page: number;
  readonly pages: number;
  /** Counted from 1; 0 when there are no rows. */
  readonly from: number;
  readonly to: number;
  readonly all: number;
}

/** The window of rows that is in the document; thousands of requests stay in memory only. */
export function pageOf<T>(rows: readonly T[], page: number, size: number): Page<T> {
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const at = Math.min(Math.max(0, page), pages - 1);
  const shown = rows.slice(at * size, (at + 1) * size);
  return {
    rows: shown,
    page: at,
    pages,
    from: shown.length === 0 ? 0 : at * size + 1,
    to: at * size + shown.length,
    all: rows.length,
  };
}
