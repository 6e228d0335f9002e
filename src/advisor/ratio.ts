/** A ratio of costs with the range it lies in four times out of five, and a bound it stays below nine times out of ten. */
export interface Ratio {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
  /** 90 % one-sided, with the drift of models and habits on top. */
  readonly bound: number;
  /** Tasks of one's own behind it, the fewer of the two models. */
  readonly tasks: number;
}

/** 80 % two-sided and 90 % one-sided of a normal distribution. */
const z = 1.2816;
/** Models and habits change between learning and using: relative, one-sided … */
const drift = 0.08;
/** … and as a spread of the logarithm. */
const wander = 0.1;
/** Without tasks of one's own the price list is off by a factor of 2.65 at the median (n = 104 pairs), and cheaper models do more work. */
const listSpread = 1.2;
const listBias = 0.4;

/**
 * What a task costs on the candidate for each dollar on the present model: tasks of one's own with either, drawn together
 * with the ratio of their list prices, which counts for less the more tasks there are. Costs of tasks are log-normal: the
 * mean of few is told better by the mean and spread of their logarithms. `undefined` without a task of each and without a list.
 */
export function costRatio(
  now: readonly number[],
  candidate: readonly number[],
  listRatio: number | undefined,
): Ratio | undefined {
  const own = difference(logMean(now), logMean(candidate));
  const list =
    listRatio !== undefined && listRatio > 0 ? { mean: Math.log(listRatio) + listBias, variance: listSpread ** 2 } : undefined;
  const both = own && list ? together(own, list) : (own ?? list);
  if (!both) return undefined;
  const spread = Math.sqrt(both.variance + wander ** 2);
  return {
    low: Math.exp(both.mean - z * spread),
    likely: Math.exp(both.mean),
    high: Math.exp(both.mean + z * spread),
    bound: Math.exp(both.mean + z * Math.sqrt(both.variance)) * (1 + drift),
    tasks: Math.min(now.length, candidate.length),
  };
}

interface Estimate {
  readonly mean: number;
  readonly variance: number;
}

/** Logarithm of the mean of a log-normal sample; needs three. */
function logMean(costs: readonly number[]): Estimate | undefined {
  const logs = costs.filter((cost) => cost > 0).map(Math.log);
  if (logs.length < 3) return undefined;
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const spread = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  return { mean: mean + spread / 2, variance: spread / logs.length + spread ** 2 / (2 * (logs.length - 1)) };
}

function difference(from: Estimate | undefined, to: Estimate | undefined): Estimate | undefined {
  return from && to && { mean: to.mean - from.mean, variance: from.variance + to.variance };
}

function together(a: Estimate, b: Estimate): Estimate {
  const weight = b.variance / (a.variance + b.variance);
  return { mean: weight * a.mean + (1 - weight) * b.mean, variance: weight * a.variance };
}
