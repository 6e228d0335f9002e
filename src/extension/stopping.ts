import * as vscode from 'vscode';
import type { TaskTree } from '../core/presentTasks.ts';
import type { StopResult } from '../protocol/api.ts';
import { errorText, type Parts } from './parts.ts';
import { taskCost, taskName, treeWith } from './words.ts';

/** Stops a task with its subtasks, and says what that has cut. */
export async function stopAndTell(parts: Parts, task: string): Promise<void> {
  const { client, reader } = parts;
  const tree = treeWith(task, client.state);
  const name = taskName(task, client.state, reader);
  const result = await client.api.stopTask(task);
  const guarded = await passesThrough(parts, tree, result);
  const cost = taskCost(result.usd, tree, reader);
  if (!guarded && result.stop?.asked) {
    // How it comes out is told once it is known (`stopWays.ts`).
    await vscode.window.showInformationMessage(
      vscode.l10n.t('{0} at {1}: its agent is told to stop, and the meter watches whether it spends on.', name, cost),
    );
    return;
  }
  if (!guarded) {
    const guard = vscode.l10n.t('Guard…');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        '{0} at {1} is marked as stopped, but it does not pass through the meter, so the agent itself goes on: stop it in its terminal. With Guard on, agents that are started in a new terminal can be stopped from here.',
        name,
        cost,
      ),
      guard,
    );
    if (answer === guard) await vscode.commands.executeCommand('spendMeter.guardOn');
    return;
  }
  const resume = vscode.l10n.t('Resume task');
  const answer = await vscode.window.showInformationMessage(stoppedText(name, cost, result.cutRequests), resume);
  if (answer === resume) await resumeAndTell(parts, task);
}

export async function resumeAndTell({ client, reader }: Parts, task: string): Promise<void> {
  const name = taskName(task, client.state, reader);
  await client.api.resumeTask(task);
  await vscode.window.showInformationMessage(vscode.l10n.t('{0} may send again: go on in the agent.', name));
}

function stoppedText(name: string, cost: string, cut: number): string {
  if (cut === 0) return vscode.l10n.t('{0} is stopped at {1}. No answer was in flight; nothing more is sent.', name, cost);
  if (cut === 1) return vscode.l10n.t('{0} is stopped at {1}. The answer in flight was cut; nothing more is sent.', name, cost);
  return vscode.l10n.t('{0} is stopped at {1}. {2} answers in flight were cut; nothing more is sent.', name, cost, cut);
}

/** Whether requests of the task go through the gateway: only those can be cut and refused. */
async function passesThrough({ client, log }: Parts, tree: TaskTree | undefined, result: StopResult): Promise<boolean> {
  if (result.cutRequests > 0 || tree?.sample) return true;
  try {
    const tasks = new Set([result.task, ...(tree ? [tree.root.id, tree.acting.id] : [])]);
    const requests = await Promise.all([...tasks].map((task) => client.api.requests(task)));
    return requests.flat().some(({ source }) => source === 'gateway');
  } catch (error) {
    log.warn(`the requests of the task could not be read: ${errorText(error)}`);
    return true;
  }
}
