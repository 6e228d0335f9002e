import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable.ts';
import type { EditorAgents } from '../agents.ts';
import type { Guard } from '../guard.ts';
import type { BreakdownPanel } from '../panel.ts';
import { errorText, type Parts } from '../parts.ts';
import { troubleText } from '../words.ts';
import { showAudit } from './audit.ts';
import { chooseBilling } from './billing.ts';
import { chooseBudget } from './budget.ts';
import { ConnectionViews, connectAgent, disconnectAgents } from './connect.ts';
import { givePrice } from './givePrice.ts';
import { guardEditorAgents, unguardEditorAgents } from './guardEditor.ts';
import { priceText } from './price.ts';
import { raiseOf } from './raise.ts';
import { copyReceipt } from './receipt.ts';
import { runSample } from './sample.ts';
import { showSources } from './sources.ts';
import { answerSuggestion, choosePolicy, showSuggestions } from './suggestions.ts';
import { resumeTask, stopAllTasks, stopTask } from './tasks.ts';

type Command = (argument: unknown) => unknown;

/** Every command of the manifest. One that fails says so; without the service it says what to do. */
export function registerCommands(
  parts: Parts,
  guard: Guard | undefined,
  panel: BreakdownPanel | undefined,
  agents: EditorAgents | undefined,
): Disposable {
  const { client, log } = parts;
  const views = new ConnectionViews();
  const commands: Readonly<Record<string, Command>> = {
    stopTask: (task) => stopTask(parts, task),
    stopAllTasks: () => stopAllTasks(parts),
    resumeTask: (task) => resumeTask(parts, task),
    copyReceipt: (task) => copyReceipt(parts, task),
    stopTaskItem: (item) => stopTask(parts, taskOfItem(item)),
    copyReceiptItem: (item) => copyReceipt(parts, taskOfItem(item)),
    setBudget: () => chooseBudget(parts),
    suggestions: () => showSuggestions(parts),
    answerSuggestion: (answer) => answerSuggestion(parts, answer),
    routingPolicy: () => choosePolicy(parts),
    raiseBudget: (task) => raiseOf(parts, task),
    showAudit: () => showAudit(parts),
    runSample: () => runSample(parts),
    priceText: () => priceText(parts),
    givePrice: (model) => givePrice(parts, model),
    guardOn: () => guard?.turnOn(),
    guardOff: () => guard?.turnOff(),
    guardEditorAgents: () => guardEditorAgents(parts, agents),
    unguardEditorAgents: () => unguardEditorAgents(parts, agents),
    connectAgent: () => connectAgent(parts, views),
    disconnectAgents: () => disconnectAgents(parts),
    setBilling: () => chooseBilling(parts),
    showSources: () => showSources(parts),
    stopService: () => stopService(parts),
  };
  // These work, and are wanted, when the service is not there.
  const always: Readonly<Record<string, Command>> = {
    openBreakdown: () => panel?.show(),
    restartService: () => client.restart(),
    showLog: () => log.show(),
  };
  const register = (name: string, run: Command): vscode.Disposable =>
    vscode.commands.registerCommand(`spendMeter.${name}`, async (argument: unknown) => {
      try {
        await run(argument);
      } catch (error) {
        log.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        await vscode.window.showErrorMessage(vscode.l10n.t('Spend Meter could not do that: {0}', errorText(error)));
      }
    });
  const needsService =
    (run: Command): Command =>
    async (argument) => {
      if (await reached(parts)) await run(argument);
    };
  return vscode.Disposable.from(
    views,
    ...Object.entries(commands).map(([name, run]) => register(name, needsService(run))),
    ...Object.entries(always).map(([name, run]) => register(name, run)),
  );
}

/** The task of an entry of the task tree; what a menu hands over is not ours to trust. */
function taskOfItem(item: unknown): string | undefined {
  const id: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** Longest start of the service that a command waits for (ms). */
const startMs = 10_000;

/** Waits for a service that is starting; says why where there is none. */
async function reached({ client }: Parts): Promise<boolean> {
  const live = (): boolean => client.connection.kind === 'live';
  const over = (): boolean => live() || client.connection.kind === 'off' || client.connection.kind === 'problem';
  if (!over()) {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        listening.dispose();
        clearTimeout(timer);
        resolve();
      };
      const listening = client.onConnection(() => {
        if (over()) end();
      });
      const timer = setTimeout(end, startMs);
    });
  }
  if (live()) return true;
  const restart = vscode.l10n.t('Restart the meter service');
  const why = troubleText(client.connection) ?? vscode.l10n.t('It does not answer yet.');
  const answer = await vscode.window.showErrorMessage(vscode.l10n.t('The meter service cannot be reached. {0}', why), restart);
  if (answer === restart) await client.restart();
  return false;
}

async function stopService({ client }: Parts): Promise<void> {
  if (client.state?.guard.on) {
    const yes = vscode.l10n.t('Stop the service');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Stop the meter service?'),
      {
        modal: true,
        detail: vscode.l10n.t('Guard is on: agents in guarded terminals cannot reach their provider until it is started again.'),
      },
      yes,
    );
    if (answer !== yes) return;
  }
  await client.stop();
}
