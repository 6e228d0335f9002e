import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatCount, formatMoment } from '../../core/format.ts';
import { type TaskTree, taskTrees } from '../../core/presentTasks.ts';
import type { Parts } from '../parts.ts';
import { resumeAndTell, stopAndTell } from '../stopping.ts';
import { byCost } from '../treeOrder.ts';
import { treeMoney, treeName } from '../words.ts';

/** Stops the task that is named, the only one that runs, or one that is chosen. */
export async function stopTask(parts: Parts, task: unknown): Promise<void> {
  if (typeof task === 'string') return stopAndTell(parts, task);
  const trees = shown(parts).filter(({ state }) => state !== 'stopped');
  const running = trees.filter(({ state }) => state === 'running');
  const [only] = running;
  if (only && running.length === 1) return stopAndTell(parts, only.root.id);
  const chosen = await choose(parts, running.length > 0 ? running : trees, {
    title: vscode.l10n.t('Stop which task?'),
    empty: vscode.l10n.t('No task is running.'),
  });
  if (chosen) await stopAndTell(parts, chosen.root.id);
}

export async function stopAllTasks({ client, ...parts }: Parts): Promise<void> {
  const running = shown({ client, ...parts }).filter(({ state }) => state === 'running');
  if (running.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('No task is running.'));
    return;
  }
  const [only] = running;
  if (only && running.length === 1) return stopAndTell({ client, ...parts }, only.root.id);
  const results = await Promise.all(running.map(({ root }) => client.api.stopTask(root.id)));
  const cut = results.reduce((sum, { cutRequests }) => sum + cutRequests, 0);
  await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} tasks are stopped, answers cut: {1}. Unguarded agents go on.', results.length, cut),
  );
}

export async function resumeTask(parts: Parts, task: unknown): Promise<void> {
  if (typeof task === 'string') return resumeAndTell(parts, task);
  const stopped = shown(parts).filter(({ state }) => state === 'stopped');
  const [only] = stopped;
  if (only && stopped.length === 1) return resumeAndTell(parts, only.root.id);
  const chosen = await choose(parts, stopped, {
    title: vscode.l10n.t('Resume which task?'),
    empty: vscode.l10n.t('No task is stopped.'),
  });
  if (chosen) await resumeAndTell(parts, chosen.root.id);
}

/** The dearest first. */
function shown({ client }: Parts): readonly TaskTree[] {
  return client.state ? [...taskTrees(client.state.tasks)].sort(byCost) : [];
}

async function choose(
  { reader, client }: Parts,
  trees: readonly TaskTree[],
  words: { readonly title: string; readonly empty: string },
): Promise<TaskTree | undefined> {
  if (trees.length === 0) {
    await vscode.window.showInformationMessage(words.empty);
    return undefined;
  }
  const folderOf = (tree: TaskTree): string[] => {
    const workspace = client.state?.tasks.find(({ id }) => id === tree.root.id)?.workspace;
    return workspace ? [basename(workspace)] : [];
  };
  const items = trees.map((tree) => ({
    label: treeName(tree, reader),
    description: treeMoney(tree, reader),
    detail: [
      ...folderOf(tree),
      tree.acting.model,
      vscode.l10n.t('{0} requests', formatCount(tree.root.requests, reader.locale)),
      formatMoment(tree.lastAt, Date.now(), reader.locale),
    ].join(' · '),
    tree,
  }));
  return (await vscode.window.showQuickPick(items, { title: words.title, matchOnDescription: true }))?.tree;
}
