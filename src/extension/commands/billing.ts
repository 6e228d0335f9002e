import * as vscode from 'vscode';
import { agentName, readableAgents } from '../../core/presentText.ts';
import { type Billing, setBilling } from '../billing.ts';
import type { Parts } from '../parts.ts';
import { savedBilling } from '../settings.ts';

/** Which agent, then who pays for it. */
export async function chooseBilling(parts: Parts): Promise<void> {
  const { client, reader } = parts;
  const saved = savedBilling();
  const seen = client.state ? [...client.state.askBilling, ...client.state.tasks.map(({ agent }) => agent)] : [];
  const agents = [...new Set([...seen, ...readableAgents])].filter((agent) => agent !== 'sample');
  const words = billingWords();
  const agent = await vscode.window.showQuickPick(
    agents.map((id) => ({ label: agentName(id, reader.t), description: words[saved[id] ?? 'unknown'], id })),
    { title: vscode.l10n.t('Who pays for which agent?') },
  );
  if (!agent) return;
  const items: readonly (vscode.QuickPickItem & { readonly billing: Billing })[] = [
    { label: words.metered, detail: vscode.l10n.t('Every request costs real dollars. Budgets count it.'), billing: 'metered' },
    {
      label: words.plan,
      detail: vscode.l10n.t('A plan covers it. Shown as ≈$, what the same would cost at API prices; budgets do not count it.'),
      billing: 'plan',
    },
    {
      label: words.unknown,
      detail: vscode.l10n.t('Kept apart from both. Budgets count it, to be on the safe side.'),
      billing: 'unknown',
    },
  ];
  const answer = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('How do you pay for {0}?', agent.label) });
  if (answer) await setBilling(parts, agent.id, answer.billing);
}

function billingWords(): Readonly<Record<Billing, string>> {
  return {
    metered: vscode.l10n.t('API key (real dollars)'),
    plan: vscode.l10n.t('Subscription'),
    unknown: vscode.l10n.t('Not said'),
  };
}
