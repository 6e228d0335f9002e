/** How well a predictor that reads only prompts does on prompts of repositories it has not seen. */
export interface Measured {
  readonly family: string;
  /** Area under the curve of "the cheap model solves it", and the same of nothing but the length of the prompt. */
  readonly auc: number;
  readonly lengthAuc: number;
  /** Expected calibration error when the whole family was left out of training. */
  readonly ece: number;
}

/**
 * Whether a number from the prompt alone may be shown to a person: better than counting characters by 0.05 in three kinds of work at least,
 * and calibrated on kinds it has never seen. No predictor that was measured passes, so none is shipped.
 */
export function mayShowDifficulty(measured: readonly Measured[]): boolean {
  const better = measured.filter(({ auc, lengthAuc }) => auc >= lengthAuc + 0.05).length;
  return better >= 3 && measured.every(({ ece }) => ece <= 0.1);
}
