import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { writePrivateFile } from './privateFile.ts';

/** Below the ephemeral ranges of Linux, macOS and Windows: an outgoing connection of any program could take a port there. */
const firstPort = 20_000;
const portCount = 10_000;
const retryFor = 1_000;
const retryEvery = 50;

/**
 * Binds 127.0.0.1, on the port of the last run where possible: terminals opened before a restart hold that port in
 * their environment. An old service may still be letting go of it, so it is retried for a second; then a few others
 * are tried, then any.
 */
export async function listenOnLastPort(
  server: Server,
  lastPortPath: string,
  options: { readonly wanted?: number; readonly random: () => number },
): Promise<number> {
  const last = options.wanted ?? readPort(lastPortPath);
  const bound = (await tryLast(server, last)) ?? (await tryOthers(server, options.random));
  if (options.wanted && bound !== options.wanted) throw new Error(`port ${options.wanted} on 127.0.0.1 is in use`);
  writePrivateFile(lastPortPath, String(bound));
  return bound;
}

async function tryLast(server: Server, port: number | undefined): Promise<number | undefined> {
  if (!port) return undefined;
  for (let waited = 0; waited <= retryFor; waited += retryEvery) {
    const bound = await tryPort(server, port);
    if (bound) return bound;
    await wait(retryEvery);
  }
  return undefined;
}

async function tryOthers(server: Server, random: () => number): Promise<number> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const bound = await tryPort(server, firstPort + Math.floor(random() * portCount));
    if (bound) return bound;
  }
  const bound = await tryPort(server, 0);
  if (!bound) throw new Error('no free port on 127.0.0.1');
  return bound;
}

function tryPort(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      server.off('listening', listening);
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    };
    const listening = (): void => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : undefined);
    };
    server.once('error', failed);
    server.once('listening', listening);
    server.listen(port, '127.0.0.1');
  });
}

function readPort(path: string): number | undefined {
  try {
    const port = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}
