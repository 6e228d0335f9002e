import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { openConnections } from './dispatcher.ts';
import { type Denial, secretTest, turnedAway } from './guard.ts';
import { defaultLimits, type GatewayOptions } from './options.ts';
import { Passage } from './passage.ts';
import { callOf, type Route, routeOf } from './route.ts';
import { resolveUpstreams, type Upstream } from './upstreams.ts';

export interface Gateway {
  /** Takes a request below `/<ingest>/…`; also answers what has no business there. */
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Answers a WebSocket upgrade: agents that try one go on over HTTP after a 426. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Lets answers in flight end for `graceMs`, then breaks them off. New requests are turned away at once. */
  dispose(graceMs: number): Promise<void>;
}

interface Way {
  readonly route: Route;
  readonly upstream: Upstream;
}

/**
 * The source in the path: takes agents' requests on the loopback and passes them to their providers byte for byte,
 * with the meter looking on. Throws a RangeError where an upstream's URL may not be used.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const upstreams = resolveUpstreams(options.upstreams);
  const limits = { ...defaultLimits, ...options.limits };
  const connections = openConnections(options.env);
  const isSecret = secretTest(options.ingestToken);
  const passages = new Set<Passage>();
  let disposing = false;
  /** Called when no passage is left. */
  const waiting: (() => void)[] = [];

  /** Nothing of the body has been read when this says no. */
  const way = (req: IncomingMessage): Way | Denial => {
    const denial = turnedAway(req);
    if (denial) return denial;
    const route = routeOf(req.url ?? '');
    if (!route || !isSecret(route.secret)) return { status: 403, message: 'this is not the address of a Spend Meter gateway' };
    if (disposing) return { status: 503, message: 'Spend Meter is about to end' };
    const chatgpt = route.upstream === 'openai' && req.headers['chatgpt-account-id'] !== undefined;
    const upstream = (chatgpt ? upstreams.get('chatgpt') : undefined) ?? upstreams.get(route.upstream);
    return upstream ? { route, upstream } : { status: 404, message: 'Spend Meter knows no such upstream' };
  };

  return {
    handle(req, res) {
      const found = way(req);
      if ('status' in found) {
        res.writeHead(found.status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(found.message);
        return;
      }
      const { route, upstream } = found;
      const call = callOf(req.method ?? 'GET', route.path);
      const passage = new Passage({ options, limits, dispatcher: connections.for(upstream), upstream, route, call }, req, res);
      passages.add(passage);
      res.once('close', () => {
        passages.delete(passage);
        if (passages.size === 0) for (const ended of waiting.splice(0)) ended();
      });
      passage.start();
    },

    upgrade(req, socket) {
      const found = way(req);
      const [status, message] =
        'status' in found ? [`${found.status} Denied`, found.message] : ['426 Upgrade Required', 'plain HTTP is spoken here'];
      socket.on('error', () => socket.destroy());
      socket.end(
        `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(message)}\r\nconnection: close\r\n\r\n${message}`,
      );
    },

    async dispose(graceMs) {
      disposing = true;
      const timer = new AbortController();
      if (passages.size > 0) {
        const last = new Promise<void>((resolve) => waiting.push(resolve));
        await Promise.race([last, wait(graceMs, undefined, { signal: timer.signal }).catch(() => {})]);
        timer.abort();
      }
      for (const passage of passages) passage.abandon();
      await connections.dispose();
    },
  };
}
