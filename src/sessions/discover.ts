import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from './reasons.ts';
import type { SkipLog } from './skipLog.ts';

export interface FoundFile {
  readonly path: string;
  readonly stats: Stats;
}

/** What lies below a folder: session files, and every folder on the way (the first is `root` itself). */
export interface Found {
  readonly files: readonly FoundFile[];
  readonly folders: readonly string[];
}

/** Walks a tree without following links to folders. A folder that is not there holds nothing. */
export function discover(
  root: string,
  matches: (path: string) => boolean,
  skips: SkipLog,
  enters: (folder: string) => boolean = () => true,
): Found {
  const files: FoundFile[] = [];
  const folders: string[] = [];
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = entriesOf(folder, skips);
    if (!entries) continue;
    folders.push(folder);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (enters(path)) waiting.push(path);
      } else if (matches(path)) {
        const stats = statOf(path);
        if (stats?.isFile()) files.push({ path, stats });
      }
    }
  }
  return { files, folders };
}

/** `undefined` where there is nothing, and where a link leads round in circles or into the forbidden. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string, skips: SkipLog): readonly Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason) skips.set(folder, reason, 1);
    return undefined;
  }
}
