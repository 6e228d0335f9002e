import type { Ratio } from './ratio.ts';
import { type Counts, redoneShare } from './record.ts';

/** For each dollar on the present model, at least, likely and at most. */
export interface Shares {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/**
 * What the candidate costs with what has to be done again on the present model, which is paid on top. That the tasks were dear ones and
 * that many of them failed are two accidents: their ranges go together as such, not as if the worst of both came at once.
 */
export function withRedone(ratio: Ratio, counts: Counts): Shares {
  const again = redoneShare(counts);
  const likely = ratio.likely + again.likely;
  return {
    low: likely - Math.hypot(ratio.likely - ratio.low, again.likely - again.low),
    likely,
    high: likely + Math.hypot(Math.max(ratio.high, ratio.bound) - ratio.likely, again.high - again.likely),
  };
}
