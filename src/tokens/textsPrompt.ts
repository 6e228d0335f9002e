import { type Fields, list } from './bodyFields.ts';
import type { Tally } from './tally.ts';

/** Adds up a body that is text and no conversation: `input` of embeddings, `prompt` of old completions; texts or tokens, one or many. */
export function tallyTexts(body: Fields, tally: Tally): void {
  for (const given of [body.input, body.prompt])
    for (const each of typeof given === 'string' ? [given] : list(given)) texts(each, tally);
}

function texts(each: unknown, tally: Tally): void {
  if (typeof each === 'string') tally.text('messages', each);
  else if (typeof each === 'number') tally.fixed('messages', 1);
  else for (const token of list(each)) if (typeof token === 'number') tally.fixed('messages', 1);
}
