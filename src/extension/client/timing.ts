/** Milliseconds, but for `silentTicks`. */
export interface Timing {
  readonly healthMs: number;
  readonly pollMs: number;
  readonly startMs: number;
  readonly tickMs: number;
  readonly silentTicks: number;
  /** Pauses before one attempt after another; the last one repeats. */
  readonly backOffMs: readonly number[];
  /** A connection that lasted as long is no sign of trouble when it drops. */
  readonly steadyMs: number;
  readonly callMs: number;
  readonly quitMs: number;
  /** How often a window whose meter was stopped looks whether another one has started it. */
  readonly offPollMs: number;
}

export const usualTiming: Timing = {
  healthMs: 500,
  pollMs: 15,
  startMs: 10_000,
  tickMs: 1_000,
  silentTicks: 3,
  backOffMs: [0, 250, 500, 1_000, 2_000, 4_000, 10_000],
  steadyMs: 5_000,
  callMs: 10_000,
  quitMs: 2_000,
  offPollMs: 1_000,
};
