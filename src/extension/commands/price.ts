import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatCount, formatShare, formatUsd } from '../../core/format.ts';
import type { Quote } from '../../protocol/api.ts';
import type { Parts } from '../parts.ts';

type Row = Quote['quotes'][number];

/** Counts and prices the selection, or the whole file when nothing is selected, for a few models. */
export async function priceText({ client, reader }: Parts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    await vscode.window.showInformationMessage(vscode.l10n.t('Open a file, or select some text, to price it.'));
    return;
  }
  const { document, selection } = editor;
  const text = document.getText(selection.isEmpty ? undefined : selection);
  const name = basename(document.fileName);
  const what = selection.isEmpty ? name : vscode.l10n.t('selection in {0}', name);
  const quote = vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Counting tokens') },
    () => client.api.quote(text),
  );
  const items = quote.then(({ quotes }) =>
    quotes.map((row) => ({ label: row.model, description: cost(row), detail: tokens(row) })),
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('To send once, uncached: {0}', what),
    placeHolder: vscode.l10n.t('Enter copies the line'),
    matchOnDescription: true,
  });
  if (picked) await vscode.env.clipboard.writeText(`${what}: ${picked.label}, ${picked.detail}, ${picked.description}`);

  function cost(row: Row): string {
    return formatUsd(row.usd, reader.locale, vscode.l10n.t('unpriced'));
  }
  function tokens(row: Row): string {
    const count = vscode.l10n.t('{0} tokens', formatCount(row.tokens, reader.locale));
    return row.plusMinus > 0 ? `${count} ±${formatShare(row.plusMinus, reader.locale)}` : count;
  }
}
