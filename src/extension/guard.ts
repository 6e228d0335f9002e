import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { guardVariables, variablesInUse } from './guardVariables.ts';
import type { Parts } from './parts.ts';

/** Points the agents of new terminals at the meter, while Guard is on and only then. */
export class Guard implements Disposable {
  readonly #parts: Parts;
  readonly #listening: readonly Disposable[];
  /** What the collection holds. It is not kept over a reload, so it begins empty. */
  #set = '{}';

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#collection.persistent = false;
    this.#listening = [
      parts.client.onState(({ guard }) => this.#apply(guardVariables(guard, this.#taken()))),
      parts.client.onConnection(({ kind }) => {
        // A service that is gone comes back at the same address; one that was stopped, or cannot run, may not.
        if (kind === 'off' || kind === 'problem') this.#apply({});
      }),
    ];
  }

  /** Turns Guard on, after the user has read what that means and said yes. */
  async turnOn(): Promise<void> {
    const { client } = this.#parts;
    if (client.state?.guard.on) {
      await vscode.window.showInformationMessage(vscode.l10n.t('Guard is on. Agents in new terminals pass through the meter.'));
      return;
    }
    const yes = vscode.l10n.t('Turn Guard on');
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t('Guard agents in the integrated terminal?'),
      { modal: true, detail: this.#question() },
      yes,
    );
    if (answer !== yes) return;
    await client.api.setGuard(true);
    const open = vscode.l10n.t('Open a terminal');
    const next = await vscode.window.showInformationMessage(
      vscode.l10n.t('Guard is on. Terminals opened from now on are guarded; those that are open are not.'),
      open,
    );
    if (next === open) await vscode.commands.executeCommand('workbench.action.terminal.new');
  }

  async turnOff(): Promise<void> {
    await this.#parts.client.api.setGuard(false);
    await vscode.window.showInformationMessage(vscode.l10n.t('Guard is off for new terminals. Close those that were guarded.'));
  }

  dispose(): void {
    for (const one of this.#listening) one.dispose();
    this.#collection.clear();
  }

  get #collection(): vscode.GlobalEnvironmentVariableCollection {
    return this.#parts.context.environmentVariableCollection;
  }

  #question(): string {
    const taken = this.#taken();
    return [
      vscode.l10n.t(
        'Agents in new terminals get the address of the meter in place of their provider’s. It forwards each request unchanged, prices it before it is sent, and can stop the task in mid-answer.',
      ),
      vscode.l10n.t(
        'Claude Code, OpenCode, Kilo CLI and Qwen Code obey. Codex does not: start it with “spend-meter run -- codex …”.',
      ),
      vscode.l10n.t(
        'Terminals that are open now stay as they are. API keys and logins pass through to the provider and are never stored.',
      ),
      ...(taken.length > 0
        ? [vscode.l10n.t('Already set, and left as it is: {0}. Agents that use it are not guarded.', taken.join(', '))]
        : []),
    ].join('\n\n');
  }

  #taken(): readonly string[] {
    const guard = this.#parts.client.state?.guard;
    if (!guard) return [];
    const settings = vscode.workspace.getConfiguration('terminal.integrated.env');
    const platform = process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'osx' : 'linux';
    return variablesInUse(guard, process.env, settings.get<Record<string, unknown>>(platform) ?? {});
  }

  /** Setting the same again would be harmless, but every write goes to every terminal's hover. */
  #apply(variables: Readonly<Record<string, string>>): void {
    const wanted = JSON.stringify(variables);
    if (wanted === this.#set) return;
    this.#set = wanted;
    this.#collection.clear();
    const names = Object.entries(variables);
    if (names.length === 0) return;
    for (const [name, url] of names) this.#collection.replace(name, url);
    this.#collection.description = vscode.l10n.t(
      'Guard: agents in this terminal pass through the meter, which prices and can stop them.',
    );
  }
}
