import type { ModeKind } from '../../core/mode.ts';

/** One turn of the sample run. Token counts are what the stand-in provider reports. */
export interface SampleTurn {
  readonly mode: ModeKind;
  readonly input: number;
  readonly output: number;
}

export const sampleModel = 'claude-sonnet-4-6';
/** USD: the run costs $2.475 at list price without caching, so the warning comes at about two thirds of it. */
export const sampleBudgetUsd = '2.00';

/**
 * A review agent that reads a repository, runs tests and changes code: 15 turns, each sending the whole history again.
 * In all 600,000 input and 45,000 output tokens, as in the often told example of what an agent loop costs.
 */
export const sampleTurns: readonly SampleTurn[] = modesInOrder().map((mode, turn) => ({
  mode,
  input: 12_000 + 4_000 * turn,
  output: 3_000,
}));

function modesInOrder(): ModeKind[] {
  const legs: readonly (readonly [ModeKind, number])[] = [
    ['orchestrator', 2],
    ['architect', 3],
    ['code', 7],
    ['debug', 3],
  ];
  return legs.flatMap(([mode, turns]) => Array<ModeKind>(turns).fill(mode));
}

const words =
  'the reader keeps every open file in a map so that a second change finds its offset again and the test that failed before now passes with one line less than it had'.split(
    ' ',
  );

/** Plain text of about `count` tokens (every word is one), the same for the same `seed`. */
export function sampleText(count: number, seed: number): string {
  const out: string[] = [];
  let state = (seed * 2_654_435_761) >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    out.push(words[state % words.length] ?? 'the');
  }
  return out.join(' ');
}
