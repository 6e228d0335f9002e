import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { agentName } from '../core/presentText.ts';
import type { Alert, BudgetAlert, RunawayAlert, State } from '../protocol/state.ts';
import { askBilling } from './billing.ts';
import { amountText, raiseBudget } from './budgets.ts';
import { errorText, type Parts } from './parts.ts';
import { runawayText } from './runawayText.ts';
import { resumeAndTell, stopAndTell } from './stopping.ts';
import { taskName } from './words.ts';

const noticeKey = 'noticeShown';
/** A window that is not in front leaves an alert to the one that is (ms). */
const notInFront = 400;
/** The first notice has had its time (ms). */
const afterFirst = 20_000;
/** "Ask later" means the next day (ms). */
const laterMs = 24 * 60 * 60_000;

/** What the user is told without having asked: the first notice, alerts, and who pays. */
export function startNotices(parts: Parts): Disposable {
  const notices = new Notices(parts);
  return parts.client.onState((state) => notices.look(state));
}

class Notices {
  readonly #parts: Parts;
  /** Alerts that this window has shown or left to another one. */
  readonly #seen = new Set<string>();
  readonly #asked = new Set<string>();
  #first: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  look(state: State): void {
    const { log } = this.#parts;
    const guarded = (what: string, work: Promise<unknown>): void => {
      work.catch((error: unknown) => log.error(`${what}: ${errorText(error)}`));
    };
    this.#first ??= this.#firstNotice();
    guarded('the first notice', this.#first);
    for (const alert of state.alerts) if (!this.#seen.has(alert.id)) guarded('an alert', this.#take(alert));
    const [agent] = state.askBilling.filter((one) => this.#mayAsk(one));
    if (agent !== undefined && vscode.window.state.focused) guarded('the question who pays', this.#whoPays(agent));
  }

  /** Once per user: what is read, what is not sent, and how to turn an agent off. */
  async #firstNotice(): Promise<void> {
    const { globalState } = this.#parts.context;
    if (globalState.get<boolean>(noticeKey)) return;
    await globalState.update(noticeKey, true);
    const show = vscode.l10n.t('Show what is read');
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Spend Meter reads the session files that coding agents leave on this machine and prices them here. Nothing is sent anywhere, and prompts are not stored. “Show what is read” lists them and turns an agent off.',
      ),
      show,
    );
    if (answer === show) await vscode.commands.executeCommand('spendMeter.showSources');
  }

  /** Each alert goes to one window: the one that claims it. */
  async #take(alert: Alert): Promise<void> {
    this.#seen.add(alert.id);
    if (!vscode.window.state.focused) await new Promise((resolve) => setTimeout(resolve, notInFront));
    if (await this.#parts.client.api.claim(alert.id)) await this.#show(alert);
  }

  async #show(alert: Alert): Promise<void> {
    switch (alert.kind) {
      case 'budget-warning':
        await vscode.window.showInformationMessage(this.#warningText(alert));
        return;
      case 'budget-exceeded':
        return this.#exceeded(alert);
      case 'runaway':
        return this.#runaway(alert);
      case 'held':
        return this.#held(alert);
      case 'stopped':
        return this.#stopped(alert);
      case 'unpriced':
        return this.#unpriced(alert);
    }
  }

