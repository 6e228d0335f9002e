import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import type { TooltipExtras } from '../core/presentTooltip.ts';
import type { Quote } from '../protocol/api.ts';
import { errorText } from './parts.ts';

const pauseMs = 700;
/** Characters. A larger file is no prompt. */
const longest = 2_000_000;

/** What sending the open file would cost, for as long as there is nothing else to show. */
export class OpenFileQuote implements Disposable {
  readonly #ask: (text: string) => Promise<Quote>;
  readonly #log: Pick<vscode.LogOutputChannel, 'warn'>;
  readonly #changed: () => void;
  readonly #listening: readonly vscode.Disposable[];
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;
  current: TooltipExtras['openFile'];

  constructor(ask: (text: string) => Promise<Quote>, log: Pick<vscode.LogOutputChannel, 'warn'>, changed: () => void) {
    this.#ask = ask;
    this.#log = log;
    this.#changed = changed;
    this.#listening = [
      vscode.window.onDidChangeActiveTextEditor(() => this.#soon()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) this.#soon();
      }),
    ];
  }

  want(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) this.#soon();
    else this.current = undefined;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const one of this.#listening) one.dispose();
  }

  #soon(): void {
    if (!this.#wanted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#quote().catch((error: unknown) => this.#log.warn(`the open file could not be priced: ${errorText(error)}`));
    }, pauseMs);
  }

  async #quote(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const text = document && ['file', 'untitled', 'vscode-remote'].includes(document.uri.scheme) ? document.getText() : '';
    if (!document || text === '' || text.length > longest) {
      if (this.current) {
        this.current = undefined;
        this.#changed();
      }
      return;
    }
    const { quotes } = await this.#ask(text);
    if (!this.#wanted) return;
    this.current = { name: basename(document.fileName), quotes: quotes.slice(0, 3) };
    this.#changed();
  }
}
