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

/** What Spend Meter puts into other programs' settings, connections and models of suggestions, each with its owner's consent, and takes out again to the byte. */
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
    const changes = this.#changesFor(id);
    return changes && this.show(id, changes);
  }

  /** Writes what was shown under this digest. False for an id that is not known. Throws a {@link ConnectionError}, with nothing changed, when it would be another difference now. */
  connect(id: string, digest: string): boolean {
    const changes = this.#changesFor(id);
    if (changes) this.write(id, changes, digest);
    return changes !== undefined;
  }

  /** What changes would make of the files. Throws a {@link ConnectionError} where a file cannot be understood. */
  show(id: string, changes: readonly Change[]): ConnectionPlan {
    const planned = planOf(changes);
    const files = planned.files.map(({ file, before, after }) => ({ file, before: before ?? null, after }));
    return { id, digest: digestOf(planned), files };
  }

  /** Writes changes that were shown under this digest. Throws a {@link ConnectionError}, with nothing changed, when it would be another difference now. */
  write(id: string, changes: readonly Change[], digest: string): void {
    const planned = planOf(changes);
    if (digestOf(planned) !== digest) throw new ConnectionError('its settings have changed since they were shown');
    if (isSuggestion(id)) this.#apply(id, planned);
    else this.#connect(id, planned);
  }

  /** What was put in under these ids and is not taken out yet. */
  written(): ReadonlySet<string> {
    return new Set(this.#settings.installed.map(({ id }) => id));
  }

  /** Takes out what was put in under an id, or everything, what was written for suggestions included. */
  disconnect(id?: string): Disconnected {
    const out = [...this.written()].filter((each) => id === undefined || each === id);
    const left = this.#takeOut(...out);
    for (const agent of out.map(agentOfPlugin)) if (agent) removePlugin(this.#options.stateFolder, agent);
    if (this.#ids().size === 0) removeLauncher(this.#options.stateFolder);
    return { disconnected: out, left };
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
    if (this.#takeOut(id).length === 0) this.#settings.apply(id, planOf(changes));
  }

  #connect(id: string, planned: Plan): void {
    this.#putThere(id);
    try {
      this.#apply(id, planned);
    } finally {
      if (this.#ids().size === 0) removeLauncher(this.#options.stateFolder);
    }
  }

  #apply(id: string, planned: Plan): void {
    try {
      this.#settings.apply(id, planned);
    } catch (error) {
      throw asConnectionError(error);
    }
  }

  /** Answers the files in which something stays. */
  #takeOut(...ids: readonly string[]): string[] {
    try {
      return [...new Set(this.#settings.undo(...ids).left.map(({ file }) => file))];
    } catch (error) {
      throw asConnectionError(error);
    }
  }

  /** What the settings of a connection lead to. */
  #putThere(id: string): void {
    const { stateFolder, platform, program, plugin } = this.#options;
    writeLauncher(stateFolder, platform, program);
    const agent = agentOfPlugin(id);
    if (agent) writePlugin(stateFolder, agent, plugin);
  }

  /** None, where all of it is there. */
  #changesFor(id: string): readonly Change[] | undefined {
    const wanted = this.#wanted().find((each) => each.id === id);
    return wanted && (this.#ids().has(id) ? [] : wanted.changes);
  }

  #wanted(): readonly Wanted[] {
    return wantedConnections(this.#options.target());
  }

  /** Of connections only. */
  #ids(): ReadonlySet<string> {
    return new Set([...this.written()].filter((id) => !isSuggestion(id)));
  }
}

function planOf(changes: readonly Change[]): Plan {
  try {
    return plan(changes);
  } catch (error) {
    throw asConnectionError(error);
  }
}

function asConnectionError(error: unknown): ConnectionError {
  return new ConnectionError(error instanceof Error ? error.message : String(error));
}

const suggestionPrefix = 'suggestion/';

/** The id under which a setting is written that a suggestion's card is about. */
export function suggestionId(card: string): string {
  return suggestionPrefix + card;
}

function isSuggestion(id: string): boolean {
  return id.startsWith(suggestionPrefix);
}

function agentOfPlugin(id: string): string | undefined {
  return /^(.+)\/plugin$/.exec(id)?.[1];
}

function digestOf({ files }: Plan): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}
