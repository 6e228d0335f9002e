import * as vscode from 'vscode';
import { formatCount, formatTokens, formatUsd } from '../core/format.ts';
import type { Reader } from '../core/presentText.ts';
import type { Runaway } from '../core/runaway.ts';

/** Why a task seems to run away, with the evidence, in a sentence. */
export function runawayText(runaway: Runaway, name: string, { locale }: Reader): string {
  switch (runaway.what) {
    case 'same call':
      return vscode.l10n.t(
        '{0} goes round in circles: it called {1} {2} times and got the same result.',
        name,
        runaway.tool,
        formatCount(runaway.times, locale),
      );
    case 'edit and undo':
      return vscode.l10n.t(
        '{0} goes round in circles: it made and undid the same edit {1} times.',
        name,
        formatCount(runaway.times, locale),
      );
    case 'burn rate':
      return vscode.l10n.t(
        '{0} spends far faster than before: {1} an hour, usually {2}.',
        name,
        formatUsd(runaway.perHourUsd, locale),
        formatUsd(runaway.usualUsd, locale),
      );
    case 'context':
      return vscode.l10n.t(
        '{0} keeps growing without a word from you: {1} tokens are sent each time, {2} when you wrote last, {3} calls ago.',
        name,
        formatTokens(runaway.tokens, locale),
        formatTokens(runaway.before, locale),
        formatCount(runaway.calls, locale),
      );
  }
}
