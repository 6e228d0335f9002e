import * as vscode from 'vscode';
import type { AgentExtension, AgentHost, FollowedAgent, OtherExtension } from '../agents/agentExtension.ts';
import { clineExtension } from '../agents/cline/extension.ts';
import { copilotExtension } from '../agents/copilot/extension.ts';
import { rooExtensions } from '../agents/roo/extension.ts';
import type { Disposable } from '../core/disposable.ts';
import type { Sighting } from '../core/sighting.ts';
import { errorText, type Parts } from './parts.ts';

const all: readonly AgentExtension[] = [...rooExtensions, clineExtension, copilotExtension];

/** How often it is looked whether an extension has become active (ms): they all start with the window. */
const lookEvery = 500;
/** Sightings are kept for a service that is not there for a moment; the agent's own file has them too. */
const mostKept = 200;

/** The agents that live in this editor: what they tell goes to the service, and they can be told to stop. */
export class EditorAgents implements Disposable {
  readonly #parts: Parts;
  readonly #followed: readonly (readonly [agent: string, followed: FollowedAgent])[];
  readonly #listening: Disposable;
  #kept: Sighting[] = [];
  #sending = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const host = this.#host();
    this.#followed = all.map((one) => [one.agent, one.follow(host)] as const);
    this.#listening = parts.client.onConnection(({ kind }) => {
      if (kind === 'live') this.#send();
    });
  }

  /** Those of an agent that are followed here. */
  of(agent: string): readonly FollowedAgent[] {
    return this.#followed.flatMap(([id, followed]) => (id === agent ? [followed] : []));
  }

  get followed(): readonly (readonly [agent: string, followed: FollowedAgent])[] {
    return this.#followed;
  }

  dispose(): void {
    this.#listening.dispose();
    for (const [, followed] of this.#followed) followed.dispose();
  }

  #host(): AgentHost {
    const { log } = this.#parts;
    return {
      extension,
      until,
      run: async (command) => {
        await vscode.commands.executeCommand(command);
      },
      get folders() {
        return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
      },
      now: Date.now,
      saw: (sighting) => {
        this.#kept = [...this.#kept, sighting].slice(-mostKept);
        this.#send();
      },
      problem: (what, error) => log.warn(error === undefined ? what : `${what}: ${errorText(error)}`),
    };
  }

  /** One call at a time; what comes meanwhile goes with the next. */
  #send(): void {
    const { client, log } = this.#parts;
    if (this.#sending || this.#kept.length === 0 || client.connection.kind !== 'live') return;
    const sightings = this.#kept;
    this.#kept = [];
    this.#sending = true;
    client.api
      .tellSightings(sightings)
      .catch((error: unknown) => {
        log.warn(`what an agent told could not be passed on: ${errorText(error)}`);
        return undefined;
      })
      .finally(() => {
        this.#sending = false;
        this.#send();
      });
  }
}

function extension(id: string): OtherExtension | undefined {
  const found = vscode.extensions.getExtension<unknown>(id);
  if (!found) return undefined;
  return {
    isActive: found.isActive,
    version: String(Reflect.get(Object(found.packageJSON), 'version')),
    get exports() {
      return found.isActive ? found.exports : undefined;
    },
  };
}

function until(look: () => boolean): Disposable {
  const timer = setInterval(() => {
    if (look()) clearInterval(timer);
  }, lookEvery);
  return { dispose: () => clearInterval(timer) };
}
