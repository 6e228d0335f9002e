import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { agentOfCommand } from './terminalCommand.ts';

/** Ctrl+C: a program that reads its terminal as a line gets SIGINT; one that draws its own screen gets the key, and cancels its turn. */
const interrupt = '\u0003';

interface Running {
  readonly agent: string;
  readonly folder: string | undefined;
}

/** Which agents run in which integrated terminals, as shell integration tells. */
export class AgentTerminals implements Disposable {
  readonly #running = new Map<vscode.Terminal, Running>();
  readonly #listening: Disposable;

  constructor() {
    this.#listening = vscode.Disposable.from(
      vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) => {
        const agent = agentOfCommand(execution.commandLine.value);
        const folder = execution.cwd ?? terminal.shellIntegration?.cwd;
        if (agent) this.#running.set(terminal, { agent, folder: folder?.fsPath });
      }),
      vscode.window.onDidEndTerminalShellExecution(({ terminal }) => this.#running.delete(terminal)),
      vscode.window.onDidCloseTerminal((terminal) => this.#running.delete(terminal)),
    );
  }

  /** Presses Ctrl+C where an agent works in a folder. False where no terminal of this window, or more than one, can be meant. */
  interrupt(agent: string, folder: string | undefined): boolean {
    const fits = [...this.#running].filter(([, one]) => one.agent === agent && (folder === undefined || one.folder === folder));
    const [found] = fits;
    if (!found || fits.length > 1) return false;
    const [terminal] = found;
    terminal.sendText(interrupt, false);
    return true;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#running.clear();
  }
}
