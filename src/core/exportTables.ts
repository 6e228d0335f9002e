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
  return tables.map(({ caption, ...table }) => csvLines([[caption]]) + csvOf(table)).join('\r\n');
}

type Cells = readonly (string | number | null)[];

/** One table: its columns, then its rows. RFC 4180. */
export function csvOf({ columns, rows }: Pick<TableToExport, 'columns' | 'rows'>): string {
  return csvLines([columns, ...rows]);
}

function csvLines(lines: readonly Cells[]): string {
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/**
 * Agents choose names: one that a spreadsheet would run as a formula gets an apostrophe in front, also behind blanks, which some
 * cut off, and in the wide signs of East Asian keyboards. Amounts may be negative. Some spreadsheets part cells at semicolons.
 */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const number = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !number && /^(\s*[=+\-@＝＋－＠]|[\t\r\n])/.test(text) ? `'${text}` : text;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
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
  return tables.map(({ caption, ...table }) => `### ${markdownCell(caption)}\n\n${markdownOf(table)}`).join('\n');
}

/** One table; columns of numbers are set to the right. */
export function markdownOf({ columns, rows }: Pick<TableToExport, 'columns' | 'rows'>): string {
  const line = (cells: Cells): string => `| ${cells.map(markdownCell).join(' | ')} |\n`;
  const numeric = columns.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i] ?? null)));
  const rule = `| ${numeric.map((right) => (right ? '---:' : '---')).join(' | ')} |\n`;
  return [line(columns), rule, ...rows.map(line)].join('');
}

function isNumber(value: string | number | null): boolean {
  return value === null || typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(value);
}

/** Takes no room, and parts what GitHub would make a link, a mention or a picture of, which a backslash does not. */
const joiner = '\u2060';

/**
 * One line that stays in its cell and is nothing but text: no markup, no address, nobody who is told (`@name`), no issue (`#12`,
 * `GH-12`) and no `:picture:`. Times of day keep their colons.
 */
export function markdownCell(value: string | number | null): string {
  if (value === null) return '';
  return String(value)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|~&#]/g, '\\$&')
    .replace(/@(?=\w)|#(?=\d)|\bGH-(?=\d)|:(?=\/\/)|\bwww(?=\.)|(?<!\d(?=:\d\d:)):(?=[\w\\+-]+:)/gi, `$&${joiner}`);
}
