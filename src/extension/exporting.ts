import * as vscode from 'vscode';
import { type ExportFormat, exportTables, type TableToExport } from '../core/exportTables.ts';

/** Asks for a format and opens what is seen in it, as a document that is yet to be saved. */
export async function showExport(tables: readonly TableToExport[]): Promise<void> {
  const filled = tables.filter(({ rows }) => rows.length > 0);
  if (filled.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('There is no table to export here.'));
    return;
  }
  const formats: readonly (vscode.QuickPickItem & { readonly format: ExportFormat; readonly language: string })[] = [
    { label: 'CSV', description: vscode.l10n.t('for spreadsheets'), format: 'csv', language: 'plaintext' },
    { label: 'JSON', description: vscode.l10n.t('for scripts'), format: 'json', language: 'json' },
    { label: 'Markdown', description: vscode.l10n.t('for a pull request'), format: 'markdown', language: 'markdown' },
  ];
  const choice = await vscode.window.showQuickPick(formats, { title: vscode.l10n.t('Export what is seen') });
  if (!choice) return;
  const content = exportTables(filled, choice.format);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: choice.language }));
}
