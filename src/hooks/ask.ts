import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

/** The file (0600) that leads to the stop door: where hooks and plugins ask. It holds no control token. */
export const stopDoorFile = 'stop-door.json';

/** Longest that an agent waits for the answer (ms). The service is on this machine: one that takes longer does not answer. */
export const patienceMs = 250;

/**
 * Asks the running service whether a task (`agent:its own id`) is stopped. Answers the reason, as people are to read it; `undefined` when it is not stopped.
 * Throws when nobody answers in time: then the agent goes on, for it is never held up because the meter is not there. HTTP is spoken by hand, because loading `node:http` alone takes
 * longer than asking, and because some runtimes send even loopback calls through the user's proxy.
 */
export async function whyStopped(
  doorPath: string | URL,
  task: string,
  timeoutMs: number = patienceMs,
): Promise<string | undefined> {
  const door = readDoor(doorPath);
  if (!door) throw new Error('the meter is not there');
  const answer = await exchange(door.port, `/${door.ingest}/is-stopped/${encodeURIComponent(task)}`, timeoutMs);
  if (!answer.startsWith('HTTP/1.1 ')) throw new Error('the meter does not answer');
  const head = answer.indexOf('\r\n\r\n');
  return answer.startsWith('HTTP/1.1 200 ') && head > 0 ? answer.slice(head + 4) || undefined : undefined;
}

function readDoor(path: string | URL): { readonly port: number; readonly ingest: string } | undefined {
  try {
    const door: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof door !== 'object' || door === null || !('port' in door) || !('ingest' in door)) return undefined;
    const { port, ingest } = door;
    return typeof port === 'number' && typeof ingest === 'string' && /^\w+$/.test(ingest) ? { port, ingest } : undefined;
  } catch {
    return undefined;
  }
}

/** The whole answer as text; what has come of it when it fails or takes too long. */
function exchange(port: number, path: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`));
    socket.on('data', (chunk) => chunks.push(chunk));
    // What failed is closed, too.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}
