import { formatUsd } from './format.ts';
import type { Reader } from './presentText.ts';

export type AuditFormat = 'markdown' | 'csv' | 'json';

/** One line of the audit trail. Times are milliseconds since the epoch, amounts exact USD. */
export interface ShownAudit {
  readonly at: number;
  readonly what: string;
  readonly by: string;
  readonly task?: string | undefined;
  readonly spentUsd?: string | undefined;
  readonly limit?: string | undefined;
  readonly reason?: string | undefined;
  readonly budget?:
    | {
        readonly scope: string;
        readonly usd?: string | null | undefined;
        readonly tokens?: number | null | undefined;
        readonly action: string;
      }
    | undefined;
}

const columns = ['at', 'what', 'by', 'task', 'spentUsd', 'limit', 'reason'] as const;

/** The audit trail as a document: for people in their numbers, for programs exact and in UTC. */
export function auditText(entries: readonly ShownAudit[], format: AuditFormat, { locale }: Pick<Reader, 'locale'>): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(entries, null, 2)}\n`;
    case 'csv':
      return [columns.join(','), ...entries.map((entry) => cells(entry).map(csvCell).join(','))]
        .map((line) => `${line}\r\n`)
        .join('');
    case 'markdown': {
      const rows = entries.map((entry) => {
        const [at, what, by, task, , limit, reason] = cells(entry);
        const spent = entry.spentUsd === undefined ? '' : formatUsd(entry.spentUsd, locale);
        return [at, what, by, task, spent, limit, reason].map((cell) => markdownCell(cell ?? ''));
      });
      const line = (row: readonly string[]): string => `| ${row.join(' | ')} |\n`;
      return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('');
    }
  }
}

function cells(entry: ShownAudit): readonly string[] {
  const { at, what, by, task, spentUsd, limit, reason } = entry;
  return [new Date(at).toISOString(), what, by, task ?? '', spentUsd ?? '', limit ?? budgetText(entry.budget), reason ?? ''];
}

function budgetText(budget: ShownAudit['budget']): string {
  if (!budget) return '';
  const amount = budget.usd != null ? `${budget.usd} USD` : budget.tokens != null ? `${budget.tokens} tokens` : 'none';
  return `${amount} per ${budget.scope}, ${budget.action}`;
}

/** Quoted where it must be; a cell that a spreadsheet would take for a formula is made text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function markdownCell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ');
}
