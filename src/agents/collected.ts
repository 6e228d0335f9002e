import type { Observation } from '../core/request.ts';
import { type DocumentReading, NonsenseLine } from './agent.ts';

/** What a document shows, record by record; one that makes no sense is counted and the rest is read. */
export class Collected implements DocumentReading {
  readonly observations: Observation[] = [];
  nonsense: number;

  /** `nonsense`: records that were found to make none before. */
  constructor(nonsense = 0) {
    this.nonsense = nonsense;
  }

  take(make: () => Observation | undefined): void {
    try {
      const seen = make();
      if (seen) this.observations.push(seen);
    } catch (error) {
      if (!(error instanceof NonsenseLine)) throw error;
      this.nonsense += 1;
    }
  }
}
