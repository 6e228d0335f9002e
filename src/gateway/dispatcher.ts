import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { Disposable } from '../core/disposable.ts';
import type { Upstream } from './upstreams.ts';

/** Connections to the providers, kept alive between requests. */
export interface Connections extends Disposable {
  for(upstream: Upstream): Dispatcher;
}

/** No time limit on answers: a model may think for as long as its provider lets it. */
const options = {
  headersTimeout: 0,
  bodyTimeout: 0,
  connect: { timeout: 30_000 },
  // Between two requests of an agent lies a tool call: a new TLS handshake each time would be felt. A provider that
  // announces a shorter time is obeyed.
  keepAliveTimeout: 60_000,
  maxHeaderSize: 128 * 1024,
  pipelining: 1,
  allowH2: false,
};

/** `env` decides about proxies: HTTP_PROXY, HTTPS_PROXY and NO_PROXY in either case. The loopback is never proxied. */
export function openConnections(env: Readonly<Record<string, string | undefined>>): Connections {
  const direct = new Agent(options);
  const httpProxy = env.http_proxy ?? env.HTTP_PROXY;
  const httpsProxy = env.https_proxy ?? env.HTTPS_PROXY ?? httpProxy;
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? '';
  const outside = httpsProxy ? new EnvHttpProxyAgent({ ...options, httpProxy: httpProxy ?? '', httpsProxy, noProxy }) : direct;
  return {
    for: (upstream) => (upstream.loopback ? direct : outside),
    async dispose() {
      await Promise.all([direct.destroy(), outside === direct ? undefined : outside.destroy()]);
    },
  };
}
