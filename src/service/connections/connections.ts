import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AgentSettings, type Change, isInForce, type Plan, plan } from '../../agentSettings/settings.ts';
import { type Program, removeLauncher, writeLauncher } from '../../hooks/launcher.ts';
import { removePlugin, writePlugin } from '../../hooks/pluginFile.ts';
import type { Connection, ConnectionPlan, Disconnected } from '../../protocol/connections.ts';
import { type Target, type Wanted, wantedConnections } from './wanted.ts';

/** Name of the file in the state folder that says what was put into other programs' settings. */
const recordsFile = 'connections.json';

export interface ConnectionsOptions {
  /** Asked anew each time: the port is known only once there is one. */
  readonly target: () => Target;
  readonly stateFolder: string;
  readonly platform: string;
  /** What the hooks' launcher is to start. */
  readonly program: Program;
  /** The built server plugin (path). */
  readonly plugin: string;
  readonly now: () => number;
}

/** The settings of another program are not as they should be; the message says which and why, for people. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** What Spend Meter puts into other programs' settings, each with its owner's consent, and takes out again to the byte. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #settings: AgentSettings;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#settings = new AgentSettings(join(options.stateFolder, recordsFile), options.now);
  }

  list(): readonly Connection[] {
    const installed = this.#ids();
    return this.#wanted().map(({ id, agent, kind, changes }) => ({
      id,
      agent,
      kind,
      isConnected: installed.has(id),
      isHere: changes.every(({ kind, file }) => existsSync(dirname(kind === 'create' ? dirname(file) : file))),
    }));
  }

  /** What connecting would change; `undefined` for an id that is not known. Throws a {@link ConnectionError} where a file cannot be understood. */
  preview(id: string): ConnectionPlan | undefined {
    const wanted = this.#wanted().find((each) => each.id === id);
    if (!wanted) return undefined;
    const planned = this.#planFor(wanted);
    const files = planned.files.map(({ file, before, after }) => ({ file, before: before ?? null, after }));
    return { id, digest: digestOf(planned), files };
  }

  /** Writes what was shown under this digest. False for an id that is not known. Throws a {@link ConnectionError}, with nothing changed, when it would be another difference now. */
  connect(id: string, digest: string): boolean {
    const wanted = this.#wanted().find((each) => each.id === id);
    if (!wanted) return false;
    const planned = this.#planFor(wanted);
    if (digestOf(planned) !== digest) throw new ConnectionError('its settings have changed since they were shown');
    this.#apply(id, planned);
    return true;
  }

  /** Takes out what was put in under an id, or everything. */
  disconnect(id?: string): Disconnected {
    const ids = this.#ids();
    const out = id === undefined ? ids : new Set([...ids].filter((each) => each === id));
    const left = this.#takeOut(out);
    for (const agent of [...out].map(agentOfPlugin)) if (agent) removePlugin(this.#options.stateFolder, agent);
    if (this.#ids().size === 0) removeLauncher(this.#options.stateFolder);
    return { disconnected: [...out], left };
  }

  /** After a start: the launcher leads to this version, and what was put in says where the service is now. What its owner has changed since stays as it is. */
  refresh(): void {
    if (this.#ids().size === 0) return;
    for (const id of this.#ids()) this.#putThere(id);
    const wanted = this.#wanted();
    // Where a plugin of its owner's own is gone, ours would make the agent wait.
    for (const id of this.#ids()) if (!wanted.some((each) => each.id === id)) this.disconnect(id);
    for (const { id, changes: all } of wanted) {
      const done = this.#settings.installed.filter((each) => each.id === id).flatMap((each) => each.done);
      // A file that was not shown when its owner said yes is left alone.
      const changes = all.filter(({ file }) => done.some(({ change }) => change.file === file));
      if (done.length === 0 || changes.every(isInForce)) continue;
      if (done.every(({ change }) => isInForce(change))) this.#renew(id, changes);
    }
  }

  #renew(id: string, changes: readonly Change[]): void {
    if (this.#takeOut(new Set([id])).length === 0) this.#settings.apply(id, planOf(changes));
  }

  #apply(id: string, planned: Plan): void {
    this.#putThere(id);
    try {
      this.#settings.apply(id, planned);
    } catch (error) {
      throw new ConnectionError(error instanceof Error ? error.message : String(error));
    } finally {
      if (this.#ids().size === 0) removeLauncher(this.#options.stateFolder);
    }
  }

  /**
   * Answers the files in which something stays. Changes of one file lie on one another, and are exact only from the top: what was made later in a file is lifted off first, and put
   * back.
   */
  #takeOut(ids: ReadonlySet<string>): string[] {
    const records = this.#settings.installed;
    const first = records.findIndex((record) => ids.has(record.id));
    if (first < 0) return [];
    const files = new Set(records.filter(({ id }) => ids.has(id)).flatMap(({ done }) => done.map(({ change }) => change.file)));
    const above = records
      .slice(first)
      .filter(({ id, done }) => ids.has(id) || done.some(({ change }) => files.has(change.file)))
      .reverse();
    // What its owner has taken out or changed since is not put back.
    const again = above
      .filter(({ id }) => !ids.has(id))
      .map(({ id, done }) => ({ id, changes: done.map(({ change }) => change).filter(isInForce) }))
      .reverse();
    const left: string[] = [];
    for (const { id } of above) {
      const { left: stays } = this.#settings.undo(id);
      if (ids.has(id)) left.push(...stays.map(({ file }) => file));
    }
    for (const { id, changes } of again) this.#settings.apply(id, planOf(changes));
    return [...new Set(left)];
  }

  /** What the settings of a connection lead to. */
  #putThere(id: string): void {
    const { stateFolder, platform, program, plugin } = this.#options;
    writeLauncher(stateFolder, platform, program);
    const agent = agentOfPlugin(id);
    if (agent) writePlugin(stateFolder, agent, plugin);
  }

  #planFor({ id, changes }: Wanted): Plan {
    return planOf(this.#ids().has(id) ? [] : changes);
  }

  #wanted(): readonly Wanted[] {
    return wantedConnections(this.#options.target());
  }

  #ids(): ReadonlySet<string> {
    return new Set(this.#settings.installed.map(({ id }) => id));
  }
}

function planOf(changes: readonly Change[]): Plan {
  try {
    return plan(changes);
  } catch (error) {
    throw new ConnectionError(error instanceof Error ? error.message : String(error));
  }
}

function agentOfPlugin(id: string): string | undefined {
  return /^(.+)\/plugin$/.exec(id)?.[1];
}

function digestOf({ files }: Plan): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}
