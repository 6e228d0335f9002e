import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import fc from 'fast-check';
import { runLines, splitLines } from '../../../src/cli/lines.ts';

async function run(input: Iterable<Uint8Array | string>, answer = (value: unknown): object => ({ value })) {
  const stdout = new PassThrough();
  const status = await runLines(Readable.from(input), stdout, answer);
  stdout.end();
  const text = (await stdout.toArray()).join('');
  return {
    status,
    lines: text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  };
}

describe('JSON Lines', () => {
  it('answers every line in order', async () => {
    assert.deepEqual(await run(['1\n{"a":2}\n"x"']), { status: 0, lines: [{ value: 1 }, { value: { a: 2 } }, { value: 'x' }] });
    assert.deepEqual(await run([]), { status: 0, lines: [] });
    assert.deepEqual(await run(['\uFEFF1\r\n2\r\n']), { status: 0, lines: [{ value: 1 }, { value: 2 }] });
  });

  it('puts an error in the place of a bad line and goes on', async () => {
    const answer = (value: unknown) => {
      if (value === 2) throw new RangeError('no twos');
      return { value };
    };
    const { status, lines } = await run(['1\n2\n{\n\n4\n\n\n'], answer);
    assert.equal(status, 1);
    assert.deepEqual(lines, [{ value: 1 }, { error: 'no twos' }, { error: 'not JSON' }, { error: 'empty line' }, { value: 4 }]);
  });

  it('waits for answers that take time, in order', async () => {
    const answer = async (value: unknown) => {
      if (value === 1) await new Promise((resolve) => setImmediate(resolve));
      return { value };
    };
    assert.deepEqual((await run(['1\n2\n'], answer as never)).lines, [{ value: 1 }, { value: 2 }]);
  });

  it('sees the same lines however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        async (texts, cuts) => {
          const lines = texts.map((text) => JSON.stringify(text));
          const bytes = Buffer.from(`${lines.join('\n')}\n`);
          const pieces: Buffer[] = [];
          for (let at = 0; at < bytes.length; ) {
            const size = cuts.next().value ?? 1;
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          const seen: string[] = [];
          for await (const line of splitLines(Readable.from(pieces))) seen.push(line);
          assert.deepEqual(seen, lines.length ? lines : ['']);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes a line of many megabytes', async () => {
    const piece = 'x'.repeat(1 << 20);
    const { lines } = await run(['"', ...new Array<string>(8).fill(piece), '"\n1\n'], (value) => ({
      length: String(value).length,
    }));
    assert.deepEqual(lines, [{ length: 8 << 20 }, { length: 1 }]);
  });

  it('reads no faster than its reader takes', async () => {
    let made = 0;
    async function* source(): AsyncGenerator<string> {
      for (; made < 1000; made++) yield `${made}\n`;
    }
    const taken: (() => void)[] = [];
    const slow = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void taken.push(done) });
    const running = runLines(source(), slow, (value) => ({ value }));
    while (!taken.length) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(made < 10, `${made} lines were read while the reader held the first`);
    const pump = setInterval(() => taken.shift()?.(), 0);
    slow.destroy();
    await running;
    clearInterval(pump);
  });

  it('stops when its reader has gone', async () => {
    let made = 0;
    async function* source(): AsyncGenerator<string> {
      for (;;) yield `${made++}\n`;
    }
    const gone = new Writable({
      write(_chunk, _encoding, done) {
        done(made > 5 ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : null);
      },
    });
    assert.equal(await runLines(source(), gone, (value) => ({ value })), 0);
  });
});
