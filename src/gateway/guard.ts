import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Denial {
  readonly status: number;
  readonly message: string;
}

/**
 * Why a call is turned away before anything of it is read. A page in a browser can reach the loopback, also under a
 * name of its own that resolves to it (DNS rebinding), but cannot help sending a foreign Origin or Host.
 */
export function turnedAway(req: IncomingMessage): Denial | undefined {
  const port = req.socket.localPort;
  const host = req.headers.host?.toLowerCase();
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}` && host !== `[::1]:${port}`)
    return { status: 403, message: 'this address answers to 127.0.0.1 only' };
  const { origin, 'sec-fetch-site': site } = req.headers;
  if ((origin !== undefined && origin !== `http://${host}`) || site === 'cross-site' || site === 'same-site')
    return { status: 403, message: 'calls from web pages are not answered' };
  return undefined;
}

/** A test for one secret whose length is no secret: content never shows in the time taken. */
export function secretTest(secret: string): (given: string) => boolean {
  const right = Buffer.from(secret);
  return (given) => {
    const bytes = Buffer.from(given);
    return bytes.length === right.length && timingSafeEqual(bytes, right);
  };
}
