import * as vscode from 'vscode';
import type { ZodType } from 'zod';
import { decimalOf, format } from '../core/decimal.ts';
import type { Disposable } from '../core/disposable.ts';
import type { Currency } from '../core/format.ts';
import { type Settings, settingsSchema } from '../protocol/api.ts';
import { type Budget, type BudgetAction, type BudgetList, budgetActionSchema, budgetSchema } from '../protocol/budget.ts';
import { type OwnPrice, ownPriceSchema } from '../protocol/prices.ts';
import { currencySettingSchema } from '../protocol/webview.ts';
import { withAmount } from './budgetEntries.ts';
import { errorText, type Parts } from './parts.ts';
import { usdOfNumber } from './usd.ts';

export const budgetScopes = ['run', 'task', 'day', 'month'] as const;
export type SettingScope = (typeof budgetScopes)[number];

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('spendMeter');
}

export function budgetAction(): BudgetAction {
  const action = budgetActionSchema.safeParse(configuration().get('budget.action'));
  return action.success ? action.data : 'ask';
}

/** Settings of the machine: a workspace cannot make them. */
export async function saveSetting(name: string, value: unknown): Promise<void> {
  await configuration().update(name, value, vscode.ConfigurationTarget.Global);
}

/** A new amount for one of the budgets beyond one for each scope. */
export async function saveBudgetAmount(budget: Budget, amount: Parameters<typeof withAmount>[2]): Promise<void> {
  const kept: unknown = configuration().inspect('budgets')?.globalValue;
  if (Array.isArray(kept)) await saveSetting('budgets', withAmount(kept, budget, amount));
}

export function agentsOff(): readonly string[] {
  return serviceSettings().agentsOff ?? [];
}

export function savedBilling(): Readonly<Record<string, 'metered' | 'plan' | 'unknown'>> {
  return serviceSettings().billing ?? {};
}

/** The user's own prices; entries that do not fit are left out here and named by `followSettings`. */
export function savedPrices(): readonly OwnPrice[] {
  return ownPrices().good;
}

function ownPrices(): Entries<OwnPrice> {
  return entriesOf(configuration().get('prices'), ownPriceSchema);
}

/** Budgets beyond one amount for each scope. */
function furtherBudgets(): Entries<Budget> {
  return entriesOf(configuration().get('budgets'), budgetSchema);
}

/** What a folder's own settings say. It can only hold beside the user's budgets, so it can lower them and never raise them. */
function workspaceBudgets(seen: Set<string>): readonly BudgetList[] {
  const action = budgetAction();
  return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => {
    const kept = vscode.workspace.getConfiguration('spendMeter', uri).inspect('workspaceBudget');
    const said: unknown = kept?.workspaceFolderValue ?? kept?.workspaceValue;
    const amounts = typeof said === 'object' && said !== null ? (said as Readonly<Record<string, unknown>>) : {};
    const budgets = budgetScopes.flatMap((scope): Budget[] => {
      const usd = usdOfNumber(amounts[scope]);
      return usd === undefined || usd === '0' ? [] : [{ scope, usd, action }];
    });
    const workspace = uri.fsPath;
    if (budgets.length === 0 && !seen.has(workspace)) return [];
    seen.add(workspace);
    return [{ from: 'workspace', workspace, budgets }];
  });
}

interface Entries<T> {
  readonly good: readonly T[];
  /** As they were written. */
  readonly bad: readonly string[];
}

function entriesOf<T>(kept: unknown, schema: ZodType<T>): Entries<T> {
  const entries: readonly unknown[] = Array.isArray(kept) ? kept : [];
  const read = entries.map((entry) => ({ entry, one: schema.safeParse(entry) }));
  return {
    good: read.flatMap(({ one }) => (one.success ? [one.data] : [])),
    bad: read.flatMap(({ entry, one }) => (one.success ? [] : [JSON.stringify(entry)])),
  };
}

