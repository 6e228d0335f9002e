import type { Writable } from 'node:stream';

/** Answers one parsed line. Throwing gives that line `{"error": message}` and lets the rest go on. */
export type Answer = (value: unknown) => object | Promise<object>;

/**
 * JSON Lines in, JSON Lines out: in order, one answer per line, written as they come. A line that is not JSON or cannot
 * be answered gets `{"error": "…"}` in its place; so does an empty line, except at the end. Waits for a slow reader, and
 * stops reading when the reader has gone. Resolves with the exit status: 1 if any line failed.
 */
export async function runLines(stdin: AsyncIterable<Uint8Array | string>, stdout: Writable, answer: Answer): Promise<0 | 1> {
  let failed = false;
  const gone = () => stdout.destroyed || stdout.errored !== null;
  // Stays: an EPIPE may be told after the last write, and without a listener it would end the process with a stack.
  stdout.on('error', () => {});
  const write = async (line: string) => {
    if (!gone() && !stdout.write(`${line}\n`) && !gone()) await drained(stdout);
  };
  let empty = 0;
  for await (const line of splitLines(stdin)) {
    if (gone()) break;
    if (!line.trim()) {
      empty++;
      continue;
    }
    for (; empty > 0; empty--) {
      failed = true;
      await write(errorLine('empty line'));
    }
    try {
      await write(JSON.stringify(await answer(parseLine(line))));
    } catch (error) {
      failed = true;
      await write(errorLine(error instanceof Error ? error.message : String(error)));
    }
  }
  return failed ? 1 : 0;
}

/** Resolves when more can be written, or nothing ever again. */
function drained(stdout: Writable): Promise<void> {
  const events = ['drain', 'close', 'error'] as const;
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) stdout.off(event, done);
      resolve();
    };
    for (const event of events) stdout.on(event, done);
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new SyntaxError('not JSON');
  }
}

function errorLine(message: string): string {
  return JSON.stringify({ error: message });
}

const newline = 0x0a;

/** Lines without their newline, decoded as UTF-8. Pieces of a long line are joined once, not again with every piece. */
export async function* splitLines(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  let first = true;
  const take = (last: Buffer): string => {
    const text = Buffer.concat([...pieces, last]).toString('utf8');
    pieces = [];
    const line = first ? text.replace(/^\uFEFF/, '') : text;
    first = false;
    return line;
  };
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      yield take(bytes.subarray(start, end));
      start = end + 1;
    }
    if (start < bytes.length) pieces.push(bytes.subarray(start));
  }
  if (pieces.length) yield take(Buffer.alloc(0));
}
