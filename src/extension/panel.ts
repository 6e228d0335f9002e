import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { PageHost } from './pageHost.ts';
import type { Parts } from './parts.ts';

const viewType = 'spendMeter.breakdown';

/** The breakdown: one panel per window among the editors, which comes back with the window. */
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
    this.#open?.page.dispose();
  }

  #take(panel: vscode.WebviewPanel): void {
    this.#open?.panel.dispose();
    panel.iconPath = vscode.Uri.joinPath(this.#parts.context.extensionUri, 'media', 'icon.png');
    const page = new PageHost(panel.webview, () => panel.visible, this.#parts);
    const open: OpenPanel = { panel, page };
    this.#open = open;
    panel.onDidChangeViewState(() => {
      if (!panel.visible) page.hidden();
    });
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#open === open) this.#open = undefined;
    });
  }
}

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly page: PageHost;
}

/** The same page as a view in the panel area. */
export function startBreakdownView(parts: Parts): Disposable {
  const pages = new Set<PageHost>();
  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView(view) {
      const page = new PageHost(view.webview, () => view.visible, parts);
      pages.add(page);
      view.onDidChangeVisibility(() => {
        if (!view.visible) page.hidden();
      });
      view.onDidDispose(() => {
        pages.delete(page);
        page.dispose();
      });
    },
  };
  const registration = vscode.window.registerWebviewViewProvider('spendMeter.breakdownView', provider);
  return {
    dispose() {
      registration.dispose();
      for (const page of pages) page.dispose();
    },
  };
}
