import * as vscode from 'vscode';
import { receiptMarkdown } from '../../core/presentReceipt.ts';
import { taskTrees } from '../../core/presentTasks.ts';
import type { Parts } from '../parts.ts';
import { treeMoney, treeName } from '../words.ts';

/** Copies a task's receipt: the one that is named, the only one that is known, or one that is chosen. */
export async function copyReceipt(parts: Parts, task: unknown): Promise<void> {
  const id = typeof task === 'string' ? task : await chooseTask(parts);
  if (id === undefined) return;
  const { total, byMode, byModel, tasks } = await parts.client.api.breakdown({ range: 'task', task: id });
  const named = tasks.find((one) => one.id === id);
  if (!named) {
    await vscode.window.showInformationMessage(vscode.l10n.t('Nothing is known of that task yet.'));
    return;
  }
  const others = tasks.filter((one) => one !== named);
  await vscode.env.clipboard.writeText(
    receiptMarkdown({ tasks: [named, ...others], total, byMode, byModel }, parts.reader.locale, parts.reader.t),
  );
  await vscode.window.showInformationMessage(vscode.l10n.t('The receipt is on the clipboard, as Markdown.'));
}

async function chooseTask({ client, reader }: Parts): Promise<string | undefined> {
  const trees = client.state ? taskTrees(client.state.tasks) : [];
  const [only] = trees;
  if (!only) {
    await vscode.window.showInformationMessage(vscode.l10n.t('No task has spent anything yet.'));
    return undefined;
  }
  if (trees.length === 1) return only.root.id;
  const items = trees.map((tree) => ({ label: treeName(tree, reader), description: treeMoney(tree, reader), id: tree.root.id }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Copy the receipt of which task?') }))?.id;
}
