/** The service's events as a window hears them. */
export interface Listening {
  /** The next event of this name; others are passed over. */
  next(name: string): Promise<unknown>;
  /** The next event of this name that fits. */
  until(name: string, fits: (data: unknown) => boolean): Promise<unknown>;
  close(): void;
}

export async function listen(port: number, controlToken: string): Promise<Listening> {
  const end = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${port}/api/events`, {
    headers: { authorization: `Bearer ${controlToken}` },
    signal: end.signal,
  });
  if (answer.status !== 200 || !answer.body) throw new Error(`events answered ${answer.status}`);
  const frames = parsed(answer.body);
  const until = async (name: string, fits: (data: unknown) => boolean): Promise<unknown> => {
    // A loop over the frames themselves would close the stream on its way out.
    for (let frame = await frames.next(); !frame.done; frame = await frames.next()) {
      if (frame.value.name === name && fits(frame.value.data)) return frame.value.data;
    }
    throw new Error(`the stream ended before ${name}`);
  };
  return { next: (name) => until(name, () => true), until, close: () => end.abort() };
}

async function* parsed(body: ReadableStream<Uint8Array>): AsyncGenerator<{ name: string; data: unknown }> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const match = /^event: (.*)\ndata: (.*)$/.exec(frame);
      if (match) yield { name: match[1] ?? '', data: JSON.parse(match[2] ?? 'null') };
    }
  }
}
