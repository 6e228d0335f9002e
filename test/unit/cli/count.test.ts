import assert from 'node:assert/strict';
import { countLine } from '../../../src/cli/count.ts';
import { PromptCounter } from '../../../src/tokens/prompt.ts';
import { counterOf } from '../tokens/tables.ts';

const parts = { counterOf, prompts: new PromptCounter(counterOf) };
const answer = (line: unknown): object => countLine(line, parts);

describe('spend-meter count', () => {
  it('counts a text in an encoding', () => {
    assert.deepEqual(answer({ text: 'hello world', encoding: 'o200k_base' }), {
      tokens: 2,
      encoding: 'o200k_base',
      basis: 'exact',
    });
    assert.deepEqual(answer({ text: '', encoding: 'cl100k_base' }), { tokens: 0, encoding: 'cl100k_base', basis: 'exact' });
  });

  it('counts a text for a model', () => {
    assert.deepEqual(answer({ text: 'hello world', model: 'gpt-5.5' }), { tokens: 2, encoding: 'o200k_base', basis: 'exact' });
    const estimate = { tokens: 115, encoding: 'o200k_base', basis: 'estimated', plusMinus: 0.15 };
    assert.deepEqual(answer({ text: 'word '.repeat(100).trim(), model: 'claude-sonnet-4-6' }), estimate);
  });

  for (const [api, body] of [
    ['messages', { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'hi' }] }],
    ['chat.completions', { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }],
    ['responses', { model: 'gpt-5', input: 'hi' }],
    ['generateContent', { contents: [{ parts: [{ text: 'hi' }] }] }],
  ] as const) {
    it(`counts a body of ${api}`, () => {
      const { tokens, basis } = answer({ body, api, model: 'gemini-2.5-pro' }) as { tokens: number; basis: string };
      assert.ok(tokens > 0 && tokens < 12);
      assert.equal(basis, api === 'chat.completions' || api === 'responses' ? 'exact' : 'estimated');
    });
  }

  it('refuses what it cannot read', () => {
    for (const line of [
      null,
      7,
      {},
      { text: 'x' },
      { text: 7, model: 'gpt-5' },
      { text: 'x', encoding: 'gpt2' },
      { body: {}, api: 'nope' },
      { body: 'x', api: 'messages' },
    ]) {
      assert.throws(() => answer(line), RangeError);
    }
  });
});
