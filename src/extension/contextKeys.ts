import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import type { State } from '../protocol/state.ts';
import type { Parts } from './parts.ts';

/** Tells VS Code's `when` clauses what is going on. */
export function startContextKeys({ client }: Parts): Disposable {
  const shown = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (shown.get(key) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand('setContext', `spendMeter.${key}`, value);
  };
  return client.onState(({ guard, tasks }: State) => {
    set('guardOn', guard.on);
    set(
      'running',
      tasks.some(({ state }) => state === 'running'),
    );
    set(
      'stopped',
      tasks.some(({ state }) => state === 'stopped'),
    );
  });
}
