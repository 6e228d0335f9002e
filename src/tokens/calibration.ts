/**
 * What a provider's own counts have taught about ours, for one provider and model. Ratios only, no text, no sizes:
 * plain JSON, to be kept by the ledger.
 */
export interface Calibration {
  /** Reported over estimated, the latest last; at most `window`. */
  readonly ratios: readonly number[];
  /** How far the number then shown was off, relative, the latest last; at most `window`. */
  readonly errors: readonly number[];
  /** The latest ratios in a row that did not fit; two at most. */
  readonly strange: readonly number[];
}

/** A correction of an estimate: multiply by `ratio`, and expect an error of `plusMinus`. */
export interface Correction {
  readonly ratio: number;
  readonly plusMinus: number;
}

export const noCalibration: Calibration = { ratios: [], errors: [], strange: [] };

const window = 25;
/** Estimates below this are frames more than text. Tokens. */
const leastEstimate = 500;
/** Pairs it takes before a number is called calibrated. */
const enough = 3;
const leastRatio = 0.5;
const mostRatio = 3;

/**
 * Learns from a pair that belongs together: our estimate (uncorrected) of a prompt and the whole prompt the provider
 * reported for it, in tokens. Give it only clean pairs: an answer with status 200, no tools run by the provider.
 *
 * A ratio more than 4 median deviations and 6 % off the others is left out; three such in a row to the same side mean that
 * the provider has changed something, and all before them is forgotten.
 */
export function learn(state: Calibration, estimated: number, reported: number): Calibration {
  if (!(estimated >= leastEstimate && reported > 0)) return state;
  const ratio = Math.min(mostRatio, Math.max(leastRatio, reported / estimated));
  const shown = estimated * ratioOf(state);
  const errors = last([...state.errors, Math.abs(shown - reported) / reported]);
  if (!isStrange(state.ratios, ratio)) return { ratios: last([...state.ratios, ratio]), errors, strange: [] };
  const center = median(state.ratios);
  const strange = [...state.strange.filter((other) => other > center === ratio > center), ratio];
  if (strange.length >= 3) return { ratios: strange, errors: [], strange: [] };
  return { ratios: state.ratios, errors, strange };
}

/** What to correct with; `undefined` while too little is known. */
export function correction(state: Calibration): Correction | undefined {
  if (state.ratios.length < enough) return undefined;
  const sorted = [...(state.errors.length >= enough ? state.errors : spread(state.ratios))].sort((a, b) => a - b);
  const shownError = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.9))] ?? 0;
  return { ratio: ratioOf(state), plusMinus: Math.max(0.005, Number(shownError.toPrecision(2))) };
}

/** Reads a kept state; anything else is no state. */
export function readCalibration(value: unknown): Calibration {
  const { ratios, errors, strange } = (value ?? {}) as Partial<Record<keyof Calibration, unknown>>;
  const isList = (each: unknown): each is number[] => Array.isArray(each) && each.every((n) => Number.isFinite(n));
  return isList(ratios) && isList(errors) && isList(strange) ? { ratios, errors, strange } : noCalibration;
}

/** Two prompts of one conversation, the later of which extends the earlier. */
export interface Anchor {
  /** Our estimate of the earlier prompt, and what the provider reported for it. */
  readonly estimated: number;
  readonly reported: number;
}

/**
 * The later prompt by what was reported for the earlier one: only the difference is estimated. `undefined` where the
 * history was shortened, so that the anchor does not hold. The caller sees to it that model and tools are the same.
 */
export function anchored(anchor: Anchor, estimated: number, by: Correction): { tokens: number; plusMinus: number } | undefined {
  const more = estimated - anchor.estimated;
  if (more < 0 || anchor.reported <= 0) return undefined;
  const tokens = Math.round(anchor.reported + more * by.ratio);
  return {
    tokens,
    plusMinus: Math.max(0.003, Number(((more * by.ratio * Math.max(by.plusMinus, 0.05)) / tokens).toPrecision(2))),
  };
}

/** Median with one pseudo-observation of the prior, which is 1: the estimate has the prior in it already. */
function ratioOf({ ratios }: Calibration): number {
  return median([...ratios, 1]);
}

function isStrange(ratios: readonly number[], ratio: number): boolean {
  if (ratios.length < 5) return false;
  const center = median(ratios);
  const deviation = median(ratios.map((each) => Math.abs(each - center)));
  const off = Math.abs(ratio - center);
  return off > 4 * deviation && off > 0.06 * center;
}

function spread(ratios: readonly number[]): readonly number[] {
  const center = median(ratios);
  return ratios.map((ratio) => Math.abs(ratio - center) / center);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 1;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function last(values: readonly number[]): readonly number[] {
  return values.slice(-window);
}
