import { type Usage, usage } from '../../src/core/usage.ts';
import type { Random } from './random.ts';

/** One piece of an answer. A call is the agent's own shell tool, whatever that is called, unless `use` names another. */
export type Block =
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly command: string; readonly use?: { readonly name: string; readonly input: object } };

export type BlockKind = Block['kind'];

/** One scripted answer. */
export interface Turn {
  readonly blocks: readonly Block[];
  /** What the provider says it was. `reasoning` is inside `output`. */
  readonly usage: Usage;
  /** Nothing is answered before this settles. */
  readonly hold?: Promise<void>;
  /** Answers do not end: the last block is written on and on, until the client leaves. */
  readonly endless?: Endless;
}

/** A stream to be stopped somewhere in its last block. */
export interface Endless {
  /** That many pieces of the block are sent; then `reached` is called and the stream waits for `goOn`. */
  readonly after: number;
  readonly reached: () => void;
  readonly goOn: Promise<void>;
}

/** Words that are one token each in the common encodings, so that a stream's length is about its number of pieces. */
const words =
  'the reader keeps every open file in map so that second change finds its offset again and test which failed before now passes with one line less than it had'.split(
    ' ',
  );

/** Plain prose of `count` words. */
export function prose(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(words)).join(' ');
}

/** The never ending text of an endless block, a word at a time. */
export function* endlessWords(): Generator<string> {
  for (let at = 0; ; at++) yield ` ${words[at % words.length]}`;
}

/** Numbers as a provider of that protocol family can report them; every class is above zero and no two answers are alike. */
export function drawUsage(random: Random, family: 'anthropic' | 'openai' | 'google', reasons: boolean): Usage {
  const output = random.int(60, 900);
  const common = {
    uncachedInput: random.int(1_000, 9_000),
    cacheRead: random.int(100, 30_000),
    output,
    reasoning: reasons ? random.int(20, output - 20) : 0,
  };
  switch (family) {
    case 'anthropic':
      return usage({ ...common, cacheWrite5m: random.int(100, 6_000), cacheWrite1h: random.int(100, 3_000) });
    case 'openai':
      return usage({ ...common, cacheWrite30m: random.int(100, 6_000) });
    case 'google':
      return usage(common);
  }
}
