import * as vscode from 'vscode';
import * as z from 'zod';
import type { Disposable } from '../core/disposable.ts';
import { spendAnswer } from '../core/spendAnswer.ts';
import type { Parts } from './parts.ts';

const inputSchema = z.object({ task: z.string().optional() });

/** A tool that an agent in the editor can ask what was spent and what its budgets leave. It can change nothing. */
export function startSpendTool({ client }: Parts): Disposable {
  return vscode.lm.registerTool('spend_meter_get_spend', {
    prepareInvocation() {
      return { invocationMessage: vscode.l10n.t('Asking what was spent') };
    },
    async invoke(options) {
      const input = inputSchema.safeParse(options.input ?? {});
      const { state } = client;
      const budgets = state && client.connection.kind === 'live' ? await client.api.budgets() : [];
      const answer = spendAnswer(state, budgets, input.success ? input.data.task : undefined);
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(answer))]);
    },
  });
}
