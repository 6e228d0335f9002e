import type { IncomingMessage, ServerResponse } from 'node:http';
import { secretTest, turnedAway } from '../gateway/guard.ts';

/** Answers one question to whoever holds the ingest secret: is this task stopped, and why? 200 with the reason, or 204. Whether the call was such a question. */
export function stopDoor(
  ingest: string,
  whyStopped: (task: string) => string | undefined,
): (req: IncomingMessage, res: ServerResponse) => boolean {
  const isSecret = secretTest(ingest);
  return (req, res) => {
    const [, secret = '', task = ''] = /^\/([^/]+)\/is-stopped\/([^/?]+)$/.exec(req.url ?? '') ?? [];
    if (req.method !== 'GET' || !isSecret(secret) || turnedAway(req)) return false;
    const why = whyStopped(decoded(task));
    const body = Buffer.from(why ?? '');
    res.writeHead(why ? 200 : 204, {
      'content-type': 'text/plain; charset=utf-8',
      ...(why ? { 'content-length': body.length } : {}),
    });
    res.end(body);
    return true;
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
