import * as vscode from 'vscode';
import type { Reader } from '../core/presentText.ts';
import { displayCurrency } from './settings.ts';

/** Whom words and numbers are for; a currency that is set while the window is open holds at once. */
export function readerOf(): Reader {
  return {
    t: vscode.l10n.t,
    get locale() {
      const currency = displayCurrency();
      return currency ? { tag: vscode.env.language, currency } : vscode.env.language;
    },
  };
}
