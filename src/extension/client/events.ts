import { type IncomingMessage, request } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { type Address, ApiFailure, headersFor } from './call.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Takes the text of a Server-Sent Events stream as it comes and gives back the events that are complete. */
export class EventReader {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  push(chunk: Buffer): readonly ServerEvent[] {
    const frames = (this.#rest + this.#decoder.write(chunk)).split('\n\n');
    this.#rest = frames.pop() ?? '';
    return frames.map(eventOf).filter((event) => event.data !== '');
  }
}

function eventOf(frame: string): ServerEvent {
  let event = 'message';
  const data: string[] = [];
  for (const line of frame.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice(7);
    else if (line.startsWith('data: ')) data.push(line.slice(6));
  }
  return { event, data: data.join('\n') };
}

export interface FollowOptions {
  readonly onEvent: (event: ServerEvent) => void;
  /** The service sends at least a comment in this time (ms). */
  readonly tickMs: number;
  /** After so many ticks of our own timer without a byte the stream is given up. Ticks, not time: a machine may sleep. */
  readonly silentTicks: number;
  readonly signal: AbortSignal;
}

/** How a stream came to its end. */
export type StreamEnd = 'dropped' | 'silent' | 'aborted';

/** Follows the service's events until the stream ends. Rejects when it cannot be opened. */
export function follow(address: Address, options: FollowOptions): Promise<StreamEnd> {
  return new Promise((resolve, reject) => {
    let quiet = 0;
    let end: StreamEnd = 'dropped';
    let opened = false;
    const req = request({
      host: '127.0.0.1',
      port: address.port,
      path: '/api/events',
      agent: false,
      headers: { ...headersFor(address), accept: 'text/event-stream' },
    });
    const finish = (how: StreamEnd): void => {
      end = how;
      req.destroy();
    };
    const abort = (): void => finish('aborted');
    const ticker = setInterval(() => {
      quiet += 1;
      if (quiet >= options.silentTicks) finish('silent');
    }, options.tickMs);
    options.signal.addEventListener('abort', abort, { once: true });
    if (options.signal.aborted) abort();
    req.on('response', (res: IncomingMessage) => {
      if (res.statusCode !== 200) {
        res.resume();
        reject(new ApiFailure(res.statusCode ?? 0, `the events were refused: HTTP ${res.statusCode}`));
        req.destroy();
        return;
      }
      opened = true;
      const reader = new EventReader();
      res.on('data', (chunk: Buffer) => {
        quiet = 0;
        for (const event of reader.push(chunk)) options.onEvent(event);
      });
      // A connection that breaks is told by `close` as well.
      res.on('error', () => undefined);
    });
    req.on('error', (error) => {
      if (!opened && end === 'dropped') reject(error);
    });
    req.on('close', () => {
      clearInterval(ticker);
      options.signal.removeEventListener('abort', abort);
      resolve(end);
    });
    req.end();
  });
}
