import { basename } from 'node:path';
import * as vscode from 'vscode';
import { modeKinds } from '../../core/mode.ts';
import { agentName, readableAgents } from '../../core/presentText.ts';
import type { Budget } from '../../protocol/budget.ts';
import { amountText, askAmount, askTokens } from '../budgets.ts';
import type { Parts } from '../parts.ts';
import { taskName, treeWith } from '../words.ts';
import { actionWords, askAction, scopeWords } from './budget.ts';

type Scope = 'request' | 'run' | 'task' | 'day' | 'month';
interface Item<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Budgets beyond one amount for each scope: in tokens, for one agent, mode or folder, for a single request. Lists those that hold, to be taken away. */
export async function chooseFurtherBudget(parts: Parts): Promise<void> {
  const { client } = parts;
  const held = (await client.api.budgets()).filter(
    (budget) => isFurther(budget) && budget.from !== 'workspace' && !isOfSample(budget, parts),
  );
  const items: readonly Item<Budget | undefined>[] = [
    { label: vscode.l10n.t('Add a budget…'), value: undefined },
    ...held.map((budget) => ({ label: budgetText(budget, parts), value: budget })),
  ];
  const words = {
    title: vscode.l10n.t('Further budgets'),
    placeHolder: vscode.l10n.t('Choose one to take it away, or add one'),
  };
  const picked = held.length === 0 ? items[0] : await vscode.window.showQuickPick(items, words);
  if (!picked) return;
  if (picked.value) {
    const { tokens, ...rest } = picked.value;
    await client.api.setBudget(tokens === undefined ? { ...rest, usd: null } : { ...rest, tokens: null });
    await vscode.window.showInformationMessage(vscode.l10n.t('No longer in force: {0}', picked.label));
    return;
  }
  const budget = await askBudget(parts);
  if (!budget) return;
  await client.api.setBudget(budget);
  await vscode.window.showInformationMessage(vscode.l10n.t('In force: {0}', budgetText(budget, parts)));
}

async function askBudget(parts: Parts): Promise<Budget | undefined> {
  const scope = await pick<Scope>(
    vscode.l10n.t('A budget for what?'),
    (Object.entries(scopeWords()) as [Scope, { label: string; detail: string }][]).map(([value, words]) => ({ ...words, value })),
  );
  if (!scope) return undefined;
  const only = await askOnly(parts);
  if (!only) return undefined;
  const unit = await pick<'usd' | 'tokens'>(vscode.l10n.t('In what?'), [
    { label: vscode.l10n.t('US dollars'), value: 'usd' },
    { label: vscode.l10n.t('Tokens'), detail: vscode.l10n.t('Of every class, whoever pays'), value: 'tokens' },
  ]);
  if (!unit) return undefined;
  const title = scopeWords()[scope].label;
  const amount = unit === 'usd' ? await askAmount(title, { mayBeNone: false }) : await askTokens(title, 1_000_000);
  if (!amount) return undefined;
  const plan = unit === 'usd' && (await askPlan());
  if (plan === undefined) return undefined;
  const action = await askAction(false);
  if (!action) return undefined;
  return {
    scope,
    ...(Object.keys(only).length > 0 ? { only } : {}),
    ...(unit === 'usd' ? { usd: amount } : { tokens: Number(amount) }),
    ...(plan ? { plan } : {}),
    action,
  };
}

/** `{}` for everything. */
async function askOnly({ reader, client }: Parts): Promise<NonNullable<Budget['only']> | undefined> {
  const seen = (client.state?.tasks ?? []).map(({ agent }) => agent).filter((agent) => agent !== 'sample');
  const agents = [...new Set([...seen, ...readableAgents])];
  const folders = vscode.workspace.workspaceFolders ?? [];
  return pick<NonNullable<Budget['only']>>(vscode.l10n.t('For everything, or only a part?'), [
    { label: vscode.l10n.t('Everything'), value: {} },
    ...folders.map(({ uri }) => ({
      label: vscode.l10n.t('Folder {0}', basename(uri.fsPath)),
      detail: uri.fsPath,
      value: { workspace: uri.fsPath },
    })),
    ...agents.map((agent) => ({ label: agentName(agent, reader.t), value: { agent } })),
    ...modeKinds.map((mode) => ({ label: vscode.l10n.t('Mode {0}', mode), value: { mode } })),
  ]);
}

async function askPlan(): Promise<boolean | undefined> {
  return pick<boolean>(vscode.l10n.t('Does it count what a subscription covers?'), [
    { label: vscode.l10n.t('Real dollars only'), value: false },
    { label: vscode.l10n.t('Its value at API prices too'), value: true },
  ]);
}

async function pick<T>(title: string, items: readonly Item<T>[]): Promise<T | undefined> {
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.value;
}

function isFurther({ scope, only, tokens, plan, from }: Budget): boolean {
  return (
    scope === 'request' ||
    scope.startsWith('task:') ||
    only !== undefined ||
    tokens !== undefined ||
    plan === true ||
    from === 'settings'
  );
}

/** A sample task brings a budget of its own, which goes with it. */
function isOfSample({ scope }: Budget, { client }: Parts): boolean {
  const task = taskOf(scope);
  return task !== undefined && (task.startsWith('sample:') || treeWith(task, client.state)?.sample === true);
}

function taskOf(scope: Budget['scope']): string | undefined {
  return scope.startsWith('task:') ? scope.slice('task:'.length) : undefined;
}

/** `Each task, Codex: $2.00, stop`. */
function budgetText({ scope, only, usd, tokens, action }: Budget, { client, reader }: Parts): string {
  const words = scopeWords();
  const task = taskOf(scope);
  const what = task === undefined ? words[scope as Scope].label : taskName(task, client.state, reader);
  const part = only?.agent
    ? agentName(only.agent, reader.t)
    : (only?.mode ?? (only?.workspace ? basename(only.workspace) : undefined));
  const amount = usd != null ? amountText(usd, 'usd', reader) : amountText(String(tokens ?? 0), 'tokens', reader);
  return `${[what, part].filter(Boolean).join(', ')}: ${amount}, ${actionWords()[action]}`;
}
