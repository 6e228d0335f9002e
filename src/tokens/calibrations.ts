import { type Calibration, type Correction, correction, learn, noCalibration, readCalibration } from './calibration.ts';
import { bareModel } from './encodings.ts';
import type { Counted, PromptCount } from './prompt.ts';

/** All that was learned, by provider and model. */
export class Calibrations {
  readonly #states = new Map<string, Calibration>();

  /** `kept`: what `state` answered once; anything unreadable is left out. */
  constructor(kept: unknown = {}) {
    if (typeof kept !== 'object' || kept === null) return;
    for (const [key, value] of Object.entries(kept)) {
      const state = readCalibration(value);
      if (state !== noCalibration) this.#states.set(key, state);
    }
  }

  /** `estimated`: our uncorrected tokens of a prompt; `reported`: the provider's. See `learn`. */
  learn(provider: string, model: string, estimated: number, reported: number): void {
    const key = keyOf(provider, model);
    this.#states.set(key, learn(this.#states.get(key) ?? noCalibration, estimated, reported));
  }

  correctionFor(provider: string, model: string): Correction | undefined {
    const state = this.#states.get(keyOf(provider, model));
    return state && correction(state);
  }

  /** Plain JSON. */
  state(): Record<string, Calibration> {
    return Object.fromEntries(this.#states);
  }
}

/** An estimate put right by what was learned; an exact count stays as it is. */
export function corrected<T extends Pick<PromptCount, 'tokens' | 'counted' | 'plusMinus'>>(
  count: T,
  by: Correction | undefined,
): T {
  if (!by || count.counted === 'exact' || count.plusMinus >= 1) return count;
  const calibrated: Counted = 'calibrated';
  return { ...count, tokens: Math.round(count.tokens * by.ratio), counted: calibrated, plusMinus: by.plusMinus };
}

function keyOf(provider: string, model: string): string {
  return `${provider}/${bareModel(model)}`;
}
