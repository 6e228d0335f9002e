import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Disposable } from '../core/disposable.ts';
import type { GatewayOptions } from '../gateway/options.ts';
import { createGateway, type Gateway } from '../gateway/server.ts';

/** How long answers on their way may go on when where requests go is changed (ms): as long as any answer takes. */
const oldAnswers = 30 * 60_000;
/** … and when the service ends. */
const lastAnswers = 4_000;

/** The gateway in force. When upstreams change, a new one takes over and the old one finishes what it has. */
export class GatewayDoor implements Disposable {
  readonly #options: Omit<GatewayOptions, 'upstreams'>;
  #upstreams: Readonly<Record<string, string>>;
  #gateway: Gateway;
  readonly #old = new Set<Gateway>();

  /** Throws a RangeError where an upstream's URL may not be used. */
  constructor(options: Omit<GatewayOptions, 'upstreams'>, upstreams: Readonly<Record<string, string>>) {
    this.#options = options;
    this.#upstreams = upstreams;
    this.#gateway = createGateway({ ...options, upstreams });
  }

  get upstreams(): Readonly<Record<string, string>> {
    return this.#upstreams;
  }

  /** Throws a RangeError where an upstream's URL may not be used; the old ones then stay. */
  setUpstreams(upstreams: Readonly<Record<string, string>>): void {
    const next = createGateway({ ...this.#options, upstreams });
    const old = this.#gateway;
    this.#gateway = next;
    this.#upstreams = upstreams;
    this.#old.add(old);
    void old.dispose(oldAnswers).finally(() => this.#old.delete(old));
  }

  handle(req: IncomingMessage, res: ServerResponse): void {
    this.#gateway.handle(req, res);
  }

  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#gateway.upgrade(req, socket, head);
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#gateway, ...this.#old].map((gateway) => gateway.dispose(lastAnswers)));
  }
}
