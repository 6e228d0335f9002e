import { hostname } from 'node:os';
import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { sceneOf } from '../core/presentScene.ts';
import { type StatusView, statusView } from '../core/presentStatus.ts';
import { type TooltipAction, type TooltipLink, tooltipMarkdown } from '../core/presentTooltip.ts';
import { OpenFileQuote } from './openFileQuote.ts';
import { PacedFigures } from './pacedFigures.ts';
import type { Parts } from './parts.ts';
import { statusPriority } from './statusPriority.ts';
import { linkOf } from './words.ts';

/** Which commands a link of the tooltip may call; nothing else is let through. */
const actions: readonly TooltipAction[] = [
  'openBreakdown',
  'stopTask',
  'resumeTask',
  'setBudget',
  'givePrice',
  'raiseBudget',
  'guardOn',
  'guardOff',
  'runSample',
  'showSources',
  'setBilling',
  'stopService',
  'restartService',
  'showLog',
];
/** The end of a task is news for a while, and a service that is gone is told after a moment: time alone changes the view. */
const lookAgainMs = 2_500;
/** How often an open hover shows new figures. */
const hoverEveryMs = 5_000;

export function startStatusBar({ client, reader, log }: Parts): Disposable {
  const item = vscode.window.createStatusBarItem('status', vscode.StatusBarAlignment.Left, statusPriority);
  item.name = vscode.l10n.t('Spend Meter');
  item.command = 'spendMeter.openBreakdown';
  const write = writer(item);
  const quote = new OpenFileQuote(
    (text) => client.api.quote(text),
    log,
    () => render(),
  );
  function render(): void {
    const now = Date.now();
    const link = linkOf(client.connection);
    quote.want(sceneOf(client.state, link, now).kind === 'empty');
    const show = vscode.workspace.getConfiguration('spendMeter').get<'task' | 'today' | 'both'>('statusBar.show', 'task');
    write(statusView({ state: client.state, link, show, reader, now, extras: { openFile: quote.current, remote: remote() } }));
  }
  const timer = setInterval(render, lookAgainMs);
  const listening = [
    client.onState(render),
    client.onConnection(render),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (['statusBar', 'currency'].some((name) => change.affectsConfiguration(`spendMeter.${name}`))) render();
    }),
  ];
  render();
  item.show();
  return {
    dispose() {
      clearInterval(timer);
      for (const one of listening) one.dispose();
      quote.dispose();
      item.dispose();
    },
  };
}

/** Where the extension, and so the meter, runs when the window is elsewhere: `ssh-remote`, `wsl`, `dev-container`. */
function remote(): { readonly kind: string; readonly host: string } | undefined {
  const kind = vscode.env.remoteName;
  // A window of VS Code's own web server goes by its address or by what its proxy calls it, not by a kind of remote.
  return kind !== undefined && /^[a-z]+(-[a-z]+)*$/.test(kind) && kind !== 'localhost' ? { kind, host: hostname() } : undefined;
}

/** Writes to the item what differs from what it shows: every write is a message to the window. */
function writer(item: vscode.StatusBarItem): (view: StatusView) => void {
  let shown: { readonly text?: string; readonly label?: string; readonly severity?: string } = {};
  const hover = new PacedFigures(hoverEveryMs);
  return (view) => {
    const tooltip = tooltipMarkdown(view.tooltip, commandUri);
    if (view.text !== shown.text) item.text = view.text;
    if (view.label !== shown.label) item.accessibilityInformation = { label: view.label };
    if (view.severity !== shown.severity) item.backgroundColor = background(view.severity);
    if (hover.isDue(tooltip, Date.now())) item.tooltip = trusted(tooltip);
    shown = { text: view.text, label: view.label, severity: view.severity };
  };
}

function background(severity: StatusView['severity']): vscode.ThemeColor | undefined {
  if (severity === 'normal') return undefined;
  return new vscode.ThemeColor(severity === 'error' ? 'statusBarItem.errorBackground' : 'statusBarItem.warningBackground');
}

function trusted(markdown: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(markdown);
  text.isTrusted = { enabledCommands: actions.map((action) => `spendMeter.${action}`) };
  return text;
}

function commandUri({ action, task }: TooltipLink): string {
  const args = task === undefined ? '' : `?${encodeURIComponent(JSON.stringify([task]))}`;
  return `command:spendMeter.${action}${args}`;
}
