import { parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/** What rows are made by, in the order they are asked for. */
export const groupings = ['day', 'model', 'agent', 'task', 'mode', 'workspace'] as const;
export type Grouping = (typeof groupings)[number];

export interface ReportOptions {
  readonly json: boolean;
  /** The home whose sessions are read; absent = the user's own, with what the environment says of the places. */
  readonly home?: string;
  /** Milliseconds since the epoch: from this moment on. */
  readonly since?: number;
  /** Milliseconds since the epoch: before this moment. */
  readonly until?: number;
  readonly by: readonly Grouping[];
  readonly ledger: boolean;
  /** A file of the user's own prices, which win over the book. */
  readonly pricesFile?: string;
}

/** Throws `UsageError`. Days are days of this machine's time zone; `--until` includes the day it names. */
export function parseReportOptions(args: readonly string[]): ReportOptions {
  const { values } = parsedArgs(args);
  return {
    json: values.json ?? false,
    home: values.home,
    since: values.since === undefined ? undefined : momentOf('--since', values.since, 0),
    until: values.until === undefined ? undefined : momentOf('--until', values.until, 1),
    by: values.by === undefined ? ['day', 'model', 'agent'] : groupingsIn(values.by),
    ledger: !values['no-ledger'],
    pricesFile: values.prices,
  };
}

function parsedArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        home: { type: 'string' },
        since: { type: 'string' },
        until: { type: 'string' },
        by: { type: 'string' },
        'no-ledger': { type: 'boolean' },
        prices: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function groupingsIn(text: string): readonly Grouping[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !groupings.includes(name as Grouping));
  if (unknown !== undefined) throw new UsageError(`--by takes ${groupings.join(', ')}, not "${unknown}"`);
  return [...new Set(names as Grouping[])];
}

/** A whole day of this machine's time zone, or a moment in ISO 8601. `dayOffset` moves a day to its end. */
function momentOf(option: string, text: string, dayOffset: 0 | 1): number {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.slice(1).map(Number);
  const exists = !Number.isNaN(Date.parse(text));
  const [year = 0, month = 0, date = 0] = day ?? [];
  if (!exists) throw new UsageError(`${option} takes a date such as 2026-11-22, not "${text}"`);
  return day ? new Date(year, month - 1, date + dayOffset).getTime() : Date.parse(text);
}
