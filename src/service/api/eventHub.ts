import type { ServerResponse } from 'node:http';
import type { Disposable } from '../../core/disposable.ts';

/** A silent service and a hung one look the same to a window, so a comment line goes out this often (ms). */
const heartbeat = 1_000;
/** A reader that takes nothing is dropped at this backlog (bytes); it reconnects and gets the whole state. */
const backlogLimit = 8 * 1024 * 1024;

/** Server-Sent Events to every window and script that listens. */
export class EventHub implements Disposable {
  readonly #clients = new Set<ServerResponse>();
  readonly #changed: (clients: number) => void;
  #beat: NodeJS.Timeout | undefined;

  constructor(changed: (clients: number) => void) {
    this.#changed = changed;
  }

  get size(): number {
    return this.#clients.size;
  }

  add(res: ServerResponse, first: readonly (readonly [event: string, data: unknown])[]): void {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    res.write(first.map(([event, data]) => frame(event, data)).join(''));
    this.#clients.add(res);
    res.on('close', () => this.#drop(res));
    res.on('error', () => this.#drop(res));
    this.#beat ??= setInterval(() => this.#write(': \n\n'), heartbeat).unref();
    this.#changed(this.#clients.size);
  }

  send(event: string, data: unknown): void {
    if (this.#clients.size) this.#write(frame(event, data));
  }

  dispose(): void {
    clearInterval(this.#beat);
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      if (client.writableLength > backlogLimit) client.destroy();
      else client.write(text);
    }
  }

  #drop(client: ServerResponse): void {
    if (!this.#clients.delete(client)) return;
    if (!this.#clients.size) {
      clearInterval(this.#beat);
      this.#beat = undefined;
    }
    this.#changed(this.#clients.size);
  }
}

function frame(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