  async #exceeded(alert: BudgetAlert): Promise<void> {
    const { client } = this.#parts;
    const stop = vscode.l10n.t('Stop task');
    const raise = vscode.l10n.t('Raise budget');
    const letRun = vscode.l10n.t('Let it run');
    const buttons = alert.budget.action === 'warn' && !alert.sample ? [stop] : [stop, raise, letRun];
    const answer = await vscode.window.showWarningMessage(this.#exceededText(alert), ...buttons);
    if (answer === stop) await stopAndTell(this.#parts, alert.task);
    if (answer === raise) await raiseBudget(this.#parts, alert);
    if (answer === letRun) await client.api.letRun(alert.task);
  }

  async #runaway(alert: RunawayAlert): Promise<void> {
    const { reader, client } = this.#parts;
    const what = runawayText(alert.runaway, taskName(alert.task, client.state, reader), reader);
    if (alert.stopped) {
      const resume = vscode.l10n.t('Resume task');
      const answer = await vscode.window.showWarningMessage(vscode.l10n.t('{0} It was stopped.', what), resume);
      if (answer === resume) await resumeAndTell(this.#parts, alert.task);
      return;
    }
    const stop = vscode.l10n.t('Stop task');
    const answer = await vscode.window.showWarningMessage(what, stop, vscode.l10n.t('Let it run'));
    if (answer === stop) await stopAndTell(this.#parts, alert.task);
  }

  /** A request waits for the answer; without one it is refused after a minute, and the task stopped. */
  async #held(alert: BudgetAlert): Promise<void> {
    const { client } = this.#parts;
    const { name, spent, limit } = this.#words(alert);
    const stop = vscode.l10n.t('Stop task');
    const raise = vscode.l10n.t('Raise budget');
    const letRun = vscode.l10n.t('Let it run');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        '{0} waits: its next request could pass the budget ({1} of {2} spent). Without an answer it is stopped after a minute.',
        name,
        spent,
        limit,
      ),
      raise,
      letRun,
      stop,
    );
    if (answer === stop) await stopAndTell(this.#parts, alert.task);
    if (answer === raise) await raiseBudget(this.#parts, alert);
    if (answer === letRun) await client.api.letRun(alert.task);
  }

  /** The user relies on a limit that cannot see what is spent. */
  async #unpriced(alert: BudgetAlert): Promise<void> {
    const { name, limit } = this.#words(alert);
    const give = vscode.l10n.t('Give it a price');
    const stop = vscode.l10n.t('Stop task');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        'The budget of {0} cannot hold for {1}: no price of {2} is known, so what it spends is not counted in dollars.',
        limit,
        name,
        alert.model ?? '',
      ),
      give,
      stop,
    );
    if (answer === give) await vscode.commands.executeCommand('spendMeter.givePrice', alert.model);
    if (answer === stop) await stopAndTell(this.#parts, alert.task);
  }

  async #stopped(alert: BudgetAlert): Promise<void> {
    const { reader, client } = this.#parts;
    const resume = vscode.l10n.t('Resume task');
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0} was stopped at its budget: {1} of {2} spent. The answer in flight was cut, and nothing more is sent.',
        taskName(alert.task, client.state, reader),
        amountText(alert.spent, alert.unit, reader),
        amountText(alert.limit, alert.unit, reader),
      ),
      resume,
    );
    if (answer === resume) await resumeAndTell(this.#parts, alert.task);
  }

  #warningText(alert: BudgetAlert): string {
    const { name, spent, limit } = this.#words(alert);
    switch (alert.scope) {
      case 'request':
      case 'run':
        return vscode.l10n.t('{0} has spent {1} of the {2} for this run.', name, spent, limit);
      case 'task':
        return vscode.l10n.t('{0} has spent {1} of its {2} budget.', name, spent, limit);
      case 'day':
        return vscode.l10n.t('{0} of the {1} for today is spent. {2} is running.', spent, limit, name);
      case 'month':
        return vscode.l10n.t('{0} of the {1} for this month is spent. {2} is running.', spent, limit, name);
    }
  }

  #exceededText(alert: BudgetAlert): string {
    const { name, spent, limit } = this.#words(alert);
    switch (alert.scope) {
      case 'request':
        return vscode.l10n.t('A request of {0} is over what one may cost: {1} of {2}.', name, spent, limit);
      case 'run':
        return vscode.l10n.t('{0} is over the budget for a run: {1} of {2}.', name, spent, limit);
      case 'task':
        return vscode.l10n.t('{0} is over its budget: {1} of {2}.', name, spent, limit);
      case 'day':
        return vscode.l10n.t('The budget for today is used up: {0} of {1}. {2} is running.', spent, limit, name);
      case 'month':
        return vscode.l10n.t('The budget for this month is used up: {0} of {1}. {2} is running.', spent, limit, name);
    }
  }

  #words(alert: BudgetAlert): { readonly name: string; readonly spent: string; readonly limit: string } {
    const { reader, client } = this.#parts;
    return {
      name: taskName(alert.task, client.state, reader),
      spent: amountText(alert.spent, alert.unit, reader),
      limit: amountText(alert.limit, alert.unit, reader),
    };
  }

  #mayAsk(agent: string): boolean {
    const later = this.#parts.context.globalState.get<number>(laterKey(agent)) ?? 0;
    return !this.#asked.has(agent) && Date.now() - later >= laterMs;
  }

  /** One question at a time, after the first notice. */
  async #whoPays(agent: string): Promise<void> {
    this.#asked.add(agent);
    // A notice that nobody answers must not keep the question for ever.
    await Promise.race([this.#first, new Promise((resolve) => setTimeout(resolve, afterFirst))]);
    const answered = await askBilling(this.#parts, agent, agentName(agent, this.#parts.reader.t));
    if (!answered) await this.#parts.context.globalState.update(laterKey(agent), Date.now());
  }
}

function laterKey(agent: string): string {
  return `billingLater:${agent}`;
}
