import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import type { State } from '../protocol/state.ts';
import type { StopRow } from '../protocol/stops.ts';
import type { EditorAgents } from './agents.ts';
import { errorText, type Parts } from './parts.ts';
import type { AgentTerminals } from './terminals.ts';
import { taskName } from './words.ts';

/** Does what a stop asks windows to do, and tells how it came out. */
export class StopWays implements Disposable {
  readonly #parts: Parts;
  readonly #agents: EditorAgents;
  readonly #terminals: AgentTerminals;
  readonly #listening: Disposable;
  /** Asked of this window already, by stop and way. */
  readonly #tried = new Set<string>();
  /** Stops whose end this window tells, because it had a part in them. */
  readonly #mine = new Set<string>();
  readonly #told = new Set<string>();

  constructor(parts: Parts, agents: EditorAgents, terminals: AgentTerminals) {
    this.#parts = parts;
    this.#agents = agents;
    this.#terminals = terminals;
    this.#listening = parts.client.onState((state) => this.#look(state));
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #look(state: State): void {
    for (const row of state.stops ?? []) {
      const asked = `${row.task} ${row.since} ${row.asked}`;
      if (row.asked !== null && !this.#tried.has(asked)) {
        this.#tried.add(asked);
        this.#try(row, state).catch((error: unknown) => this.#parts.log.warn(`stopping ${row.task}: ${errorText(error)}`));
      }
      this.#tell(row);
    }
  }

  /** A window that has nothing of the task says nothing: another may have it. */
  async #try({ task, agent, asked }: StopRow, state: State): Promise<void> {
    if (asked === null) return;
    const tasks = treeOf(task, state);
    const workspace = state.tasks.find(({ id }) => id === task)?.workspace;
    let taken = false;
    try {
      if (asked === 'interrupt') taken = this.#terminals.interrupt(agent, workspace);
      else {
        const others = state.tasks.filter((one) => one.agent === agent && one.state === 'running' && !tasks.includes(one.id));
        const tree = { tasks, workspace, isOnly: others.length === 0 };
        for (const followed of this.#agents.of(agent)) taken ||= await followed.stop(tree);
      }
    } catch (error) {
      this.#parts.log.warn(`the agent of ${task} could not be told: ${errorText(error)}`);
      await this.#parts.client.api.answerStop(task, asked, false);
      return;
    }
    if (!taken) return;
    this.#mine.add(task);
    await this.#parts.client.api.answerStop(task, asked, true);
  }

  /** Each way of a stop comes out once: it holds, or the task spends on. */
  #tell(row: StopRow): void {
    const { task, state, way, since } = row;
    if (way === 'gateway' && state === 'stopped') return;
    const key = `${task} ${since} ${way} ${state}`;
    if (state === 'stopping' || this.#told.has(key)) return;
    const isOurs = this.#mine.has(task) || (state === 'spending' && vscode.window.state.focused);
    if (!isOurs) return;
    this.#told.add(key);
    this.#say(row).catch((error: unknown) => this.#parts.log.error(errorText(error)));
  }

  async #say({ task, state, next, paid }: StopRow): Promise<void> {
    const { client, reader } = this.#parts;
    const name = taskName(task, client.state, reader);
    if (state === 'stopped') {
      await vscode.window.showInformationMessage(
        vscode.l10n.t(
          '{0} was told to stop, and has spent nothing since for as long as one of its turns takes: it is stopped.',
          name,
        ),
      );
      return;
    }
    const stronger = next === null ? undefined : wayText(next);
    const guard = vscode.l10n.t('Guard…');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('{0} was told to stop and goes on spending: {1} requests since.', name, paid),
      stronger ?? guard,
    );
    if (answer === guard) await vscode.commands.executeCommand('spendMeter.guardOn');
    else if (answer !== undefined) await client.api.stopStronger(task);
  }
}

function wayText(way: 'cancel' | 'interrupt'): string {
  return way === 'cancel' ? vscode.l10n.t('Cancel it in the agent') : vscode.l10n.t('Press Ctrl+C in its terminal');
}

/** A task and everything it started, as far as the state shows it. */
function treeOf(root: string, { tasks }: State): string[] {
  const found = [root];
  for (const id of found)
    found.push(...tasks.filter(({ parent, id: own }) => parent === id && !found.includes(own)).map((one) => one.id));
  return found;
}
