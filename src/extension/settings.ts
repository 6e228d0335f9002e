import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import { usdToPico } from '../core/money.ts';
import { type Budget, type BudgetAction, budgetActionSchema, type Settings, settingsSchema } from '../protocol/api.ts';
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

/** USD as a decimal string; `undefined` for none. */
export function budgetOf(scope: SettingScope): string | undefined {
  const usd = usdOfNumber(configuration().get(`budget.${scope}`));
  return usd === undefined || usdToPico(usd) === 0n ? undefined : usd;
}

/** Settings of the machine: a workspace cannot make them. */
export async function saveSetting(name: string, value: unknown): Promise<void> {
  await configuration().update(name, value, vscode.ConfigurationTarget.Global);
}

export function agentsOff(): readonly string[] {
  return serviceSettings().agentsOff ?? [];
}

export function savedBilling(): Readonly<Record<string, 'metered' | 'plan' | 'unknown'>> {
  return serviceSettings().billing ?? {};
}

/** What a person wrote by hand and does not fit is left out, the rest holds. */
function serviceSettings(): Settings {
  const settings = configuration();
  const parts = ['agentsOff', 'upstreams', 'billing', 'cheaperModels'] as const;
  return Object.assign(
    {},
    ...parts.map((name) => {
      const one = settingsSchema.safeParse({ [name]: settings.get(name) });
      return one.success ? one.data : {};
    }),
  );
}

function serviceBudgets(): readonly Budget[] {
  const action = budgetAction();
  return budgetScopes.map((scope) => ({ scope, usd: budgetOf(scope) ?? null, action }));
}

/** Tells the service what the settings say: whenever it is new, and whenever they change. */
export function followSettings({ client, log }: Parts): Disposable {
  let last: Promise<void> = Promise.resolve();
  const send = (): void => {
    last = last.then(async () => {
      if (client.connection.kind !== 'live') return;
      try {
        for (const budget of serviceBudgets()) await client.setBudget(budget);
        await client.setSettings(serviceSettings());
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
      const names = ['budget', 'agentsOff', 'upstreams', 'billing', 'cheaperModels'];
      if (names.some((name) => change.affectsConfiguration(`spendMeter.${name}`))) send();
    }),
  ];
  return {
    dispose() {
      for (const one of listening) one.dispose();
    },
  };
}
