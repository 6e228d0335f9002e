import { get_encoding } from 'tiktoken';
import { tokenTable } from '../../../scripts/tokenTables.mjs';
import { type EncodingName, TokenCounter } from '../../../src/tokens/bpe.ts';
import type { CounterOf } from '../../../src/tokens/prompt.ts';

/** What is counted against: tiktoken itself. */
export function oracle(encoding: EncodingName): (text: string) => number {
  const tiktoken = get_encoding(encoding);
  return (text) => tiktoken.encode_ordinary(text).length;
}

const counters = new Map<EncodingName, TokenCounter>();

/** Counters over tables made afresh from the package. */
export const counterOf: CounterOf = (encoding) => {
  let counter = counters.get(encoding);
  if (!counter) {
    counter = TokenCounter.load(tokenTable(encoding), encoding);
    counters.set(encoding, counter);
  }
  return counter;
};
