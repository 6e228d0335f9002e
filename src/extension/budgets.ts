import * as vscode from 'vscode';
import { formatCount, formatUsd } from '../core/format.ts';
import type { Reader } from '../core/presentText.ts';
import type { LimitRow } from '../protocol/budget.ts';
import type { BudgetAlert } from '../protocol/state.ts';
import type { Parts } from './parts.ts';
import { budgetScopes, type SettingScope, saveBudgetAmount, saveSetting } from './settings.ts';
import { doubled, usdTyped } from './usd.ts';

/** Asks for an amount. `undefined` when the user turned away; `null` for none, where that is allowed. */
export async function askAmount(
  title: string,
  begin: { readonly usd?: string | undefined; readonly mayBeNone: boolean },
): Promise<string | null | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    value: begin.usd ?? '',
    prompt: begin.mayBeNone ? vscode.l10n.t('US dollars. Empty or 0 for no budget.') : vscode.l10n.t('US dollars'),
    placeHolder: '5.00',
    ignoreFocusOut: true,
    validateInput: (text) => {
      const usd = usdTyped(text);
      if (begin.mayBeNone && (text.trim() === '' || usd === '0')) return undefined;
      return usd === undefined || usd === '0'
        ? vscode.l10n.t('Type an amount in US dollars above zero, such as 5 or 2.50.')
        : undefined;
    },
  });
  if (typed === undefined) return undefined;
  const usd = usdTyped(typed);
  return usd === undefined || usd === '0' ? null : usd;
}

/** Budgets of a kind of scope live in the settings; the one of a single task lives in the service. */
export async function saveBudget(scope: SettingScope, usd: string | null): Promise<void> {
  await saveSetting(`budget.${scope}`, usd === null ? 0 : Number(usd));
}

/** A new, larger limit for what an alert is about. */
export function raiseBudget(parts: Parts, alert: BudgetAlert): Promise<void> {
  return raiseLimit(parts, alert);
}

/** A new, larger amount for a limit. Of the budget for each task, only this task's is raised. */
export async function raiseLimit(
  { client, reader }: Parts,
  limit: LimitRow & { readonly task: string },
  { askWhy = false }: { readonly askWhy?: boolean } = {},
): Promise<void> {
  const { unit, budget, task } = limit;
  if (budget.from === 'workspace') return tellWhose(budget.only?.workspace);
  const title = vscode.l10n.t('Raise the budget of {0}', amountText(limit.limit, unit, reader));
  const raised = await (unit === 'usd'
    ? askAmount(title, { usd: doubled(limit.limit), mayBeNone: false })
    : askTokens(title, Number(limit.limit) * 2));
  if (!raised) return;
  const reason = askWhy ? await askReason() : undefined;
  const { usd: _usd, tokens: _tokens, ...kept } = budget;
  const amount = unit === 'usd' ? { usd: raised } : { tokens: Number(raised) };
  const { scope } = kept;
  if (scope === 'task') await client.api.setBudget({ scope: `task:${task}`, action: kept.action, ...amount }, reason);
  else {
    await client.api.setBudget({ ...kept, ...amount }, reason);
    // The settings are told to the service again and again: an amount that is theirs must be raised there, too.
    if (kept.from === 'settings') await saveBudgetAmount(budget, amount);
    else if (unit === 'usd' && !kept.only && isSettingScope(scope)) await saveBudget(scope, raised);
  }
  await vscode.window.showInformationMessage(vscode.l10n.t('The budget is {0} now.', amountText(raised, unit, reader)));
}

/** A folder's budget holds beside the user's own, whatever those are: only the folder's settings can raise it. */
async function tellWhose(folder: string | undefined): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'This budget is set by the folder {0}. It is raised in the settings of that folder; Resume lets one task go on past it.',
      folder ?? '',
    ),
    open,
  );
  if (answer === open)
    await vscode.commands.executeCommand('workbench.action.openWorkspaceSettings', 'spendMeter.workspaceBudget');
}

async function askReason(): Promise<string | undefined> {
  const reason = await vscode.window.showInputBox({
    title: vscode.l10n.t('Why? (for the audit trail, may stay empty)'),
    ignoreFocusOut: true,
    validateInput: (text) => (text.length > 500 ? vscode.l10n.t('500 characters at most') : undefined),
  });
  return reason?.trim() || undefined;
}

/** `$2.00`, or `1,200,000 tokens`. */
export function amountText(amount: string, unit: BudgetAlert['unit'], { locale, t }: Reader): string {
  return unit === 'usd' ? formatUsd(amount, locale) : t('{0} tokens', formatCount(Number(amount), locale));
}

function isSettingScope(scope: string): scope is SettingScope {
  return budgetScopes.some((one) => one === scope);
}

/** A number of tokens as text; `undefined` when the user turned away. */
export async function askTokens(title: string, begin: number): Promise<string | undefined> {
  const wrong = (text: string): boolean => !/^[1-9]\d{0,14}$/.test(text.replace(/[\s,_]/g, ''));
  const typed = await vscode.window.showInputBox({
    title,
    value: String(begin),
    prompt: vscode.l10n.t('A number of tokens'),
    ignoreFocusOut: true,
    validateInput: (text) => (wrong(text) ? vscode.l10n.t('Type a whole number of tokens, such as 2000000.') : undefined),
  });
  return typed?.replace(/[\s,_]/g, '');
}
