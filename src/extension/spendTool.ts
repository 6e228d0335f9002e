import * as vscode from 'vscode';
import * as z from 'zod';
import type { Disposable } from '../core/disposable.ts';
import { spendAnswer, tasksToTell, taskUnderLimits } from '../core/spendAnswer.ts';
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
      const task = input.success ? input.data.task : undefined;
      const state = client.connection.kind === 'live' ? client.state : undefined;
      const last = taskUnderLimits(state);
      const asked = new Set([...tasksToTell(state, task), ...(last ? [last] : [])].map(({ id }) => id));
      const limits = await Promise.all([...asked].map(async (id) => [id, await client.api.limits(id)] as const));
      const answer = spendAnswer(state, new Map(limits), task);
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(answer))]);
    },
  });
}
