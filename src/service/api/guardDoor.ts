import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a call is turned away before anything of it is read; `undefined` = it may come in. */
export function turnedAway(
  req: IncomingMessage,
  controlToken: string,
  port: number,
): { status: number; error: string } | undefined {
  // A page in a browser can reach the loopback, also under a name of its own that resolves to it (DNS rebinding):
  // it cannot help sending Origin or a foreign Host.
  if (!isOwnHost(req.headers.host, port)) return { status: 403, error: 'this address answers to 127.0.0.1 only' };
  if (req.headers.origin !== undefined) return { status: 403, error: 'calls from web pages are not answered' };
  const given = /^Bearer (\S+)$/.exec(req.headers.authorization ?? '')?.[1];
  if (!given || !sameSecret(given, controlToken)) return { status: 401, error: 'the control token is missing or wrong' };
  return undefined;
}

function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}` || host === `[::1]:${port}`;
}

/** Compares hashes, so that neither content nor length shows in the time taken. */
function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
