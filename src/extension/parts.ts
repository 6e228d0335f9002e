import type * as vscode from 'vscode';
import type { Reader } from '../core/presentText.ts';
import type { ServiceClient } from './client/client.ts';

/** What every feature of the extension is given. */
export interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly client: ServiceClient;
  readonly log: vscode.LogOutputChannel;
  readonly reader: Reader;
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
