import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EncodingName, TokenCounter } from './bpe.ts';
import type { CounterOf } from './prompt.ts';

/** Counters that read their table below `folder` when they are first wanted (some 30 ms). They throw when it is not there. */
export function countersIn(folder: string): CounterOf {
  const loaded = new Map<EncodingName, TokenCounter>();
  return (encoding) => {
    let counter = loaded.get(encoding);
    if (!counter) {
      counter = TokenCounter.load(readFileSync(join(folder, `${encoding}.bin`)), encoding);
      loaded.set(encoding, counter);
    }
    return counter;
  };
}
