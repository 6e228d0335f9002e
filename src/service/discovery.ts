import { type FSWatcher, readFileSync, rmSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Disposable } from '../core/disposable.ts';
import { type Discovery, discoverySchema } from '../protocol/api.ts';
import { writePrivateFile } from './privateFile.ts';

/** What the discovery file says, or `undefined` when there is none that can be read. */
export function readDiscovery(path: string): Discovery | undefined {
  try {
    return discoverySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Publishes the running service and watches that the file stays ours: when it or its folder goes away, or names
 * another process, nobody can find this service any more and `lost` is called once.
 */
export function publishDiscovery(path: string, discovery: Discovery, lost: () => void): Disposable {
  writePrivateFile(path, JSON.stringify(discovery));
  let told = false;
  let watcher: FSWatcher | undefined;
  const check = (): void => {
    if (told || isOurs(path, discovery.pid)) return;
    told = true;
    lost();
  };
  try {
    watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path) || name === basename(dirname(path))) check();
    });
    watcher.on('error', check);
  } catch {
    // No file events here (a network home): the service then ends by its idle rule only.
  }
  return {
    dispose() {
      told = true;
      watcher?.close();
      if (isOurs(path, discovery.pid)) rmSync(path, { force: true });
    },
  };
}

function isOurs(path: string, pid: number): boolean {
  return readDiscovery(path)?.pid === pid;
}
