import assert from 'node:assert/strict';
import { priceBook } from '../../../pricing/book.ts';
import { answer } from '../../../src/cli/route.ts';

const book = priceBook();
const now = Date.parse('2026-11-22T12:00:00Z');
const route = (question: object) => answer(book, question, now);

describe('spend-meter route', () => {
  it('offers the small model of the same maker for a kind that is certain', () => {
    const found = route({ prompt: 'Write a commit message for these changes', mode: 'code', model: 'claude-opus-5-5' });
    assert.deepEqual([found.suggest, found.kind, found.to], [true, 'commit message', 'claude-haiku-5-5']);
    assert.ok(Number(found.savingUsd) > 0);
    assert.equal(found.pCheapSuffices, null);
    for (const [model, to] of [
      ['gpt-5.5', /^gpt-/],
      ['gemini-3.1-pro-preview', /^gemini-/],
      ['openrouter/anthropic/claude-opus-4.8', /^claude-haiku/],
    ] as const)
      assert.match(route({ prompt: 'Rename foo to bar', model }).to ?? '', to);
  });

  it('says why not', () => {
    const commit = 'Write a commit message';
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ prompt: 'Fix the flaky scheduler', model: 'claude-opus-5-5' }, /no kind that is known for certain/],
      [{ prompt: commit, mode: 'architect', model: 'claude-opus-5-5' }, /policy .* architect/],
      [{ prompt: commit, mode: 'orchestrator', model: 'claude-opus-5-5' }, /policy/],
      [{ prompt: commit, mode: 'debug', model: 'claude-opus-5-5' }, /policy/],
      [{ prompt: commit }, /no model/],
      [{ prompt: commit, model: 'nobody-knows-this' }, /no price/],
      [{ prompt: commit, model: 'claude-haiku-5-5' }, /already/],
      [{ prompt: commit, model: 'minimax-m3' }, /no cheaper model/],
      [{ prompt: 'Change the timeout to 5 in src/a.ts', model: 'claude-opus-5-5' }, /your own record/],
    ];
    for (const [question, why] of cases) {
      const found = route(question);
      assert.equal(found.suggest, false, JSON.stringify(question));
      assert.match(found.why, why);
      assert.equal(found.to, undefined);
      assert.equal(found.pCheapSuffices, null);
    }
  });

  it('says what is wrong with a line', () => {
    assert.throws(() => route({}), /prompt/);
    assert.throws(() => route([]), RangeError);
  });
});
