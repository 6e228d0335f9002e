import * as vscode from 'vscode';

export const extensionId = 'spend-meter.spend-meter';

/** Milliseconds, as VS Code itself measured them. */
export interface ActivationTimes {
  readonly loadCode: number;
  readonly callActivate: number;
  readonly finishActivate: number;
  readonly event: string;
}

/** Reads VS Code's startup performance page, which knows an extension shortly after it has activated. */
export async function activationTimes(id: string): Promise<ActivationTimes | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    await vscode.commands.executeCommand('perfview.show');
    const page = await waitFor(() => vscode.workspace.textDocuments.find((document) => document.uri.scheme === 'perf'));
    const times = timesIn(page.getText(), id);
    if (times) return times;
    // The page is a snapshot: closed and opened it is taken again.
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await waitFor(() => (page.isClosed ? true : undefined));
  }
  return undefined;
}

function timesIn(page: string, id: string): ActivationTimes | undefined {
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const [, , , loadCode, callActivate, finishActivate, event = ''] = rows.find((cells) => cells[1] === id) ?? [];
  if (loadCode === undefined) return undefined;
  return { loadCode: Number(loadCode), callActivate: Number(callActivate), finishActivate: Number(finishActivate), event };
}

/** Asks every 50 ms until there is an answer; rejects after `limitMs`. */
export async function waitFor<T>(ask: () => T | undefined, limitMs = 20_000): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) throw new Error(`nothing within ${limitMs} ms: ${ask}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the extension has activated by itself. */
export function activated(): Promise<vscode.Extension<unknown>> {
  return waitFor(() => {
    const extension = vscode.extensions.getExtension(extensionId);
    return extension?.isActive ? extension : undefined;
  });
}
