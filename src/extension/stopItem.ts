import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { type TaskTree, taskTrees } from '../core/presentTasks.ts';
import type { State } from '../protocol/state.ts';
import type { Parts } from './parts.ts';
import { stopPriority } from './statusPriority.ts';
import { byCost } from './treeOrder.ts';
import { treeMoney, treeName } from './words.ts';

/** Stop, one click away, from the moment a running task is over its budget, waits for one, or goes round in circles. Otherwise nothing. */
export function startStopItem({ client, reader }: Parts): Disposable {
  const item = vscode.window.createStatusBarItem('stop', vscode.StatusBarAlignment.Left, stopPriority);
  item.name = vscode.l10n.t('Spend Meter: Stop');
  item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
  const render = (state: State | undefined): void => {
    const tree = state && pressing(state);
    if (!tree) {
      item.hide();
      return;
    }
    const what = vscode.l10n.t('Stop {0} at {1}', treeName(tree, reader), treeMoney(tree, reader));
    item.text = `$(debug-stop) ${vscode.l10n.t('Stop')}`;
    item.tooltip = what;
    item.accessibilityInformation = { label: what, role: 'button' };
    item.command = { command: 'spendMeter.stopTask', title: what, arguments: [tree.root.id] };
    item.show();
  };
  const listening = client.onState(render);
  render(client.state);
  return {
    dispose() {
      listening.dispose();
      item.dispose();
    },
  };
}

/** The dearest task that runs and calls for a decision. */
function pressing(state: State): TaskTree | undefined {
  const circling = new Set(state.alerts.filter(({ kind }) => kind === 'runaway').map(({ task }) => task));
  return taskTrees(state.tasks)
    .filter((tree) => tree.state === 'running' && (tree.level === 'exceeded' || tree.held || circling.has(tree.root.id)))
    .sort(byCost)[0];
}
