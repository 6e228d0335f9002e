import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Disposable } from '../core/disposable.ts';
import { statOf } from './discover.ts';

export interface WatchEvents {
  /** Something happened to a path right below a watched folder: it may be new, changed or gone. */
  touched(path: string): void;
  /** A folder cannot be watched (too many watches, a file system without events). */
  blind(folder: string): void;
}

/**
 * File events folder by folder: events of whole trees do not exist on Linux, and where they do they tell the same. A
 * folder that is not there yet is waited for at its nearest ancestor.
 */
export class DirectoryWatch implements Disposable {
  readonly #events: WatchEvents;
  readonly #watchers = new Map<string, FSWatcher>();
  /** Folder that is waited for → who waits. */
  readonly #awaited = new Map<string, Set<string>>();

  constructor(events: WatchEvents) {
    this.#events = events;
  }

  get size(): number {
    return this.#watchers.size;
  }

  isWatched(folder: string): boolean {
    return this.#watchers.has(folder);
  }

  /** Watches `folder`, now or as soon as it is there; then `touched(folder)` is told. */
  follow(folder: string): void {
    if (this.#watchers.has(folder)) return;
    if (statOf(folder)?.isDirectory()) this.#watch(folder);
    else this.#await(folder);
  }

  /** No longer watches `folder` and what is below it. */
  drop(folder: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (path !== folder && !path.startsWith(join(folder, '/'))) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
  }

  dispose(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.#awaited.clear();
  }

  #await(folder: string): void {
    let ancestor = dirname(folder);
    while (ancestor !== dirname(ancestor) && !statOf(ancestor)?.isDirectory()) ancestor = dirname(ancestor);
    const waiting = this.#awaited.get(ancestor) ?? new Set();
    this.#awaited.set(ancestor, waiting.add(folder));
    this.#watch(ancestor);
    // It may have come between the look and the watch.
    if (statOf(folder)?.isDirectory()) this.#arrived(ancestor);
  }

  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => this.#onEvent(folder, name));
      watcher.on('error', () => this.#lost(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      this.#events.blind(folder);
    }
  }

  #onEvent(folder: string, name: string | null): void {
    if (this.#awaited.has(folder)) this.#arrived(folder);
    this.#events.touched(name === null ? folder : join(folder, name));
    if (!statOf(folder)) this.#lost(folder);
  }

  #lost(folder: string): void {
    const isGone = !statOf(folder);
    this.drop(folder);
    if (!isGone) this.#events.blind(folder);
  }

  /** Looks again for what is waited for below `ancestor`. */
  #arrived(ancestor: string): void {
    const waiting = this.#awaited.get(ancestor) ?? new Set();
    this.#awaited.delete(ancestor);
    for (const folder of waiting) {
      const isThere = statOf(folder)?.isDirectory() === true;
      if (isThere) {
        this.#watch(folder);
        this.#events.touched(folder);
      } else this.#await(folder);
    }
  }
}
