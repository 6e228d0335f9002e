import * as vscode from 'vscode';
import type { Parts } from '../parts.ts';

/** A scripted agent run through the real gateway against a stand-in provider: no key, no dollars, in no total. */
export async function runSample({ client }: Parts): Promise<void> {
  const task = await client.api.startSample();
  const open = vscode.l10n.t('Open breakdown');
  const stop = vscode.l10n.t('Stop task');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'A sample task runs: watch the status bar. It is a scripted agent against a stand-in provider, costs nothing and is in no total.',
    ),
    open,
    stop,
  );
  if (answer === open) await vscode.commands.executeCommand('spendMeter.openBreakdown');
  if (answer === stop) await vscode.commands.executeCommand('spendMeter.stopTask', task);
}
