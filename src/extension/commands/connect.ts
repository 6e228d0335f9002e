import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable.ts';
import { agentName } from '../../core/presentText.ts';
import type { Connection, ConnectionKind, ConnectionPlan } from '../../protocol/connections.ts';
import type { Parts } from '../parts.ts';

const scheme = 'spend-meter-settings';

/** An agent's settings as they are and as they would be, for the editor that shows the difference. Nothing is written. */
export class ConnectionViews implements Disposable, vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  #count = 0;

  provideTextDocumentContent(uri: vscode.Uri): string | undefined {
    return this.#texts.get(uri.path);
  }

  /** Shows one editor for each file. */
  async show({ files }: ConnectionPlan): Promise<void> {
    for (const { file, before, after } of files) {
      const [left, right] = [this.#keep('before', file, before ?? ''), this.#keep('after', file, after)];
      await vscode.commands.executeCommand('vscode.diff', left, right, file, { preview: files.length === 1 });
    }
  }

  /** Closes what was shown: it has been answered. */
  async close(): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(
      tabs.filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === scheme),
    );
    this.#texts.clear();
  }

  dispose(): void {
    this.#registered.dispose();
    this.#texts.clear();
  }

  #keep(side: string, file: string, text: string): vscode.Uri {
    const path = `/${++this.#count}/${side}/${basename(file)}`;
    this.#texts.set(path, text);
    return vscode.Uri.from({ scheme, path });
  }
}

/** Chooses what is to be put into an agent's own settings, shows the difference, and puts it there on yes. */
export async function connectAgent(parts: Parts, views: ConnectionViews): Promise<void> {
  const { api } = parts.client;
  const open = (await api.connections()).filter(({ isConnected }) => !isConnected);
  if (open.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('Every agent that can be connected is.'));
    return;
  }
  const here = [...open].sort((a, b) => Number(b.isHere) - Number(a.isHere));
  const chosen = await vscode.window.showQuickPick(
    here.map((connection) => itemOf(connection, parts)),
    { title: vscode.l10n.t('Connect an agent'), matchOnDescription: true },
  );
  if (!chosen) return;
  const { connection } = chosen;
  const plan = await api.connectionPlan(connection.id);
  if (plan.files.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('Its settings say all of it already.'));
    return;
  }
  await views.show(plan);
  const yes = vscode.l10n.t('Change It');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Change {0} as shown? It can be undone: Spend Meter: Disconnect agents…',
      plan.files.map(({ file }) => file).join(', '),
    ),
    yes,
    vscode.l10n.t('Cancel'),
  );
  await views.close();
  if (answer !== yes) return;
  await api.connect(plan);
  await vscode.window.showInformationMessage(connectedText(connection, chosen.label));
}

function connectedText({ agent, kind }: Connection, name: string): string {
  switch (`${agent}/${kind}`) {
    case 'codex/hooks':
      return vscode.l10n.t('{0} is connected from its next start on. It will ask once whether the hook is to be trusted.', name);
    case 'copilot/telemetry':
      return vscode.l10n.t('{0} is connected in windows that are opened or reloaded from now on.', name);
    default:
      return vscode.l10n.t('{0} is connected from its next start on.', name);
  }
}

/** Takes out what was put in: all that is chosen, everything to begin with. */
export async function disconnectAgents(parts: Parts): Promise<void> {
  const { api } = parts.client;
  const connected = (await api.connections()).filter(({ isConnected }) => isConnected);
  if (connected.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('No agent is connected.'));
    return;
  }
  const chosen = await vscode.window.showQuickPick(
    connected.map((connection) => ({ ...itemOf(connection, parts), picked: true })),
    { title: vscode.l10n.t('Disconnect agents'), canPickMany: true },
  );
  const left = new Set<string>();
  for (const { connection } of chosen ?? []) for (const file of (await api.disconnect(connection.id)).left) left.add(file);
  if (!chosen?.length) return;
  await (left.size === 0
    ? vscode.window.showInformationMessage(vscode.l10n.t('Taken out; the settings are as they were.'))
    : vscode.window.showWarningMessage(
        vscode.l10n.t('Something stays in {0}: it was changed by somebody else since.', [...left].join(', ')),
      ));
}

function itemOf(connection: Connection, { reader }: Parts): vscode.QuickPickItem & { readonly connection: Connection } {
  const { agent, kind, isHere } = connection;
  return {
    connection,
    label: agentName(agent, reader.t),
    description: [kindWord(kind), ...(isHere ? [] : [vscode.l10n.t('not used here yet')])].join(' · '),
    detail: kindDetail(kind),
  };
}

function kindWord(kind: ConnectionKind): string {
  switch (kind) {
    case 'telemetry':
      return vscode.l10n.t('telemetry');
    case 'hooks':
      return vscode.l10n.t('hooks');
    case 'plugin':
      return vscode.l10n.t('plugin');
  }
}

function kindDetail(kind: ConnectionKind): string {
  switch (kind) {
    case 'telemetry':
      return vscode.l10n.t('It tells the meter each answer’s tokens by OpenTelemetry, without prompts.');
    case 'hooks':
      return vscode.l10n.t('It asks the meter whether its task is stopped, also where it is not guarded.');
    case 'plugin':
      return vscode.l10n.t(
        'It asks the meter before each request whether its task is stopped. Offered beside plugins of your own only.',
      );
  }
}
