import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, waitFor } from '../activation.ts';

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('spendMeter');

describe('commands and settings', () => {
  it('opens one breakdown, however often it is asked for', async () => {
    await activated();
    const panels = (): vscode.Tab[] =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('spendMeter.breakdown'));
    await vscode.commands.executeCommand('spendMeter.openBreakdown');
    await vscode.commands.executeCommand('spendMeter.openBreakdown');
    await waitFor(() => (panels().length > 0 ? true : undefined));
    assert.equal(panels().length, 1);
    await vscode.window.tabGroups.close(panels());
  });

  it('takes budgets and upstreams from the user’s settings only, never from a workspace', async () => {
    await activated();
    for (const name of ['budget.run', 'budget.action', 'agentsOff', 'upstreams', 'billing', 'cheaperModels']) {
      await assert.rejects(
        async () => settings().update(name, settings().inspect(name)?.defaultValue, vscode.ConfigurationTarget.Workspace),
        name,
      );
    }
  });
});
