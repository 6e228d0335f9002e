import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { priceBook } from '../../../pricing/book.ts';
import { answer } from '../../../src/cli/price.ts';

interface Vector {
  readonly id: string;
  readonly why: string;
  readonly source: string;
  readonly line: object;
  readonly expected: {
    readonly usd: string | null;
    readonly basis: string;
    readonly normalized: Readonly<Record<string, number>>;
    readonly breakdown?: Readonly<Record<string, string>>;
    readonly aiCredits?: string;
  };
}
interface Priced {
  readonly usd: string | null;
  readonly basis: string;
  readonly normalized: Readonly<Record<string, number>>;
  readonly breakdown: Readonly<Record<string, string>>;
  readonly aiCredits?: string;
}

const file = new URL('../../fixtures/cost-vectors.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] };
const now = Date.parse('2026-11-22T12:00:00Z');
const book = priceBook();
const price = (line: object) => answer(book, line, now) as Priced;

describe('spend-meter price', () => {
  for (const { id, why, line, expected } of vectors) {
    it(`${id}: ${why}`, () => {
      const got = price(line);
      assert.equal(got.usd, expected.usd);
      assert.equal(got.basis, expected.basis);
      for (const [name, tokens] of Object.entries(expected.normalized)) assert.equal(got.normalized[name], tokens, name);
      if (expected.breakdown) assert.deepEqual(got.breakdown, expected.breakdown);
      if (expected.aiCredits) assert.equal(got.aiCredits, expected.aiCredits);
    });
  }

  it('has enough vectors, each with a source and an id of its own', () => {
    assert.ok(vectors.length >= 60);
    assert.equal(new Set(vectors.map((vector) => vector.id)).size, vectors.length);
    for (const vector of vectors) assert.ok(vector.source.length > 5, vector.id);
  });

  it('makes no dollar of counts that are none', () => {
    for (const usage of [{}, { prompt_tokens: -5, completion_tokens: 1 }, { prompt_tokens: 'many' }, { prompt_tokens: 0 }])
      assert.throws(
        () => price({ provider: 'openai', api: 'chat.completions', model: 'gpt-5.5', response: { usage } }),
        /no usage/,
      );
  });

  it("prices an advisor's part as the advisor's", () => {
    const message = (iterations: readonly object[]) => ({
      provider: 'anthropic',
      api: 'messages',
      model: 'claude-opus-5-5',
      response: { type: 'message', usage: { input_tokens: 1_000_000, output_tokens: 0, iterations } },
    });
    const advised = [{ type: 'advisor_message', model: 'claude-fable-5-2', input_tokens: 1_000_000, output_tokens: 0 }];
    assert.deepEqual([price(message([])).usd, price(message(advised)).usd], ['4', '12']);
    assert.equal(price(message(advised)).normalized.uncachedInput, 2_000_000);
    const unknown = [{ ...advised[0], model: 'nobody-knows-1' }];
    assert.deepEqual([price(message(unknown)).usd, price(message(unknown)).basis], [null, 'unpriced']);
  });

  it('says what is wrong with a line', () => {
    assert.throws(() => price({ api: 'messages', response: {} }), /no usage/);
    assert.throws(() => price({ api: 'nope', response: {} }), /unknown api/);
    assert.throws(() => price({ response: {} }), /api/);
    assert.throws(() => price([]), RangeError);
    const response = { usage: { input_tokens: 1 } };
    assert.throws(() => price({ api: 'messages', response, context: { at: 'yesterday' } }), /not a date/);
    assert.throws(() => price({ api: 'messages', response, prices: { input: '1' } }), /without input or output/);
    assert.throws(() => price({ api: 'messages', response, prices: { input: 'free', output: '1' } }), /prices/);
  });

  it('prices by the day of the answer, then of the context, then of now', () => {
    const response = { model: 'gpt-5.6-luna', choices: [], usage: { prompt_tokens: 1_000_000, completion_tokens: 0 } };
    const line = { provider: 'openai', api: 'chat.completions', response };
    assert.equal(price(line).usd, '0.4');
    assert.equal(price({ ...line, response: { ...response, created: Date.parse('2026-07-01') / 1000 } }).usd, '2');
    assert.equal(price({ ...line, context: { at: '2026-07-01T00:00:00Z' } }).usd, '2');
  });
});
