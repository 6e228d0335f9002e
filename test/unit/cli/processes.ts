import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { buildAll } from '../../../esbuild.mjs';
import type { Disposable } from '../../../src/core/disposable.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built CLI, run as processes on a state folder and a home of their own. */
export class Processes implements Disposable {
  readonly temp: string;
  readonly dist: string;
  #started: ChildProcess[] = [];

  private constructor(temp: string) {
    this.temp = temp;
    this.dist = join(temp, 'dist');
  }

  static async build(): Promise<Processes> {
    const temp = mkdtempSync(join(tmpdir(), 'spend-meter-cli-'));
    mkdirSync(join(temp, 'home'));
    const processes = new Processes(temp);
    await buildAll({ dist: processes.dist, production: false });
    return processes;
  }

  get state(): string {
    return join(this.temp, 'state');
  }

  /** `node dist/cli.js …`; `entry` names another program. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}, entry = 'cli.js'): ChildProcess {
    const child = spawn(process.execPath, [join(this.dist, entry), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        HOME: join(this.temp, 'home'),
        SPEND_METER_STATE: this.state,
        SPEND_METER_EXIT_WITH_PID: String(process.pid),
        ...env,
      },
    });
    this.#started.push(child);
    return child;
  }

  /** Runs it to its end. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return outcome(this.start(args, env));
  }

  /** Ends what still runs and forgets the state; the build stays. */
  async clear(): Promise<void> {
    for (const child of this.#started) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    this.#started = [];
    rmSync(this.state, { recursive: true, force: true });
  }

  async dispose(): Promise<void> {
    await this.clear();
    rmSync(this.temp, { recursive: true, force: true });
  }
}

/** How a process that was started ends, and all it says. */
export async function outcome(child: ChildProcess): Promise<Ended> {
  if (!child.stdout || !child.stderr) throw new Error('its streams are not ours');
  const [[code], stdout, stderr] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code: code as number | null, stdout, stderr };
}

/** The first line a process says. */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('its stdout is not ours');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return line;
  throw new Error('it ended without a word');
}
