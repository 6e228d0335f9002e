import { forecast, lately, monthEnd, yearAt } from '../core/forecast.ts';
import { type Pico, picoToUsd, usdToPico } from '../core/money.ts';
import type { Billing } from '../core/request.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TaskForecast } from '../protocol/rows.ts';
import type { Pace, Total } from '../protocol/state.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
/** More of a task's latest requests do not change its pace. */
const mostRequests = 200;

/** What the present pace comes to, for a task and for all of it. */
export class Forecasts {
  readonly #ledger: Ledger;
  readonly #now: () => number;
  readonly #monthPart: (at: number) => { readonly elapsed: number; readonly days: number };

  /** `monthPart`: days of the local month that are over at a moment, and its length. */
  constructor(ledger: Ledger, now: () => number, monthPart: (at: number) => { readonly elapsed: number; readonly days: number }) {
    this.#ledger = ledger;
    this.#now = now;
    this.#monthPart = monthPart;
  }

  /** `left`: what the nearest USD limit leaves, pico-dollars. */
  ofTask(root: string, left: Pico | undefined): TaskForecast | undefined {
    const now = this.#now();
    const told = forecast(this.#ledger.recentCosts(root, now - lately, mostRequests), now, left);
    if (!told) return undefined;
    const { perHour, ...rest } = told;
    return { ...rest, perHourUsd: picoToUsd(perHour) };
  }

  pace(month: Total): Pace {
    const now = this.#now();
    const [week, thirty] = [this.#ledger.total('7d'), this.#ledger.total('30d')];
    const { elapsed, days } = this.#monthPart(now);
    const part = (of: (name: 'meteredUsd' | 'planUsd' | 'unknownUsd', billing: Billing) => Pico) => ({
      meteredUsd: picoToUsd(of('meteredUsd', 'metered')),
      planUsd: picoToUsd(of('planUsd', 'plan')),
      unknownUsd: picoToUsd(of('unknownUsd', 'unknown')),
    });
    const lastHour = this.#ledger.spentSince(now - hour);
    return {
      lastHour: part((_name, billing) => lastHour[billing]),
      monthEnd: part((name) => monthEnd(usdToPico(month[name]), usdToPico(week[name]), elapsed, days)),
      year: part((name) => yearAt(usdToPico(thirty[name]))),
    };
  }
}

/** Days of the month of a time zone that are over at a moment, with fractions, and the month's length. */
export function monthPartOf(zone: string): (at: number) => { readonly elapsed: number; readonly days: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day: date = 1, hour: hours = 0, minute = 0 } = parts;
    const days = Math.round((Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / day);
    return { elapsed: date - 1 + (hours * 60 + minute) / 1_440, days };
  };
}
