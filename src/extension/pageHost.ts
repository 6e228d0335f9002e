import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { pageStrings } from '../core/pageStrings.ts';
import { type ListQuery, type Query, queryText } from '../protocol/query.ts';
import { type FromPage, fromPageSchema, type ToPage, toPageSchema } from '../protocol/webview.ts';
import { Coalesced } from './coalesced.ts';
import { copyReceipt } from './commands/receipt.ts';
import { allowOffer } from './commands/suggestions.ts';
import { showExport } from './exporting.ts';
import { pageHtml } from './panelHtml.ts';
import { errorText, type Parts } from './parts.ts';
import { displayCurrency } from './settings.ts';
import { troubleText } from './words.ts';
import { worthOf } from './worth.ts';

/** The lists are read from the ledger: not more often than this while a task runs (ms). */
const refreshMs = 500;
/** What needs many figures, or git, is made anew at most this often while the reader looks at the same (ms). */
const heavyMs = 5_000;
/** A restart takes well under a second; only what lasts longer is told (ms). */
const troubleAfter = 2_000;

type Seen = Extract<FromPage, { kind: 'view' }>;

/** One breakdown page, wherever it is shown: answers what it asks, and tells it what changes. */
export class PageHost implements Disposable {
  readonly #webview: vscode.Webview;
  readonly #visible: () => boolean;
  readonly #parts: Parts;
  readonly #listening: readonly Disposable[];
  readonly #refresh = new Coalesced(() => this.#sendView(), refreshMs);
  #seen: Seen = { kind: 'view', view: 'now', query: { range: 'today' } };
  /** The page listens. A page that was hidden is loaded anew and says so again. */
  #ready = false;
  #troubleTimer: NodeJS.Timeout | undefined;
  /** When the heavy part of the present view was last made, and for what. */
  #heavy = { of: '', at: 0 };
  #heavyTimer: NodeJS.Timeout | undefined;

  constructor(webview: vscode.Webview, visible: () => boolean, parts: Parts) {
    this.#webview = webview;
    this.#visible = visible;
    this.#parts = parts;
    const dist = vscode.Uri.joinPath(parts.context.extensionUri, 'dist');
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    this.#listening = [
      webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      parts.client.onState(() => this.#sendState()),
      parts.client.onConnection(() => this.#sendTrouble()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('spendMeter.currency')) this.#sendInit();
      }),
    ];
    webview.html = pageHtml({
      nonce: randomBytes(18).toString('base64url'),
      cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.css')).toString(),
      language: vscode.env.language,
      title: vscode.l10n.t('Spend Meter'),
    });
  }

  /** A hidden page is gone; it says anew when it listens. */
  hidden(): void {
    this.#ready = false;
  }

  dispose(): void {
    this.#ready = false;
    clearTimeout(this.#troubleTimer);
    clearTimeout(this.#heavyTimer);
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
        this.#heavy = { of: '', at: 0 };
        this.#sendInit();
        this.#sendState();
        this.#sendTrouble();
        return;
      case 'view':
        this.#seen = message;
        this.#refresh.now();
        return;
      case 'list':
        await this.#sendList(message.list);
        return;
      case 'export':
        await showExport(message.tables);
        return;
      case 'receipt':
        await copyReceipt(this.#parts, message.task);
        return;
      case 'card':
        await vscode.commands.executeCommand('spendMeter.answerSuggestion', message);
        return;
      case 'allow':
        await allowOffer(this.#parts, message.name, message.allow);
        this.#refresh.now();
        return;
      case 'stop':
        await vscode.commands.executeCommand('spendMeter.stopTask', message.task);
        return;
      case 'resume':
        await vscode.commands.executeCommand('spendMeter.resumeTask', message.task);
        return;
      case 'raise':
        await vscode.commands.executeCommand('spendMeter.raiseBudget', message.task);
        return;
      case 'command':
        await vscode.commands.executeCommand(`spendMeter.${message.command}`);
        return;
    }
  }

  #sendInit(): void {
    const currency = displayCurrency();
    const strings = { ...pageStrings(vscode.env.language) };
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    this.#send({ kind: 'init', locale: vscode.env.language, strings, timeZone, ...(currency ? { currency } : {}) });
  }

  #sendState(): void {
    const { state, connection } = this.#parts.client;
    if (!state) return;
    // The page has no use for the addresses, and the ingest secret stands in them.
    this.#send({ kind: 'state', state: { ...state, guard: { on: state.guard.on, baseUrls: {}, environment: {} } } });
    if (connection.kind === 'live') this.#refresh.soon();
  }

  /** The breakdown, which every view begins with, and what the present view shows besides. */
  async #sendView(): Promise<void> {
    const { client, log } = this.#parts;
    if (!this.#ready || client.connection.kind !== 'live') return;
    const { view, query } = this.#seen;
    try {
      this.#send({ kind: 'breakdown', breakdown: await client.api.breakdown(query) });
      if (!this.#heavyIsDue(view, query)) return;
      switch (view) {
        case 'now':
        case 'basis':
          return;
        case 'where':
          this.#send({ kind: 'where', where: await client.api.where(query) });
          this.#send({ kind: 'policy', policy: (await client.api.advice()).policy });
          return;
        case 'why':
          this.#send({ kind: 'why', why: await client.api.why(query) });
          return;
        case 'plan':
          this.#send({ kind: 'plan', plan: await client.api.plan(query) });
          return;
        case 'worth':
          this.#send({ kind: 'worth', worth: await worthOf(client.api, query) });
          return;
      }
    } catch (error) {
      this.#heavy = { of: '', at: 0 };
      log.warn(`the breakdown could not be read: ${errorText(error)}`);
      this.#send({ kind: 'failed', asked: { kind: 'view', view, query } });
    }
  }

  /** At once for another view or query; otherwise when its time has come, for which it sets itself a clock. */
  #heavyIsDue(view: Seen['view'], query: Query): boolean {
    const of = `${view} ${queryText(query)}`;
    const left = this.#heavy.of === of ? this.#heavy.at + heavyMs - Date.now() : 0;
    if (left > 0) {
      clearTimeout(this.#heavyTimer);
      this.#heavyTimer = setTimeout(() => this.#refresh.soon(), left);
      return false;
    }
    this.#heavy = { of, at: Date.now() };
    return true;
  }

  async #sendList(list: ListQuery): Promise<void> {
    const { client, log } = this.#parts;
    try {
      this.#send({ kind: 'list', list: await client.api.list(list) });
    } catch (error) {
      log.warn(`the requests of a row could not be read: ${errorText(error)}`);
      this.#send({ kind: 'failed', asked: { kind: 'list', list } });
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
    if (!this.#ready || !this.#visible()) return;
    const checked = toPageSchema.safeParse(message);
    if (checked.success) void this.#webview.postMessage(checked.data);
    else this.#parts.log.error(`a message to the breakdown is malformed: ${checked.error.message}`);
  }
}
