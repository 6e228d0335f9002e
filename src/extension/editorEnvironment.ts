import type { Disposable } from '../core/disposable.ts';
import type { State } from '../protocol/state.ts';
import { guardVariables, variablesInUse } from './guardVariables.ts';

/**
 * The variables of Guard in the environment of the extension host, which programs that other extensions start inherit (Kilo Code 7's server, Claude Code's
 * process). Only with the user's consent, only while Guard is on, and only in this window: with it they go, so nothing points at a meter that is not there.
 */
export class EditorEnvironment implements Disposable {
  readonly #environment: Record<string, string | undefined>;
  /** What was put in, by name. Nothing that was there before is ever replaced. */
  readonly #set = new Map<string, string>();

  /** `environment`: `process.env` of the extension host. */
  constructor(environment: Record<string, string | undefined>) {
    this.#environment = environment;
  }

  /** Names that are in force now. */
  get names(): readonly string[] {
    return [...this.#set.keys()];
  }

  apply(guard: State['guard'], consent: boolean): void {
    // What is ours is no choice of the user's.
    const own = Object.fromEntries(Object.entries(this.#environment).filter(([name, value]) => this.#set.get(name) !== value));
    const wanted = consent ? guardVariables(guard, variablesInUse(guard, own)) : {};
    for (const name of [...this.#set.keys()]) if (wanted[name] === undefined) this.#takeOut(name);
    for (const [name, value] of Object.entries(wanted)) {
      if (this.#environment[name] === value) continue;
      this.#environment[name] = value;
      this.#set.set(name, value);
    }
  }

  dispose(): void {
    for (const name of [...this.#set.keys()]) this.#takeOut(name);
  }

  /** One that somebody has changed since is theirs. */
  #takeOut(name: string): void {
    if (this.#environment[name] === this.#set.get(name)) delete this.#environment[name];
    this.#set.delete(name);
  }
}
