import assert from 'node:assert/strict';
import { tokenTable } from '../../../scripts/tokenTables.mjs';
import { type EncodingName, TokenCounter } from '../../../src/tokens/bpe.ts';
import { counterOf, oracle } from './tables.ts';
import { kinds, makeText, randomFrom } from './textMaker.ts';

const encodings: readonly EncodingName[] = ['o200k_base', 'cl100k_base'];
/** Another seed, another 5,000 texts: `SEED=7 npm test`. */
const seed = Number(process.env.SEED ?? 20261122);

for (const encoding of encodings) {
  describe(`counting in ${encoding}`, () => {
    const counter = counterOf(encoding);
    const expected = oracle(encoding);
    const same = (text: string): void => assert.equal(counter.count(text), expected(text), JSON.stringify(text.slice(0, 300)));

    it('counts nothing for nothing', () => assert.equal(counter.count(''), 0));

    it(`equals tiktoken on 5,000 made texts (seed ${seed})`, () => {
      const random = randomFrom(seed);
      for (let i = 0; i < 5000; i++) same(makeText(random));
    });

    for (const [kind, make] of Object.entries(kinds)) {
      it(`equals tiktoken on ${kind}`, () => {
        const random = randomFrom(seed + kind.length);
        for (let i = 0; i < 30; i++) same(make(random));
      });
    }

    it('classes every character as tiktoken does', () => {
      // Every third block of assigned planes, one probe per character that shows its class by how it joins.
      for (let codePoint = 0; codePoint < 0x32000; codePoint += codePoint < 0x3000 ? 1 : 7) {
        const char = String.fromCodePoint(codePoint);
        same(`a${char}a1${char}1 ${char} A${char}A${char}b\n${char}\n${char}'s`);
      }
      // Letters that Unicode 17 added, which tiktoken's Unicode 16 does not know, and Unicode 16's own.
      for (const codePoint of [0x88f, 0xc5c, 0x1acf, 0xa7ce, 0x10940, 0x323b0, 0x897, 0x1c89, 0xa7cb, 0x10d4a, 0x105c0]) {
        same(`a${String.fromCodePoint(codePoint)}A${String.fromCodePoint(codePoint)}b`);
      }
    });

    it('takes special tokens for the text they are', () => {
      for (const text of ['<|endoftext|>', 'a<|endofprompt|>b', '<|fim_prefix|><|fim_suffix|>', '<|endoftext|>'.repeat(50)]) {
        assert.ok(counter.count(text) > 1);
        same(text);
      }
    });

    it('counts long texts in slices without losing a token', () => {
      const random = randomFrom(seed + 1);
      let text = '';
      while (text.length < 300_000) text += kinds.prose?.(random) + (random() < 0.2 ? '\n' : ' ');
      same(text);
      while (text.length < 500_000) text += makeText(random).slice(0, 200);
      same(text);
    });

    it('equals tiktoken on long runs that are small enough for tiktoken', () => {
      for (const unit of ['a', ' ', '=', '-', '^', '\n', '中文', 'ab', '=-', '\u0301', '😀', 'aB', 'deadbeef']) {
        for (const length of [31, 32, 33, 128, 129, 700, 1999]) same(unit.repeat(length).slice(0, 2000));
      }
    });

    it('takes a megabyte of anything', function () {
      // tiktoken would take hours; that it ends at all within mocha's patience is what is shown.
      this.timeout(60_000);
      for (const unit of ['a', ' ', '=', '^', '\n', '中', '\u0301', '😀', 'ab', 'é']) {
        const text = unit.repeat(1_000_000 / unit.length);
        const tokens = counter.count(text);
        assert.ok(tokens > 0 && tokens <= Buffer.byteLength(text));
      }
      const random = randomFrom(3);
      const letters = Array.from({ length: 1_000_000 }, () => String.fromCharCode(97 + random() * 26)).join('');
      assert.ok(counter.count(letters) > 300_000);
    });

    it('remembers pieces without mixing them up', () => {
      const random = randomFrom(9);
      const texts = Array.from({ length: 3000 }, () => kinds.letters?.(random) ?? '');
      const first = texts.map((text) => counter.count(text));
      assert.deepEqual(
        texts.map((text) => counter.count(text)),
        first,
      );
      assert.deepEqual(first, texts.map(expected));
    });
  });
}

describe('a token table', () => {
  it('that is cut short is refused', () => {
    assert.throws(() => TokenCounter.load(tokenTable('cl100k_base').subarray(0, 5000), 'cl100k_base'), /cut short/);
  });

  it('that is something else is refused', () => {
    assert.throws(() => TokenCounter.load(new Uint8Array(0), 'cl100k_base'), /not even every byte/);
    const noBytes = new Uint8Array(2 * 300).fill(1);
    assert.throws(() => TokenCounter.load(noBytes, 'cl100k_base'), /no rank of its own/);
  });

  it('may have gaps', () => {
    const table = tokenTable('cl100k_base');
    // One rank without a token at the end changes nothing.
    const longer = new Uint8Array(table.length + 1);
    longer.set(table);
    assert.equal(TokenCounter.load(longer, 'cl100k_base').count('hello world'), 2);
  });
});
