import * as vscode from 'vscode';
import { formatUsd } from '../core/format.ts';
import type { Alert } from '../protocol/state.ts';
import type { Parts } from './parts.ts';
import { budgetAction, type SettingScope, saveSetting } from './settings.ts';
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
export async function raiseBudget({ client, reader }: Parts, alert: Alert): Promise<void> {
  const title = vscode.l10n.t('Raise the budget of {0}', formatUsd(alert.limitUsd, reader.locale));
  const usd = await askAmount(title, { usd: doubled(alert.limitUsd), mayBeNone: false });
  if (!usd) return;
  if (alert.scope === 'task') await client.api.setBudget({ scope: `task:${alert.task}`, usd, action: budgetAction() });
  else await saveBudget(alert.scope, usd);
  await vscode.window.showInformationMessage(vscode.l10n.t('The budget is {0} now.', formatUsd(usd, reader.locale)));
}
