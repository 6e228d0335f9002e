const lf = 10;
const cr = 13;

/**
 * Finds where Server-Sent Events end in bytes whose edges may be anywhere. Looks at each byte once and keeps none.
 * Line ends may be LF, CRLF, or CR alone (told by the first line of the stream).
 */
export class EventSplitter {
  /** The byte that ends lines: LF also for CRLF, whose CR then is the last byte of the line. */
  #newline: number | undefined;
  /** Bytes of the present line so far. */
  #line = 0;
  #onlyCr = true;
  /** The last byte so far is a CR that may be half a CRLF or a whole line end. */
  #openCr = false;

  /** Offsets in `chunk` just behind each event that ends in it. */
  ends(chunk: Buffer): number[] {
    const found: number[] = [];
    const newline = this.#newlineIn(chunk);
    if (newline === undefined) return found;
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#line += at - from;
      this.#onlyCr &&= at === from || (at === from + 1 && chunk[from] === cr);
      if (this.#line === 0 || (this.#line === 1 && this.#onlyCr)) found.push(at + 1);
      this.#line = 0;
      this.#onlyCr = true;
      from = at + 1;
    }
    if (from < chunk.length) {
      this.#line += chunk.length - from;
      this.#onlyCr &&= chunk.length === from + 1 && chunk[from] === cr;
    }
    return found;
  }

  /** The line end of this stream, for events of our own. */
  get lineEnd(): string {
    return this.#newline === cr ? '\r' : '\n';
  }

  #newlineIn(chunk: Buffer): number | undefined {
    if (this.#newline !== undefined) return this.#newline;
    if (this.#openCr && chunk.length > 0) {
      this.#openCr = false;
      if (chunk[0] === lf) this.#newline = lf;
      else {
        this.#newline = cr;
        this.#line = 0;
        this.#onlyCr = true;
      }
      return this.#newline;
    }
    const firstLf = chunk.indexOf(lf);
    const firstCr = chunk.indexOf(cr);
    if (firstCr >= 0 && firstCr + 1 < chunk.length && chunk[firstCr + 1] !== lf && (firstLf < 0 || firstCr < firstLf))
      this.#newline = cr;
    else if (firstLf >= 0) this.#newline = lf;
    else {
      // No line end yet, or a CR at the very edge: what came belongs to the first line either way.
      this.#line += chunk.length;
      this.#onlyCr &&= chunk.length === 1 && chunk[0] === cr;
      this.#openCr = firstCr >= 0;
    }
    return this.#newline;
  }
}

/** The data of one event as text: its data lines joined by newlines; `undefined` for comments and empty events. */
export function eventData(event: Buffer): string | undefined {
  const text = event.toString();
  const start = text.startsWith('data:') ? 0 : nextDataLine(text, 0);
  if (start < 0) return undefined;
  const first = dataLine(text, start);
  let next = nextDataLine(text, first.end);
  if (next < 0) return first.data;
  const lines = [first.data];
  while (next >= 0) {
    const line = dataLine(text, next);
    lines.push(line.data);
    next = nextDataLine(text, line.end);
  }
  return lines.join('\n');
}

/** Offset of the next line that starts with `data:` at or behind a line end at or after `from`. */
function nextDataLine(text: string, from: number): number {
  for (let at = text.indexOf('data:', from); at >= 0; at = text.indexOf('data:', at + 5)) {
    const before = text.charCodeAt(at - 1);
    if (at > 0 && (before === lf || before === cr)) return at;
  }
  return -1;
}

function dataLine(text: string, start: number): { readonly data: string; readonly end: number } {
  let end = text.indexOf('\n', start);
  const lone = text.indexOf('\r', start);
  if (end < 0 || (lone >= 0 && lone < end)) end = lone >= 0 ? lone : text.length;
  const from = start + 5;
  return { data: text.slice(text.charCodeAt(from) === 32 ? from + 1 : from, end), end };
}
