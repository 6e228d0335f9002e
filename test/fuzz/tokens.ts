/**
 * `npm run fuzz`: our token counts against tiktoken's on many made texts, in both encodings, and the streaming count
 * against the count of the whole.
 *
 *   node test/fuzz/tokens.ts [--cases=100000] [--seed=N]
 *
 * Ends with status 1 and the shortest failing text, as JSON, when one differs.
 */
import { parseArgs } from 'node:util';
import { OutputCounter } from '../../src/tokens/output.ts';
import { counterOf, oracle } from '../unit/tokens/tables.ts';
import { makeText, randomFrom } from '../unit/tokens/textMaker.ts';

const { values } = parseArgs({ options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string' } } });
const cases = Number(values.cases);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`seed ${seed}, ${cases} texts`);

let shortest: string | undefined;
let different = 0;
for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
  const counter = counterOf(encoding);
  const expected = oracle(encoding);
  const random = randomFrom(seed);
  let characters = 0;
  for (let i = 0; i < cases; i++) {
    const text = makeText(random);
    characters += text.length;
    const output = new OutputCounter(counter);
    for (let at = 0; at < text.length; at += 7) output.add(text.slice(at, at + 7));
    const right = expected(text);
    if (counter.count(text) === right && output.total === right) continue;
    different++;
    if (shortest === undefined || text.length < shortest.length) shortest = text;
  }
  say(`${encoding}: ${cases} texts, ${(characters / 1e6).toFixed(1)} M characters, ${different} different so far`);
}
if (shortest !== undefined) {
  say(`shortest: ${JSON.stringify(shortest)}`);
  process.exitCode = 1;
}
