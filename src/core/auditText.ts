import { csvOf, markdownOf } from './exportTables.ts';
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
  if (format === 'json') return `${JSON.stringify(entries, null, 2)}\n`;
  const rows = entries.map((entry) => {
    const row = [...cells(entry)];
    if (format === 'markdown' && entry.spentUsd !== undefined) row[spentAt] = formatUsd(entry.spentUsd, locale);
    return row;
  });
  return format === 'csv' ? csvOf({ columns, rows }) : markdownOf({ columns, rows });
}

const spentAt = columns.indexOf('spentUsd');

function cells(entry: ShownAudit): readonly string[] {
  const { at, what, by, task, spentUsd, limit, reason } = entry;
  return [new Date(at).toISOString(), what, by, task ?? '', spentUsd ?? '', limit ?? budgetText(entry.budget), reason ?? ''];
}

function budgetText(budget: ShownAudit['budget']): string {
  if (!budget) return '';
  const amount = budget.usd != null ? `${budget.usd} USD` : budget.tokens != null ? `${budget.tokens} tokens` : 'none';
  return `${amount} per ${budget.scope}, ${budget.action}`;
}
