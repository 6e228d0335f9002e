import assert from 'node:assert/strict';
import { priceBook } from '../../pricing/book.ts';
import { type Pico, picoToUsd, usdToPico } from '../../src/core/money.ts';
import { type Usage, usageClasses } from '../../src/core/usage.ts';
import type { RequestRow } from '../../src/protocol/rows.ts';
import type { Served } from '../standIn/served.ts';

const book = priceBook();
const sellers: Readonly<Record<Served['protocol'], string>> = {
  anthropic: 'anthropic',
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  gemini: 'google',
};

/** The ledger holds exactly what was served: each answer once, to the token and to the last digit of its price. */
export function equalsServed(rows: readonly RequestRow[], served: readonly Served[]): void {
  const paid = rows.filter((row) => row.outcome === 'ok');
  assert.deepEqual(paid.map(({ usage }) => words(usage)).sort(), served.map(({ usage }) => words(usage)).sort());
  for (const row of paid) assert.equal(row.basis, 'priced', `${row.model} is ${row.basis}`);
  const shown = paid.reduce<Pico>((sum, { usd }) => sum + usdToPico(usd ?? '0'), 0n);
  const truth = served.reduce<Pico>((sum, one) => sum + priceOf(one), 0n);
  assert.equal(picoToUsd(shown), picoToUsd(truth));
}

function priceOf({ protocol, model, usage, at }: Served): Pico {
  const { cost } = book.price({ provider: sellers[protocol], model, usage, counted: 'reported', at });
  assert.ok(cost !== null, `no price for ${model}`);
  return cost;
}

function words(usage: Usage): string {
  return usageClasses.map((name) => `${name} ${usage[name]}`).join(', ');
}
