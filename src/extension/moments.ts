import type { Query } from '../protocol/query.ts';

/** The days of a query by the clock of this machine, which is the service's. A task has no days of its own: a month. */
export function momentsOf({ range, from, to }: Query, now: number): { readonly from: number; readonly to: number } {
  const today = new Date(now);
  const start = (days: number): number => new Date(today.getFullYear(), today.getMonth(), today.getDate() - days).getTime();
  switch (range) {
    case 'today':
      return { from: start(0), to: now };
    case '7d':
      return { from: start(6), to: now };
    case '30d':
    case 'task':
      return { from: start(29), to: now };
    case 'month':
      return { from: new Date(today.getFullYear(), today.getMonth(), 1).getTime(), to: now };
    case 'custom':
      return { from: Date.parse(`${from ?? ''}T00:00:00`), to: Math.min(now, endOf(to ?? '')) };
  }
}

/** The first moment of the next day: not always 24 hours later, where clocks change. */
function endOf(day: string): number {
  const date = new Date(`${day}T00:00:00`);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}
