import * as vscode from 'vscode';
import { budgetLevel } from '../../core/budget.ts';
import { usdToPico } from '../../core/money.ts';
import { type TaskTree, taskTrees } from '../../core/presentTasks.ts';
import type { LimitRow } from '../../protocol/budget.ts';
import { amountText, raiseLimit } from '../budgets.ts';
import type { Parts } from '../parts.ts';
import { byCost } from '../treeOrder.ts';
import { treeMoney, treeName } from '../words.ts';

/** Raises a limit that a task has reached, or is near to; asks why, for the audit trail. */
export async function raiseOf(parts: Parts, task: unknown): Promise<void> {
  const tree = typeof task === 'string' ? { id: task } : await chooseTree(parts);
  if (!tree) return;
  const limits = [...(await parts.client.api.limits(tree.id))].sort((a, b) => nearness(b) - nearness(a));
  if (limits.length === 0) {
    const set = vscode.l10n.t('Set budget');
    const answer = await vscode.window.showInformationMessage(vscode.l10n.t('No budget holds for this task.'), set);
    if (answer === set) await vscode.commands.executeCommand('spendMeter.setBudget');
    return;
  }
  const limit = limits.length === 1 ? limits[0] : await chooseLimit(limits, parts);
  if (limit) await raiseLimit(parts, { ...limit, task: tree.id }, { askWhy: true });
}

async function chooseTree({ client, reader }: Parts): Promise<{ readonly id: string } | undefined> {
  const trees: readonly TaskTree[] = client.state ? [...taskTrees(client.state.tasks)].sort(byCost) : [];
  // What waits, is stopped or near its limit is what somebody wants to raise.
  const pressing = trees.filter(
    ({ state, level, held }) => held || state === 'stopped' || level === 'exceeded' || level === 'warning',
  );
  const waiting = pressing.filter(({ held }) => held);
  const [only] = waiting.length > 0 ? waiting : pressing;
  if (only && (waiting.length === 1 || pressing.length === 1)) return only.root;
  const shown = pressing.length > 0 ? pressing : trees.filter(({ level }) => level !== 'none');
  if (shown.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('No task has a budget.'));
    return undefined;
  }
  const items = shown.map((tree) => ({ label: treeName(tree, reader), description: treeMoney(tree, reader), id: tree.root.id }));
  return vscode.window.showQuickPick(items, { title: vscode.l10n.t('Raise the budget of which task?') });
}

async function chooseLimit(limits: readonly LimitRow[], { reader }: Parts): Promise<LimitRow | undefined> {
  const words: Readonly<Record<LimitRow['scope'], string>> = {
    request: vscode.l10n.t('Each request'),
    run: vscode.l10n.t('Each run'),
    task: vscode.l10n.t('Each task'),
    day: vscode.l10n.t('Day'),
    month: vscode.l10n.t('Month'),
  };
  const items = limits.map((limit) => ({
    label: words[limit.scope],
    description: vscode.l10n.t(
      '{0} of {1} spent',
      amountText(limit.spent, limit.unit, reader),
      amountText(limit.limit, limit.unit, reader),
    ),
    limit,
  }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Raise which budget?') }))?.limit;
}

/** Millionths of a limit that are spent: the most pressing first. */
function nearness({ spent, limit }: LimitRow): number {
  const [part, whole] = [usdToPico(spent), usdToPico(limit)];
  if (budgetLevel(part, whole) === 'exceeded' && whole === 0n) return Number.POSITIVE_INFINITY;
  return Number((part * 1_000_000n) / whole);
}
