import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { stateFolder } from '../protocol/stateFolder.ts';
import { EditorAgents } from './agents.ts';
import { ServiceClient } from './client/client.ts';
import { launch } from './client/launch.ts';
import { followEditorEnvironment } from './commands/guardEditor.ts';
import { registerCommands } from './commands/register.ts';
import { startContextKeys } from './contextKeys.ts';
import { Guard } from './guard.ts';
import { startNotices } from './notices.ts';
import { BreakdownPanel, startBreakdownView } from './panel.ts';
import { errorText, type Parts } from './parts.ts';
import { readerOf } from './reader.ts';
import { followSettings } from './settings.ts';
import { startSpendTool } from './spendTool.ts';
import { startStatusBar } from './statusBar.ts';
import { startStopItem } from './stopItem.ts';
import { StopWays } from './stopWays.ts';
import { startTaskTree } from './taskTreeView.ts';
import { AgentTerminals } from './terminals.ts';
import { problemText } from './words.ts';

let client: ServiceClient | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Spend Meter', { log: true });
  context.subscriptions.push(log);
  client = connect(context, log);
  const parts: Parts = { context, client, log, reader: readerOf() };
  const begin = <T extends Disposable>(name: string, start: () => T): T | undefined => {
    try {
      const started = start();
      context.subscriptions.push(started);
      return started;
    } catch (error) {
      log.error(`${name} could not be started: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return undefined;
    }
  };
  const guard = begin('guard', () => new Guard(parts));
  const panel = begin('breakdown', () => new BreakdownPanel(parts));
  begin('breakdown view', () => startBreakdownView(parts));
  begin('task tree', () => startTaskTree(parts));
  begin('spend tool', () => startSpendTool(parts));
  const agents = begin('agents of this editor', () => new EditorAgents(parts));
  begin('commands', () => registerCommands(parts, guard, panel, agents));
  begin('status bar', () => startStatusBar(parts));
  begin('environment of this editor', () => followEditorEnvironment(parts));
  begin('stop item', () => startStopItem(parts));
  begin('context keys', () => startContextKeys(parts));
  begin('settings', () => followSettings(parts));
  begin('notices', () => startNotices(parts));
  const terminals = begin('agents in terminals', () => new AgentTerminals());
  if (agents && terminals) begin('ways to stop', () => new StopWays(parts, agents, terminals));
  begin('problems', () => tellProblems(parts));
  client.start();
}

/** The window's line to the service is cut; the service itself decides whether it stays. */
export async function deactivate(): Promise<void> {
  await client?.dispose();
}

function connect(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): ServiceClient {
  const folder = stateFolder(process.env, process.platform, homedir());
  const script = join(context.extensionPath, 'dist', 'service.js');
  return new ServiceClient({
    stateFolder: folder,
    version: String(context.extension.packageJSON.version),
    launch: () => launch({ execPath: process.execPath, script, stateFolder: folder, env: process.env }),
    log,
    now: Date.now,
  });
}

/** Without the service nothing works: that is said once, not only shown in the status bar. */
function tellProblems({ client: service, log }: Parts): Disposable {
  let told = false;
  return service.onConnection((connection) => {
    if (connection.kind === 'live') told = false;
    if (connection.kind !== 'problem' || told) return;
    told = true;
    const again = vscode.l10n.t('Try again');
    const show = vscode.l10n.t('Show log');
    vscode.window.showErrorMessage(problemText(connection.problem), again, show).then(
      (answer) => {
        if (answer === again) service.start();
        if (answer === show) log.show();
      },
      (error: unknown) => log.error(errorText(error)),
    );
  });
}
