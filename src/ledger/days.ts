/** Local calendar days as integers, `20261125`: they sort, they read, and a month is a range of them. */
export type Day = number;

/** What is asked about: whole days of the user's time zone. `7d` is today and the six days before; dates are inclusive, `YYYY-MM-DD`. */
export type Range = 'today' | '7d' | '30d' | 'month' | 'all' | { readonly from: string; readonly to: string };

export interface DaySpan {
  readonly from: Day;
  readonly to: Day;
}

const quarter = 15 * 60_000;
const hour = 60 * 60_000;
const cacheLimit = 50_000;

/** The calendar of one IANA time zone. Throws `RangeError` for a zone that does not exist. */
export class Days {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  /** Offsets are multiples of a quarter of an hour, so a day never changes inside one. */
  readonly #byQuarter = new Map<number, Day>();

  constructor(zone: string) {
    this.zone = zone;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  }

  /** The local day of a moment (ms since the epoch). */
  dayOf(at: number): Day {
    const slot = Math.floor(at / quarter);
    const known = this.#byQuarter.get(slot);
    if (known !== undefined) return known;
    let [year, month, date] = [0, 0, 0];
    for (const part of this.#format.formatToParts(slot * quarter)) {
      if (part.type === 'year') year = Number(part.value);
      else if (part.type === 'month') month = Number(part.value);
      else if (part.type === 'day') date = Number(part.value);
    }
    const day = year * 10_000 + month * 100 + date;
    if (this.#byQuarter.size >= cacheLimit) this.#byQuarter.clear();
    this.#byQuarter.set(slot, day);
    return day;
  }

  /** The first moment of a day: not always midnight, where clocks change then. */
  startOf(day: Day): number {
    const utc = Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100);
    // Zones lie between −12 h and +14 h; local days only ever go forward in time, so halving finds the first quarter.
    let low = (utc - 16 * hour) / quarter;
    let high = (utc + 16 * hour) / quarter;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.dayOf(middle * quarter) >= day) high = middle;
      else low = middle + 1;
    }
    return low * quarter;
  }

  span(range: Range, now: number): DaySpan {
    const today = this.dayOf(now);
    switch (range) {
      case 'today':
        return { from: today, to: today };
      case '7d':
        return { from: addDays(today, -6), to: today };
      case '30d':
        return { from: addDays(today, -29), to: today };
      case 'month':
        return { from: today - (today % 100) + 1, to: today };
      case 'all':
        return { from: 0, to: 99_991_231 };
      default:
        return { from: readDay(range.from), to: readDay(range.to) };
    }
  }

  /**
   * As many days right before a range, to compare it with. The month so far is compared with as many days of the month
   * before (at most all of them).
   */
  before(range: Range, now: number): { from: string; to: string } {
    const { from, to } = this.span(range, now);
    if (range === 'month') {
      const last = addDays(from, -1);
      const first = last - (last % 100) + 1;
      return { from: dayText(first), to: dayText(Math.min(last, addDays(first, (to % 100) - 1))) };
    }
    const length = daysBetween(from, to) + 1;
    return { from: dayText(addDays(from, -length)), to: dayText(addDays(from, -1)) };
  }

  /** The moments of a span, end exclusive. */
  moments(span: DaySpan): { from: number; to: number } {
    return {
      from: span.from <= 0 ? 0 : this.startOf(span.from),
      to: span.to >= 99_990_000 ? Number.MAX_SAFE_INTEGER : this.startOf(addDays(span.to, 1)),
    };
  }
}

export function addDays(day: Day, days: number): Day {
  const date = new Date(Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, (day % 100) + days));
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}

/** Days from one to the other; 0 for the same. */
function daysBetween(from: Day, to: Day): number {
  const utc = (day: Day): number => Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100);
  return Math.round((utc(to) - utc(from)) / (24 * hour));
}

/** `20261125` → `2026-11-25` */
export function dayText(day: Day): string {
  const text = String(day).padStart(8, '0');
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}

function readDay(text: string): Day {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) throw new RangeError(`not a date (YYYY-MM-DD): ${JSON.stringify(text)}`);
  return Number(`${match[1]}${match[2]}${match[3]}`);
}