/** The currency the user wants to see; `undefined` = dollars. */
export function displayCurrency(): Currency | undefined {
  const wanted = currencySettingSchema.safeParse(configuration().get('currency'));
  if (!wanted.success) return undefined;
  const { code, perUsd, date } = wanted.data;
  return { code, perUsd: format(decimalOf(perUsd)), date };
}

/** What a person wrote by hand and does not fit is left out, the rest holds. */
function serviceSettings(wanted: (name: string) => boolean = () => true): Settings {
  const settings = configuration();
  const parts = ['agentsOff', 'upstreams', 'billing', 'cheaperModels', 'routing', 'maxOutputTokens', 'runaway', 'modes'] as const;
  return Object.assign(
    wanted('prices') ? { prices: savedPrices() } : {},
    ...parts.filter(wanted).map((name) => {
      const one = settingsSchema.safeParse({ [name]: settings.get(name) });
      return one.success ? one.data : {};
    }),
  );
}

function serviceBudgets(wanted: (name: string) => boolean): readonly Budget[] {
  const action = budgetAction();
  return budgetScopes
    .filter((scope) => wanted(`budget.${scope}`))
    .map((scope) => ({ scope, usd: usdOfNumber(configuration().get(`budget.${scope}`)) ?? null, action }))
    .map((budget) => (budget.usd === '0' ? { ...budget, usd: null } : budget));
}

/**
 * Tells the service what the settings say: whenever it is new, and whenever they change. A setting that the user never
 * made says nothing: several editors with settings of their own may share one service.
 */
export function followSettings({ client, log }: Parts): Disposable {
  /** Made once in this window: taking such a one back is a change, too. */
  const made = new Set<string>();
  const isMade = (name: string): boolean => {
    if (configuration().inspect(name)?.globalValue !== undefined) made.add(name);
    return made.has(name);
  };
  const told = new Map<string, string>();
  const tellBad = (setting: string, bad: readonly string[]): void => {
    const words = bad.join(', ');
    if (words && words !== told.get(setting))
      void vscode.window.showWarningMessage(
        vscode.l10n.t('Entries of {0} that are not understood and do not hold: {1}', setting, words),
      );
    told.set(setting, words);
  };
  /** Folders whose budgets the service has heard of: taking them back is a change, too. */
  const seenFolders = new Set<string>();
  let last: Promise<void> = Promise.resolve();
  const send = (): void => {
    last = last.then(async () => {
      if (client.connection.kind !== 'live') return;
      try {
        for (const budget of serviceBudgets(isMade)) await client.api.setBudget(budget);
        const further = furtherBudgets();
        if (isMade('budgets')) await client.api.setBudgets({ from: 'settings', budgets: [...further.good] });
        for (const list of workspaceBudgets(seenFolders)) await client.api.setBudgets(list);
        const settings = serviceSettings(isMade);
        tellBad('spendMeter.prices', ownPrices().bad);
        tellBad('spendMeter.budgets', further.bad);
        if (Object.keys(settings).length > 0) await client.api.setSettings(settings);
      } catch (error) {
        log.error(`the settings were not taken: ${errorText(error)}`);
        if (client.connection.kind === 'live')
          void vscode.window.showErrorMessage(
            vscode.l10n.t('The meter service did not take the settings: {0}', errorText(error)),
          );
      }
    });
  };
  const listening = [
    client.onConnection(({ kind }) => {
      if (kind === 'live') send();
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const names = [
        'budget',
        'budgets',
        'workspaceBudget',
        'maxOutputTokens',
        'runaway',
        'modes',
        'agentsOff',
        'upstreams',
        'billing',
        'cheaperModels',
        'routing',
        'prices',
      ];
      if (names.some((name) => change.affectsConfiguration(`spendMeter.${name}`))) send();
    }),
  ];
  return {
    dispose() {
      for (const one of listening) one.dispose();
    },
  };
}
