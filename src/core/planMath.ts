import type { Pico } from './money.ts';

/** A pace of less time means nothing (ms). */
const firstHour = 3_600_000;

/**
 * Where a month's sum ends if it goes on as it began: `spent × whole month ÷ time gone`. Times in ms since the epoch.
 * Null in the first hour.
 */
export function monthAtThisPace(spent: Pico, from: number, now: number, to: number): Pico | null {
  const gone = Math.min(now, to) - from;
  if (gone < firstHour) return null;
  return (spent * BigInt(Math.round(to - from))) / BigInt(Math.round(gone));
}

/** When an allowance is used up at this pace (ms since the epoch); undefined when it lasts the month, null in the first hour. */
export function usedUpAt(spent: Pico, allowance: Pico, from: number, now: number, to: number): number | undefined | null {
  if (now - from < firstHour) return null;
  if (allowance <= 0n || spent <= 0n) return undefined;
  const gone = BigInt(Math.round(now - from));
  const at = from + Number((allowance * gone) / spent);
  return at < to ? at : undefined;
}

/** What running a model on a machine of one's own is assumed to cost and to do. Dollars, months, watts, hours, tokens per second. */
export interface OwnMachine {
  readonly hardwareUsd: number;
  readonly months: number;
  readonly watts: number;
  readonly hoursPerDay: number;
  readonly usdPerKwh: number;
  /** Upkeep a month: whoever keeps it running. */
  readonly upkeepUsd: number;
  /** Part of the use that a model of that size can take over, 0 to 1. */
  readonly share: number;
  readonly promptPerSecond: number;
  readonly outputPerSecond: number;
}

/** One 24 GB card in a plain machine, by the rule of thumb of a few dollars a day; every figure is there to be changed. */
export const usualMachine: OwnMachine = {
  hardwareUsd: 2_500,
  months: 36,
  watts: 450,
  hoursPerDay: 8,
  usdPerKwh: 0.15,
  upkeepUsd: 80,
  share: 0.3,
  promptPerSecond: 2_000,
  outputPerSecond: 40,
};

/** What each assumption may be. Outside of it a form says things that nobody means, and figures that no money has digits for. */
export const machineLimits: Readonly<Record<keyof OwnMachine, readonly [least: number, most: number]>> = {
  hardwareUsd: [0, 1e8],
  months: [1, 1_200],
  watts: [0, 1e6],
  hoursPerDay: [0.1, 24],
  usdPerKwh: [0, 1_000],
  upkeepUsd: [0, 1e8],
  share: [0, 1],
  promptPerSecond: [1, 1e9],
  outputPerSecond: [1, 1e9],
};

/** A share below this takes over nothing. */
const leastShare = 0.0001;

/** A typed assumption as a number within its limits; the usual one where nothing sensible was typed. */
export function assumption(name: keyof OwnMachine, typed: string | undefined): number {
  const value = Number(typed);
  if (typed === undefined || typed.trim() === '' || Number.isNaN(value)) return usualMachine[name];
  const [least, most] = machineLimits[name];
  const within = Math.min(most, Math.max(least, name === 'share' ? value / 100 : value));
  return name === 'share' && within < leastShare ? 0 : within;
}

/** What the last 30 days used: dollars at API prices, prompt tokens that were not in a cache, output tokens. */
export interface MonthOfUse {
  readonly usd: number;
  readonly freshTokens: number;
  readonly outputTokens: number;
}

export interface BreakEven {
  /** Machines that carry the share in the hours they run. */
  readonly machines: number;
  /** Dollars a month for all of them. */
  readonly costUsd: number;
  /** Dollars a month of API use they replace. */
  readonly replacesUsd: number;
  /** `replacesUsd − costUsd`; below 0 it does not pay. */
  readonly savesUsd: number;
  /** The month of API use, in dollars, from which on it would pay with this share; Infinity where the share is 0. */
  readonly fromUsd: number;
  /** Part of the machines' time that is used. */
  readonly load: number;
}

const daysPerMonth = 30;

/**
 * cost = machines × (hardware ÷ months + watts ÷ 1000 × hours × 30 × price of a kWh) + upkeep
 * replaces = share × API cost of 30 days;   pays when replaces > cost, so from API cost = cost ÷ share on
 * machines = share × (fresh prompt tokens ÷ prompt speed + output tokens ÷ output speed) ÷ (hours × 3600 × 30), rounded up, at least one
 */
export function breakEven(machine: OwnMachine, use: MonthOfUse): BreakEven {
  const available = machine.hoursPerDay * 3_600 * daysPerMonth;
  const busy = use.freshTokens / machine.promptPerSecond + use.outputTokens / machine.outputPerSecond;
  const needed = (machine.share * busy) / available;
  const machines = Math.max(1, Math.ceil(needed));
  const power = (machine.watts / 1_000) * machine.hoursPerDay * daysPerMonth * machine.usdPerKwh;
  const costUsd = machines * (machine.hardwareUsd / machine.months + power) + machine.upkeepUsd;
  const replacesUsd = machine.share * use.usd;
  return {
    machines,
    costUsd,
    replacesUsd,
    savesUsd: replacesUsd - costUsd,
    fromUsd: machine.share > 0 ? costUsd / machine.share : Number.POSITIVE_INFINITY,
    load: needed / machines,
  };
}
