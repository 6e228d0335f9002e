import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { scanLines } from '../../../src/sessions/lineScanner.ts';
import { removeHomes, tempHome, write } from './support.ts';

const needles = ['"usage":{', 'mode'].map((text) => Buffer.from(text));

function scan(
  text: string | Buffer,
  more: { readonly chunkBytes?: number; readonly maxLineBytes?: number; readonly offset?: number } = {},
) {
  const path = join(tempHome(), 'file');
  write(path, text);
  const file = openSync(path, 'r');
  try {
    const options = { needles, chunkBytes: more.chunkBytes ?? 1 << 16, maxLineBytes: more.maxLineBytes ?? 1 << 20 };
    const lines: string[] = [];
    let [offset, tooLong] = [more.offset ?? 0, 0];
    for (const chunk of scanLines(file, offset, options)) {
      lines.push(...chunk.lines.map(String));
      offset = chunk.offset;
      tooLong += chunk.tooLong;
    }
    return { lines, offset, tooLong };
  } finally {
    closeSync(file);
  }
}

const piece = fc.oneof(
  fc.constantFrom('"usage":{', 'mode', '\n', '\n\n', '"usage"', '日本', 'x'.repeat(40)),
  fc.string({ maxLength: 12 }),
);

describe('scanLines', () => {
  afterEach(removeHomes);

  it('shows the first line and the complete lines with a needle, whatever the chunks', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 64 }), (pieces, chunkBytes) => {
        const text = pieces.join('');
        const complete = text.split('\n').slice(0, -1);
        const expected = complete.filter((line, i) => i === 0 || needles.some((needle) => line.includes(String(needle))));
        const { lines, offset } = scan(text, { chunkBytes });
        assert.deepEqual(
          lines,
          expected.map((line) => String(Buffer.from(line))),
        );
        assert.equal(offset, Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps an unfinished last line back', () => {
    assert.deepEqual(scan('a\nmode 1\nmode 2'), { lines: ['a', 'mode 1'], offset: 9, tooLong: 0 });
    assert.deepEqual(scan('a\nmode 1\nmode 2\n', { offset: 9 }), { lines: ['mode 2'], offset: 16, tooLong: 0 });
  });

  it('passes over a line that is too long, counts it, and goes on after it', () => {
    const text = `mode 1\n${'mode'.repeat(5000)}\nmode 2\n`;
    for (const chunkBytes of [64, 1000, 4096]) {
      const { lines, offset, tooLong } = scan(text, { chunkBytes, maxLineBytes: 5000 });
      assert.deepEqual(lines, ['mode 1', 'mode 2']);
      assert.equal(tooLong, 1);
      assert.equal(offset, text.length);
    }
  });

  it('counts a line that is too long also when nothing follows it', () => {
    assert.equal(scan('x'.repeat(9000), { chunkBytes: 1000, maxLineBytes: 2000 }).tooLong, 1);
  });
});
