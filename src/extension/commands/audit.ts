import * as vscode from 'vscode';
import { type AuditFormat, auditText } from '../../core/auditText.ts';
import type { Parts } from '../parts.ts';

const most = 10_000;

/** Opens the audit trail as a document that can be saved anywhere. */
export async function showAudit({ client, reader }: Parts): Promise<void> {
  const entries = await client.api.audit(most);
  if (entries.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('Nothing has been stopped, raised or let run yet.'));
    return;
  }
  const items: readonly (vscode.QuickPickItem & { readonly format: AuditFormat })[] = [
    { label: 'Markdown', description: vscode.l10n.t('to read'), format: 'markdown' },
    { label: 'CSV', description: vscode.l10n.t('for spreadsheets'), format: 'csv' },
    { label: 'JSON', description: vscode.l10n.t('for scripts'), format: 'json' },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('The audit trail as') });
  if (!picked) return;
  const document = await vscode.workspace.openTextDocument({
    content: auditText(entries, picked.format, reader),
    language: picked.format === 'csv' ? 'plaintext' : picked.format,
  });
  await vscode.window.showTextDocument(document);
}
