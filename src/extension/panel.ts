import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { pageStrings } from '../core/pageStrings.ts';
import type { Breakdown } from '../protocol/state.ts';
import { type FromPage, fromPageSchema, type ToPage, toPageSchema } from '../protocol/webview.ts';
import { Coalesced } from './coalesced.ts';
import { pageHtml } from './panelHtml.ts';
import { errorText, type Parts } from './parts.ts';
import { displayCurrency } from './settings.ts';
import { troubleText } from './words.ts';

const viewType = 'spendMeter.breakdown';
/** The lists are read from the ledger: not more often than this while a task runs (ms). */
const refreshMs = 500;
/** A restart takes well under a second; only what lasts longer is told (ms). */
const troubleAfter = 2_000;

/** The breakdown: one panel per window, which comes back with the window. */
export class BreakdownPanel implements Disposable {
  readonly #parts: Parts;
  readonly #serializer: vscode.Disposable;
  #open: OpenPanel | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: async (panel) => this.#take(panel),
    });
  }

  show(): void {
    if (this.#open) {
      this.#open.panel.reveal();
      return;
    }
    this.#take(vscode.window.createWebviewPanel(viewType, vscode.l10n.t('Spend Meter'), vscode.ViewColumn.Active, {}));
  }

  dispose(): void {
    this.#serializer.dispose();
    this.#open?.dispose();
  }

  #take(panel: vscode.WebviewPanel): void {
    this.#open?.panel.dispose();
    const open = new OpenPanel(panel, this.#parts);
    this.#open = open;
    panel.onDidDispose(() => {
      open.dispose();
      if (this.#open === open) this.#open = undefined;
    });
  }
}

class OpenPanel implements Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly #parts: Parts;
  readonly #listening: readonly Disposable[];
  readonly #refresh = new Coalesced(() => this.#sendBreakdown(), refreshMs);
  #range: Breakdown['range'] = 'today';
  /** The page listens. A page that was hidden is loaded anew and says so again. */
  #ready = false;
  #troubleTimer: NodeJS.Timeout | undefined;

  constructor(panel: vscode.WebviewPanel, parts: Parts) {
    this.panel = panel;
    this.#parts = parts;
    const dist = vscode.Uri.joinPath(parts.context.extensionUri, 'dist');
    const icon = vscode.Uri.joinPath(parts.context.extensionUri, 'media', 'icon.png');
    panel.iconPath = icon;
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    this.#listening = [
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#ready = false;
      }),
      parts.client.onState(() => this.#sendState()),
      parts.client.onConnection(() => this.#sendTrouble()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('spendMeter.currency')) this.#sendInit();
      }),
    ];
    panel.webview.html = pageHtml({
      nonce: randomBytes(18).toString('base64url'),
      cspSource: panel.webview.cspSource,
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js')).toString(),
      style: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.css')).toString(),
      language: vscode.env.language,
      title: vscode.l10n.t('Spend Meter'),
    });
  }

  dispose(): void {
    this.#ready = false;
    clearTimeout(this.#troubleTimer);
    this.#refresh.dispose();
    for (const one of this.#listening) one.dispose();
  }

  #receive(raw: unknown): void {
    const message = fromPageSchema.safeParse(raw);
    if (!message.success) {
      this.#parts.log.warn('the breakdown sent something that is not understood');
      return;
    }
    this.#act(message.data).catch((error: unknown) => {
      this.#parts.log.error(`the breakdown asked for ${message.data.kind}: ${errorText(error)}`);
      // The page waits for the next state to take its "Stopping…" back.
      this.#sendState();
      void vscode.window.showErrorMessage(errorText(error));
    });
  }

  async #act(message: FromPage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#ready = true;
        this.#sendInit();
        this.#sendState();
        this.#sendTrouble();
        return;
      case 'range':
        this.#range = message.range;
        this.#refresh.now();
        return;
      case 'stop':
        await vscode.commands.executeCommand('spendMeter.stopTask', message.task);
        return;
      case 'resume':
        await vscode.commands.executeCommand('spendMeter.resumeTask', message.task);
        return;
      case 'command':
        await vscode.commands.executeCommand(`spendMeter.${message.command}`);
        return;
    }
  }

  #sendInit(): void {
    const currency = displayCurrency();
    const strings = { ...pageStrings(vscode.env.language) };
    this.#send({ kind: 'init', locale: vscode.env.language, strings, ...(currency ? { currency } : {}) });
  }

  #sendState(): void {
    const { state, connection } = this.#parts.client;
    if (!state) return;
    // The page has no use for the addresses, and the ingest secret stands in them.
    this.#send({ kind: 'state', state: { ...state, guard: { on: state.guard.on, baseUrls: {}, environment: {} } } });
    if (connection.kind === 'live') this.#refresh.soon();
  }

  async #sendBreakdown(): Promise<void> {
    const { client, log } = this.#parts;
    if (!this.#ready || client.connection.kind !== 'live') return;
    try {
      this.#send({ kind: 'breakdown', breakdown: await client.api.breakdown(this.#range) });
    } catch (error) {
      log.warn(`the breakdown could not be read: ${errorText(error)}`);
    }
  }

  #sendTrouble(): void {
    clearTimeout(this.#troubleTimer);
    const { connection } = this.#parts.client;
    const message = troubleText(connection);
    if (message === undefined) return;
    const delay = connection.kind === 'gone' ? troubleAfter : 0;
    this.#troubleTimer = setTimeout(() => this.#send({ kind: 'problem', message }), delay);
  }

  #send(message: ToPage): void {
    if (!this.#ready || !this.panel.visible) return;
    const checked = toPageSchema.safeParse(message);
    if (checked.success) void this.panel.webview.postMessage(checked.data);
    else this.#parts.log.error(`a message to the breakdown is malformed: ${checked.error.message}`);
  }
}
