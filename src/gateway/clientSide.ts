import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer } from './refusal.ts';

/** Gives an answer of the gateway's own; where one has begun already, the connection is closed instead. */
export function respond(res: ServerResponse, answer: Answer, headers: OutgoingHttpHeaders = {}): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const bytes = Buffer.from(answer.body);
  res.writeHead(answer.status, { 'content-type': answer.type, 'content-length': bytes.length, ...headers }).end(bytes);
}

/** Closes the client's connection as the provider closed ours, once what came before has gone out. */
export function breakOff(res: ServerResponse): void {
  if (res.socket) res.socket.write('', () => res.destroy());
  else res.destroy();
}

/** Name, value, name, value, … as pairs. */
export function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ''] as [string, string]] : []));
}
