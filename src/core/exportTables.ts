/** A table to be written to a file: exact figures, amounts as decimal text of dollars. */
export interface TableToExport {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export type ExportFormat = 'csv' | 'json' | 'markdown';

export function exportTables(tables: readonly TableToExport[], format: ExportFormat): string {
  switch (format) {
    case 'csv':
      return toCsv(tables);
    case 'json':
      return toJson(tables);
    case 'markdown':
      return toMarkdown(tables);
  }
}

/** RFC 4180, one table after another: its caption on a line of its own, an empty line between two. */
function toCsv(tables: readonly TableToExport[]): string {
  const line = (cells: readonly (string | number | null)[]): string => cells.map(csvCell).join(',');
  const texts = tables.map(({ caption, columns, rows }) => [[caption], columns, ...rows].map(line).join('\r\n'));
  return `${texts.join('\r\n\r\n')}\r\n`;
}

/** Agents choose names: one that a spreadsheet would run as a formula gets an apostrophe in front. Amounts may be negative. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const number = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !number && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** An object per row, by the names of the columns. */
function toJson(tables: readonly TableToExport[]): string {
  const value = tables.map(({ caption, columns, rows }) => ({
    caption,
    rows: rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null]))),
  }));
  return `${JSON.stringify(value, null, 2)}\n`;
}

function toMarkdown(tables: readonly TableToExport[]): string {
  return tables
    .map(({ caption, columns, rows }) => {
      const line = (cells: readonly (string | number | null)[]): string => `| ${cells.map(markdownCell).join(' | ')} |`;
      const numeric = columns.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i] ?? null)));
      const rule = `| ${numeric.map((right) => (right ? '---:' : '---')).join(' | ')} |`;
      return [`### ${markdownCell(caption)}`, '', line(columns), rule, ...rows.map(line), ''].join('\n');
    })
    .join('\n');
}

function isNumber(value: string | number | null): boolean {
  return value === null || typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(value);
}

/** One line that stays in its cell and is nothing but text. */
export function markdownCell(value: string | number | null): string {
  if (value === null) return '';
  return String(value)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|~&#]/g, '\\$&');
}
