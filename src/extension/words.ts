import { l10n } from 'vscode';
import { formatCost } from '../core/format.ts';
import type { Link } from '../core/presentState.ts';
import { type TaskTree, taskTrees } from '../core/presentTasks.ts';
import { agentName, moneyText, plainText, type Reader } from '../core/presentText.ts';
import type { State } from '../protocol/state.ts';
import type { Connection } from './client/client.ts';
import type { Problem } from './client/find.ts';

/** What a person can do about it is part of the message. */
export function problemText(problem: Problem): string {
  switch (problem.kind) {
    case 'noSqlite':
      return l10n.t(
        'This editor is built on a Node.js without node:sqlite, where the meter keeps its ledger. An editor based on VS Code 1.104 or newer has it.',
      );
    case 'ended':
      return l10n.t(
        'The meter service ended right after it was started (exit code {0}). Its own log is in its state folder.',
        String(problem.code ?? '?'),
      );
    case 'unstartable':
      return l10n.t('The meter service could not be started: {0}', problem.message);
    case 'unreachable':
      return l10n.t('The meter service was started and does not answer. Restart it, or reload the window.');
  }
}

/** The connection in the reader's language. */
export function linkOf(connection: Connection): Link {
  return connection.kind === 'problem' ? { kind: 'problem', message: problemText(connection.problem) } : connection;
}

/** Why nothing is to be had now, for the page and for commands; `undefined` while all is well. */
export function troubleText(connection: Connection): string | undefined {
  switch (connection.kind) {
    case 'live':
    case 'starting':
      return undefined;
    case 'gone':
      return l10n.t('It is being started anew.');
    case 'off':
      return l10n.t('You stopped it. Start it with “Spend Meter: Restart the meter service”.');
    case 'problem':
      return problemText(connection.problem);
  }
}

/** `Claude Code · code`, how a task is called in a list or a sentence. */
export function treeName(tree: TaskTree, { t }: Reader): string {
  const { agent, mode } = tree.acting;
  const isSample = tree.sample && agent !== 'sample';
  return [agentName(agent, t), plainText(mode), isSample ? t('sample') : ''].filter(Boolean).join(' · ');
}

/** As {@link treeName}, of a task that may be gone from what is shown. */
export function taskName(task: string, state: State | undefined, reader: Reader): string {
  const tree = treeWith(task, state);
  return tree ? treeName(tree, reader) : agentName(task.split(':')[0] ?? task, reader.t);
}

/** The tree that a task belongs to, as far as it is shown. */
export function treeWith(task: string, state: State | undefined): TaskTree | undefined {
  if (!state) return undefined;
  const ancestors = new Set<string>();
  for (let at: string | undefined = task; at !== undefined && !ancestors.has(at); ) {
    ancestors.add(at);
    const id: string = at;
    at = state.tasks.find((one) => one.id === id)?.parent;
  }
  return taskTrees(state.tasks).find(({ root }) => ancestors.has(root.id));
}

export function treeMoney(tree: TaskTree, reader: Reader): string {
  return moneyText(tree.money, reader);
}

/** An amount of a task, with `≈` where a subscription covers it. */
export function taskCost(usd: string | null, tree: TaskTree | undefined, { locale, t }: Reader): string {
  return formatCost({ usd, billing: tree?.root.billing ?? 'unknown' }, locale, t('unpriced'));
}
