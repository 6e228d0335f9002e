/** One figure beside its target and what a naive way comes to. Everything is text, as it is printed. */
export interface AdvisorRow {
  readonly id: string;
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  readonly baseline: string;
  /** `undefined` = nothing to hold it to. */
  readonly met?: boolean;
}

export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`;
}

export function factor(value: number): string {
  return `${value.toFixed(2)}×`;
}

/** The value below which a share of the values lies; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
