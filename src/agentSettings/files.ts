import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The text of a file; `undefined` when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isText(path: string, text: string | undefined): boolean {
  if (text === undefined) return !existsSync(path);
  return existsSync(path) && readFileSync(path).equals(Buffer.from(text));
}

/**
 * Replaces a file as a whole, if it still says `before`: throws otherwise. A link stays a link, a file's permissions stay; a new file is its owner's alone.
 * A reader sees the old text or the new one.
 */
export function replaceText(path: string, before: string | undefined, after: string, newMode = 0o600): void {
  if (before === undefined) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const target = before === undefined ? path : realpathSync(path);
  const mode = before === undefined ? newMode : statSync(target).mode & 0o777;
  const next = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(next, after, { mode, flag: 'wx' });
    // By the byte: a text that is not UTF-8 would not come back as it was.
    if (!isText(path, before))
      throw new Error(`${path} was changed by somebody else meanwhile, or is not UTF-8; nothing was written`);
    renameSync(next, target);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}
