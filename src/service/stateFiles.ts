import { chmodSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { discoveryFile } from '../protocol/stateFolder.ts';

/** Every file the service keeps, all inside one folder that only its owner can read. */
export interface StateFiles {
  readonly folder: string;
  readonly discovery: string;
  /** Used only as a lock, never read or written; its name carries the host because a home may be shared over a network. */
  readonly lock: string;
  readonly secrets: string;
  readonly lastPort: string;
  readonly ledger: string;
  readonly log: string;
}

/** Creates the folder with mode 0700 and names the files in it. Everything this process writes from now on is owner-only. */
export function openStateFiles(folder: string): StateFiles {
  process.umask(0o077);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const host = hostname().replace(/[^\w.-]/g, '_');
  return {
    folder,
    discovery: join(folder, discoveryFile),
    lock: join(folder, `service-${host}.lock`),
    secrets: join(folder, 'secrets.json'),
    lastPort: join(folder, `last-port-${host}`),
    ledger: join(folder, 'ledger.db'),
    log: join(folder, 'service.log'),
  };
}
