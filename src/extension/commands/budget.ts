import * as vscode from 'vscode';
import { formatUsd } from '../../core/format.ts';
import { taskTrees } from '../../core/presentTasks.ts';
import type { BudgetAction } from '../../protocol/budget.ts';
import { askAmount, saveBudget } from '../budgets.ts';
import type { Parts } from '../parts.ts';
import { budgetAction, budgetScopes, type SettingScope, saveSetting } from '../settings.ts';
import { treeName } from '../words.ts';
import { chooseFurtherBudget } from './budgetMore.ts';

interface ScopeItem extends vscode.QuickPickItem {
  readonly scope: SettingScope | `task:${string}` | 'more';
  readonly usd: string | undefined;
}

/** What a budget is for, how much, and what happens when it is used up. */
export async function chooseBudget(parts: Parts): Promise<void> {
  const { client, reader } = parts;
  const scope = await vscode.window.showQuickPick(await scopeItems(parts), { title: vscode.l10n.t('A budget for what?') });
  if (!scope) return;
  if (scope.scope === 'more') return chooseFurtherBudget(parts);
  const usd = await askAmount(scope.label, { usd: scope.usd, mayBeNone: true });
  if (usd === undefined) return;
  const single = scope.scope.startsWith('task:');
  const action = usd === null ? budgetAction() : await askAction(single);
  if (!action) return;
  if (single) await client.api.setBudget({ scope: scope.scope, usd, action });
  else {
    if (action !== budgetAction()) await saveSetting('budget.action', action);
    await saveBudget(scope.scope as SettingScope, usd);
  }
  await vscode.window.showInformationMessage(
    usd === null
      ? vscode.l10n.t('{0}: no budget.', scope.label)
      : vscode.l10n.t('{0}: {1}. You are told at 80%.', scope.label, formatUsd(usd, reader.locale)),
  );
}

async function scopeItems({ client, reader }: Parts): Promise<readonly ScopeItem[]> {
  const trees = client.state ? taskTrees(client.state.tasks) : [];
  const tree = trees.find(({ state }) => state === 'running') ?? trees[0];
  const budgets = await client.api.budgets();
  const usdOf = (scope: string): string | undefined => budgets.find((budget) => budget.scope === scope)?.usd ?? undefined;
  const words = scopeWords();
  const none = vscode.l10n.t('none');
  const items: ScopeItem[] = budgetScopes.map((scope) => {
    const usd = usdOf(scope);
    return { ...words[scope], scope, usd, description: usd === undefined ? none : formatUsd(usd, reader.locale) };
  });
  const more: ScopeItem = {
    label: vscode.l10n.t('More…'),
    detail: vscode.l10n.t('In tokens; for one agent, mode or folder; for a single request'),
    scope: 'more',
    usd: undefined,
  };
  if (!tree) return [...items, more];
  const scope = `task:${tree.root.id}` as const;
  const usd = usdOf(scope);
  const own: ScopeItem = {
    label: vscode.l10n.t('This task: {0}', treeName(tree, reader)),
    description: usd === undefined ? none : formatUsd(usd, reader.locale),
    detail: vscode.l10n.t('In place of the budget for each task'),
    scope,
    usd,
  };
  return [own, ...items, more];
}

export function scopeWords(): Readonly<Record<SettingScope | 'request', { readonly label: string; readonly detail: string }>> {
  return {
    request: { label: vscode.l10n.t('Each request'), detail: vscode.l10n.t('One request to a model, its answer included') },
    run: { label: vscode.l10n.t('Each run'), detail: vscode.l10n.t('One prompt of yours until the agent is idle again') },
    task: { label: vscode.l10n.t('Each task'), detail: vscode.l10n.t('A session of an agent, with its subtasks') },
    day: { label: vscode.l10n.t('Day'), detail: vscode.l10n.t('Everything that is spent in a day') },
    month: { label: vscode.l10n.t('Month'), detail: vscode.l10n.t('Everything that is spent in a calendar month') },
  };
}

/** How each action is called within a line. */
export function actionWords(): Readonly<Record<BudgetAction, string>> {
  return { ask: vscode.l10n.t('asks'), warn: vscode.l10n.t('warns'), stop: vscode.l10n.t('stops') };
}

export async function askAction(single: boolean): Promise<BudgetAction | undefined> {
  const now = budgetAction();
  const items: readonly (vscode.QuickPickItem & { readonly action: BudgetAction })[] = [
    {
      label: vscode.l10n.t('Ask'),
      detail: vscode.l10n.t('Ask whether to stop the task, raise the budget or let it run'),
      action: 'ask',
    },
    { label: vscode.l10n.t('Warn'), detail: vscode.l10n.t('Tell, and let the task run'), action: 'warn' },
    {
      label: vscode.l10n.t('Stop'),
      detail: vscode.l10n.t('Cut the answer at once and send nothing more; for agents that pass through Guard'),
      action: 'stop',
    },
  ];
  const marked = items.map((item) => ({ ...item, ...(item.action === now ? { description: vscode.l10n.t('as now') } : {}) }));
  const title = single ? vscode.l10n.t('When it is used up') : vscode.l10n.t('When a budget is used up');
  return (await vscode.window.showQuickPick(marked, { title }))?.action;
}
