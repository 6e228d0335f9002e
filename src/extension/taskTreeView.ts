import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { runningTrees, taskTrees } from '../core/presentTasks.ts';
import { type TaskNode, taskNodes } from '../core/presentTaskTree.ts';
import type { Parts } from './parts.ts';

/** Tasks that run, or ran lately, in the side bar: what each costs, its subtasks under it. */
export function startTaskTree({ client, reader }: Parts): Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const view = vscode.window.createTreeView<TaskNode>('spendMeter.tasks', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => [...(node ? node.children : taskNodes(client.state?.tasks ?? [], reader))],
      getTreeItem,
    },
  });
  const draw = (): void => changed.fire(undefined);
  let badge = 0;
  const count = (): void => {
    const running = runningTrees(taskTrees(client.state?.tasks ?? [])).length;
    if (running === badge) return;
    badge = running;
    view.badge = running > 0 ? { value: running, tooltip: vscode.l10n.t('{0} running', running) } : undefined;
  };
  const listening = client.onState(() => {
    // The badge is seen while the view is not; the tree is drawn only for whoever looks.
    count();
    if (view.visible) draw();
  });
  const shown = view.onDidChangeVisibility(({ visible }) => {
    if (visible) draw();
  });
  count();
  return vscode.Disposable.from(listening, shown, view, changed);
}

function getTreeItem(node: TaskNode): vscode.TreeItem {
  const { Expanded, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(node.label, node.children.length > 0 ? Expanded : None);
  item.id = node.id;
  item.description = node.description;
  item.tooltip = node.tooltip;
  item.iconPath = new vscode.ThemeIcon(node.icon);
  item.contextValue = `spendMeter.task.${node.state}`;
  item.command = { command: 'spendMeter.openBreakdown', title: vscode.l10n.t('Open breakdown') };
  item.accessibilityInformation = { label: node.spoken };
  return item;
}
