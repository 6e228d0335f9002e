import type { Disposable } from '../core/disposable.ts';
import type { AgentId } from '../core/request.ts';
import type { Sighting } from '../core/sighting.ts';

/**
 * What a window can do about an agent that lives in the editor beside us. Each is a file `extension.ts` in the agent's folder; `src/extension/agents.ts`
 * names them all. They are given the editor in the few words below, so that they can be tried without one.
 */
export interface AgentExtension {
  readonly agent: AgentId;
  /** Begins to follow it; whether it is installed, or becomes active later, is its own to find out. */
  follow(host: AgentHost): FollowedAgent;
}

export interface FollowedAgent extends Disposable {
  /**
   * Tells the agent to stop what it does on one of these tasks (`<agent>:<id>`; a tree, its root first). True when it was told; false when none of them is
   * here. Rejects when the agent could not be told.
   */
  stop(tree: StoppedTree): Promise<boolean>;
  /** Its own setting of where it sends its requests, where that can be read and written. */
  readonly route?: BaseUrlRoute;
}

export interface StoppedTree {
  readonly tasks: readonly string[];
  /** Folder that it works in, where it is known. */
  readonly workspace?: string | undefined;
  /** Whether it is the only one of its agent that runs: some agents can only be told to stop whatever they do. */
  readonly isOnly: boolean;
}

/** The base URL in an agent's own settings. */
export interface BaseUrlRoute {
  /** What would be changed; `undefined` where the agent is not here or its provider has no such setting. Nothing is changed by asking. */
  plan(bases: Readonly<Record<string, string>>): RouteChange | undefined;
  /** What is in a setting of the profile in use; `undefined` where the agent is not here. */
  current(name: string): { readonly profile: string; readonly value: string | undefined } | undefined;
  /** Puts a value into the setting; `undefined` takes it out. */
  set(name: string, value: string | undefined): Promise<void>;
}

export interface RouteChange {
  /** The agent's own name of the setting, and of the profile it belongs to. */
  readonly name: string;
  readonly profile: string;
  readonly provider: string;
  readonly from: string | undefined;
  readonly to: string;
}

/** The editor, as far as agents' adapters need it. */
export interface AgentHost {
  /** An extension that is installed here. */
  extension(id: string): OtherExtension | undefined;
  /** Calls back soon and again and again until it answers true: an editor tells nobody that an extension has become active. */
  until(look: () => boolean): Disposable;
  run(command: string): Promise<void>;
  /** Paths of this window's folders. */
  readonly folders: readonly string[];
  readonly now: () => number;
  saw(sighting: Sighting): void;
  problem(what: string, error: unknown): void;
}

export interface OtherExtension {
  readonly isActive: boolean;
  readonly version: string;
  /** What it lets others use; nobody has checked it. */
  readonly exports: unknown;
}
