import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Disposable } from '../../core/disposable.ts';

export interface LaunchOptions {
  /** A Node, or an editor that runs as one. */
  readonly execPath: string;
  readonly script: string;
  readonly stateFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A service process that this window started. Disposing tells it that its window is gone. */
export interface Candidate extends Disposable {
  readonly pid: number | undefined;
  /** Its exit code, null when a signal ended it. Rejects when it could not be started. */
  readonly exited: Promise<number | null>;
}

/**
 * Starts a candidate for the one service of this user. It holds itself alive: as long as our end of its stdin is open,
 * and beyond that while Guard is on. Its working directory may stay in use for long, so it is its own folder.
 */
export function launch({ execPath, script, stateFolder, env }: LaunchOptions): Candidate {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  const child = spawn(execPath, ['--disable-warning=ExperimentalWarning', script, '--attached'], {
    cwd: stateFolder,
    env: serviceEnvironment(env),
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const { stdin } = child;
  // The service may end first.
  stdin.on('error', () => undefined);
  if (stdin instanceof Socket) stdin.unref();
  const exited = once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  exited.catch(() => undefined);
  return { pid: child.pid, exited, dispose: () => void stdin.destroy() };
}

/** What the editor sets for its own processes would make the service one of them. */
function serviceEnvironment(env: LaunchOptions['env']): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => name !== 'NODE_OPTIONS' && !name.startsWith('VSCODE_'));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
