import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { type TaskTree, taskTrees } from '../core/presentTasks.ts';
import { agentName, moneyDetail, moneyOfTask, moneySpoken, moneyText, plainText, sumMoney } from '../core/presentText.ts';
import type { TaskRow } from '../protocol/rows.ts';
import type { Parts } from './parts.ts';

/** A task, or a subtask under the one that started it. */
interface Node {
  readonly task: TaskRow;
  readonly tree: TaskTree;
}

/** Tasks that run, or ran lately, in the side bar: what each costs, its subtasks under it. */
export function startTaskTree(parts: Parts): Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const provider = new TaskTreeProvider(parts, changed.event);
  const view = vscode.window.createTreeView('spendMeter.tasks', { treeDataProvider: provider });
  const update = (): void => {
    changed.fire(undefined);
    const running = provider.trees().filter(({ state }) => state === 'running').length;
    view.badge = running > 0 ? { value: running, tooltip: vscode.l10n.t('{0} running', running) } : undefined;
  };
  const listening = parts.client.onState(update);
  return {
    dispose() {
      listening.dispose();
      view.dispose();
      changed.dispose();
    },
  };
}

export class TaskTreeProvider implements vscode.TreeDataProvider<Node> {
  readonly onDidChangeTreeData: vscode.Event<undefined>;
  readonly #parts: Parts;

  constructor(parts: Parts, changed: vscode.Event<undefined>) {
    this.#parts = parts;
    this.onDidChangeTreeData = changed;
  }

  trees(): readonly TaskTree[] {
    const { state } = this.#parts.client;
    return state ? taskTrees(state.tasks) : [];
  }

  getChildren(node?: Node): Node[] {
    const tasks = this.#parts.client.state?.tasks ?? [];
    if (node) return tasks.filter(({ parent }) => parent === node.task.id).map((task) => ({ task, tree: node.tree }));
    return this.trees().flatMap((tree) => {
      const task = tasks.find(({ id }) => id === tree.root.id);
      return task ? [{ task, tree }] : [];
    });
  }

  getTreeItem({ task, tree }: Node): vscode.TreeItem {
    const { reader, client } = this.#parts;
    const root = task.id === tree.root.id;
    const money = root ? sumMoney([tree.money]) : moneyOfTask(task);
    const label = `${moneyText(money, reader)} · ${plainText(agentName(task.agent, reader.t))}`;
    const below = (client.state?.tasks ?? []).some(({ parent }) => parent === task.id);
    const item = new vscode.TreeItem(
      label,
      below ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
    );
    const folder = task.workspace?.split(/[\\/]/).filter(Boolean).at(-1);
    item.id = task.id;
    item.description = [plainText(task.mode), folder && plainText(folder), task.sample ? reader.t('sample') : '']
      .filter(Boolean)
      .join(' · ');
    item.tooltip = [plainText(task.model, 80), moneyDetail(money, reader), reader.t('Requests: {0}', task.requests)].join('\n');
    item.iconPath = new vscode.ThemeIcon(iconOf(task));
    item.contextValue = `spendMeter.task.${task.state}`;
    item.command = { command: 'spendMeter.openBreakdown', title: vscode.l10n.t('Open breakdown') };
    item.accessibilityInformation = {
      label: `${agentName(task.agent, reader.t)}, ${task.mode}, ${moneySpoken(money, reader)}, ${stateWord(task)}`,
    };
    return item;
  }
}

function iconOf({ state, budget }: TaskRow): string {
  if (state === 'stopped') return 'debug-stop';
  if (budget === 'exceeded') return 'error';
  if (budget === 'warning') return 'warning';
  return state === 'running' ? 'sync~spin' : 'circle-outline';
}

function stateWord({ state }: TaskRow): string {
  switch (state) {
    case 'running':
      return vscode.l10n.t('running');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'idle':
      return vscode.l10n.t('idle');
  }
}
