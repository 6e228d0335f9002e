import * as vscode from 'vscode';
import type { Settings } from '../protocol/api.ts';
import type { Parts } from './parts.ts';
import { savedBilling, saveSetting } from './settings.ts';

export type Billing = NonNullable<Settings['billing']>[string];

/** Kept where the user finds it again, and in force at once. */
export async function setBilling({ client }: Parts, agent: string, billing: Billing): Promise<void> {
  await client.api.setSettings({ billing: { [agent]: billing } });
  await saveSetting('billing', { ...savedBilling(), [agent]: billing });
}

/** Asks who pays for an agent. False when the user has not said. */
export async function askBilling(parts: Parts, agent: string, name: string): Promise<boolean> {
  const key = vscode.l10n.t('API key (real dollars)');
  const plan = vscode.l10n.t('Subscription');
  const later = vscode.l10n.t('Ask later');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('How do you pay for {0}? Real dollars and what a subscription covers are never added up.', name),
    key,
    plan,
    later,
  );
  if (answer === key) await setBilling(parts, agent, 'metered');
  else if (answer === plan) await setBilling(parts, agent, 'plan');
  return answer === key || answer === plan;
}
