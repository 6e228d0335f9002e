import { readdirSync, readFileSync } from 'node:fs';
import type { Disposable } from '../core/disposable.ts';

export interface LifecycleOptions {
  /** Started by a window that holds our stdin open: its end is the window's end. */
  readonly parent: NodeJS.ReadableStream | undefined;
  /** Ends with this process (tests). */
  readonly exitWithPid: number | undefined;
  /** Milliseconds without any client after which the service goes away; overrides the rule below (tests). */
  readonly idleMs: number | undefined;
  readonly platform: NodeJS.Platform;
  /** A text that stands in the environment of every process that was pointed at this service. */
  readonly marker: string;
  /** Agents may depend on this service: it must not go with a window. */
  guardOn(): boolean;
  /** Windows that listen, or requests on their way. */
  clients(): number;
  end(reason: string): void;
}

/** With Guard on, an agent may think or run a tool for long between two requests. */
const guardedIdle = 15 * 60_000;
/** Watching only: nobody depends on the service, and the next window starts it anew. */
const watchingIdle = 60_000;
/** Windows cannot replace an editor whose executable still runs, and this process is that executable. */
const windowsIdle = 10_000;

/**
 * Decides when the service goes away by itself: with the window that started it while it only watches, after a
 * while without clients otherwise, and never while a process lives that was given its address.
 */
export class Lifecycle implements Disposable {
  readonly #options: LifecycleOptions;
  #idle: NodeJS.Timeout | undefined;
  #pidWatch: NodeJS.Timeout | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    const { parent, exitWithPid } = options;
    parent?.on('end', this.#parentGone);
    parent?.on('error', this.#parentGone);
    parent?.resume();
    if (exitWithPid) {
      this.#pidWatch = setInterval(() => {
        if (!isAlive(exitWithPid)) options.end('the process it was bound to is gone');
      }, 1_000);
      this.#pidWatch.unref();
    }
    this.clientsChanged();
  }

  /** To be called whenever a client came or went. */
  clientsChanged(): void {
    clearTimeout(this.#idle);
    if (this.#options.clients() > 0) return;
    this.#idle = setTimeout(() => this.#idleFor(), this.#idleLimit());
    this.#idle.unref();
  }

  dispose(): void {
    clearTimeout(this.#idle);
    clearInterval(this.#pidWatch);
    this.#options.parent?.off('end', this.#parentGone);
    this.#options.parent?.off('error', this.#parentGone);
  }

  readonly #parentGone = (): void => {
    if (this.#options.platform !== 'win32' && (this.#options.guardOn() || this.#agentHolds())) this.clientsChanged();
    else this.#options.end('its window closed');
  };

  /** An agent that was given our address before: in a terminal opened with Guard on, or by `spend-meter run` without it. */
  #agentHolds(): boolean {
    return this.#options.platform === 'linux' && someEnvironmentHolds(this.#options.marker);
  }

  #idleLimit(): number {
    if (this.#options.idleMs !== undefined) return this.#options.idleMs;
    if (this.#options.platform === 'win32') return windowsIdle;
    return this.#options.guardOn() ? guardedIdle : watchingIdle;
  }

  #idleFor(): void {
    if (this.#options.clients() > 0) return;
    if (this.#agentHolds()) this.clientsChanged();
    else this.#options.end('nobody has used it for a while');
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether a process of this user was started with our address, such as a guarded terminal kept by tmux. */
function someEnvironmentHolds(marker: string): boolean {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    try {
      if (readFileSync(`/proc/${pid}/environ`).includes(marker)) return true;
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return false;
}
