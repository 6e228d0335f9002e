import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import type { Disposable } from '../core/disposable.ts';

export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

const sizeLimit = 1024 * 1024;

/**
 * A short log file, one line an event, kept to two files of 1 MB. What passes through the meter (prompts, keys,
 * headers, titles) is never given to it.
 */
export function openLog(path: string, now: () => number): Log & Disposable {
  try {
    if (statSync(path).size > sizeLimit) {
      rmSync(`${path}.1`, { force: true });
      renameSync(path, `${path}.1`);
    }
  } catch {
    // No log yet.
  }
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // A full disk must not end the meter: what cannot be logged is not logged.
  stream.on('error', () => {});
  const line = (level: string, message: string): void => {
    stream.write(`${new Date(now()).toISOString()} ${level} ${message.replaceAll(/[\r\n]+/g, ' ⏎ ')}\n`);
  };
  return {
    info: (message) => line('info', message),
    warn: (message) => line('warn', message),
    dispose: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
