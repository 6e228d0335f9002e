import assert from 'node:assert/strict';
import { OutputCounter } from '../../../src/tokens/output.ts';
import { counterOf } from './tables.ts';
import { kinds, makeText, type Random, randomFrom } from './textMaker.ts';

/** Cuts a text anywhere, also inside surrogate pairs. */
function deltas(text: string, random: Random): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = 1 + Math.floor(random() ** 2 * 12);
    parts.push(text.slice(at, at + size));
    at += size;
  }
  return parts;
}

describe('counting output as it streams', () => {
  for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
    it(`equals the count of the joined text, however it was cut (${encoding})`, () => {
      const counter = counterOf(encoding);
      const random = randomFrom(11);
      for (let i = 0; i < 600; i++) {
        const text = Array.from({ length: 1 + random() * 6 }, () => makeText(random)).join('');
        const output = new OutputCounter(counter);
        for (const delta of deltas(text, random)) output.add(delta);
        assert.equal(output.total, counter.count(text), JSON.stringify(text));
      }
    });
  }

  it('answers the running count with every delta', () => {
    const counter = counterOf('o200k_base');
    const random = randomFrom(12);
    const text = Array.from({ length: 60 }, () => kinds.prose?.(random)).join(' ');
    const output = new OutputCounter(counter);
    let so = '';
    for (const delta of deltas(text, random)) {
      so += delta;
      assert.ok(Math.abs(output.add(delta) - counter.count(so)) <= 3);
    }
  });

  it('stays within its bound on a run without borders', () => {
    const counter = counterOf('o200k_base');
    const text = 'x'.repeat(100_000);
    const output = new OutputCounter(counter);
    let last = 0;
    for (let at = 0; at < text.length; at += 4) last = output.add(text.slice(at, at + 4));
    const cuts = Math.ceil(text.length / 4096);
    assert.ok(Math.abs(output.total - counter.count(text)) <= 2 * cuts);
    assert.ok(Math.abs(last - output.total) <= 4096 / 8);
  });

  it('never goes back by more than a few tokens, and scales by the ratio', () => {
    const output = new OutputCounter(counterOf('o200k_base'), 1.5);
    const plain = new OutputCounter(counterOf('o200k_base'));
    const text = 'The quick brown fox jumps over the lazy dog. ';
    for (let i = 0; i < 40; i++) {
      output.add(text);
      plain.add(text);
    }
    assert.equal(output.total, Math.round(plain.total * 1.5));
  });
});
