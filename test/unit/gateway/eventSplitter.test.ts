import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EventSplitter, eventData } from '../../../src/gateway/eventSplitter.ts';
import { cutAt } from './cutAt.ts';

function events(chunks: readonly Buffer[]): { readonly events: string[]; readonly rest: string } {
  const splitter = new EventSplitter();
  const found: string[] = [];
  let open = Buffer.alloc(0);
  for (const chunk of chunks) {
    let from = 0;
    for (const end of splitter.ends(chunk)) {
      found.push(Buffer.concat([open, chunk.subarray(from, end)]).toString());
      open = Buffer.alloc(0);
      from = end;
    }
    open = Buffer.concat([open, chunk.subarray(from)]);
  }
  return { events: found, rest: open.toString() };
}

describe('event splitter', () => {
  const line = fc.stringMatching(/^[a-z:é{}" ]{1,12}$/);
  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ] as const) {
    it(`finds the same events wherever the chunks are cut (${name})`, () => {
      fc.assert(
        fc.property(fc.array(fc.array(line, { minLength: 1 }), { minLength: 1 }), fc.array(fc.nat()), (lists, places) => {
          const all = lists.map((lines) => `${lines.join(end)}${end}${end}`);
          const bytes = Buffer.from(`${all.join('')}open`);
          const found = events(cutAt(bytes, places));
          // A CRLF stream's events end with its LF, a CR stream's with the second CR.
          assert.deepEqual(found.events, all);
          assert.equal(found.rest, 'open');
        }),
      );
    });
  }

  it('finds every event of a stream that comes byte by byte', () => {
    const text = 'data: a\r\rdata: b\r\r';
    assert.deepEqual(events([...Buffer.from(text)].map((byte) => Buffer.from([byte]))).events, ['data: a\r\r', 'data: b\r\r']);
  });

  it('reads data lines, several of them, with and without a space, between others', () => {
    const data = (event: string): string | undefined => eventData(Buffer.from(event));
    assert.equal(data('data: {"a":1}\n\n'), '{"a":1}');
    assert.equal(data('event: x\ndata:{"a":"data: no"}\nid: 3\n\n'), '{"a":"data: no"}');
    assert.equal(data('event: x\r\ndata: {"a":\r\ndata: 1}\r\n\r\n'), '{"a":\n1}');
    assert.equal(data('data: a\rdata: b\r\r'), 'a\nb');
    assert.equal(data('data: torn'), 'torn');
    assert.equal(data(': OPENROUTER PROCESSING\n\n'), undefined);
    assert.equal(data('event: ping\nmetadata: x\n\n'), undefined);
    assert.equal(data('\n'), undefined);
  });
});
