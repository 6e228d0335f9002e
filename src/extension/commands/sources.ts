import * as vscode from 'vscode';
import { formatCount, formatShare } from '../../core/format.ts';
import { pageStrings } from '../../core/pageStrings.ts';
import { scanShare } from '../../core/presentScene.ts';
import { agentName, readableAgents } from '../../core/presentText.ts';
import type { State } from '../../protocol/state.ts';
import type { Parts } from '../parts.ts';
import { agentsOff, saveSetting } from '../settings.ts';

interface SourceItem extends vscode.QuickPickItem {
  readonly agent?: string;
}

/** Which agents are read and how far, and what was skipped and why. Choosing an agent turns it off or on again. */
export async function showSources(parts: Parts): Promise<void> {
  let at: string | undefined;
  for (;;) {
    const { state } = parts.client;
    if (!state) return;
    const picked = await pick(sourceItems(state, parts), at);
    if (!picked) return;
    at = picked.agent;
    if (!picked.agent) continue;
    const off = agentsOff();
    const next = off.includes(picked.agent) ? off.filter((agent) => agent !== picked.agent) : [...off, picked.agent];
    await saveSetting('agentsOff', next);
  }
}

/** A quick pick that begins where the last one ended. */
function pick(items: readonly SourceItem[], at: string | undefined): Promise<SourceItem | undefined> {
  return new Promise((resolve) => {
    const list = vscode.window.createQuickPick<SourceItem>();
    list.title = vscode.l10n.t('What is read, on this machine only. Nothing is sent.');
    list.placeholder = vscode.l10n.t('Choose an agent to turn it off or on');
    list.items = items;
    list.activeItems = items.filter(({ agent }) => agent !== undefined && agent === at);
    list.onDidAccept(() => {
      resolve(list.selectedItems[0]);
      list.dispose();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}

function sourceItems({ scan }: State, { reader }: Parts): readonly SourceItem[] {
  const { locale, t } = reader;
  const off = agentsOff();
  const agents = [...new Set([...readableAgents, ...scan.agents, ...off])].map((agent): SourceItem => {
    if (off.includes(agent)) {
      return { label: `$(circle-slash) ${agentName(agent, t)}`, description: vscode.l10n.t('turned off'), agent };
    }
    const found = scan.agents.includes(agent);
    return {
      label: `$(${found ? 'check' : 'circle-outline'}) ${agentName(agent, t)}`,
      description: found ? vscode.l10n.t('read') : vscode.l10n.t('nothing found'),
      agent,
    };
  });
  const done = formatCount(scan.filesDone, locale);
  const files: SourceItem = scan.done
    ? { label: vscode.l10n.t('{0} session files read', done) }
    : {
        label: vscode.l10n.t('Reading: {0} of {1} session files', done, formatCount(scan.files, locale)),
        description: formatShare(scanShare({ scan }), locale),
      };
  const words: Readonly<Record<string, string>> = pageStrings(vscode.env.language);
  const skipped = scan.skipped.map(
    ({ path, reason, count }): SourceItem => ({
      label: `$(debug-step-over) ${words[`skip.${reason}`] ?? reason}`,
      description: count > 1 ? `× ${formatCount(count, locale)}` : '',
      detail: path,
    }),
  );
  return [
    separator(vscode.l10n.t('Agents')),
    ...agents,
    separator(vscode.l10n.t('Files')),
    files,
    ...(skipped.length > 0 ? [separator(vscode.l10n.t('Skipped, and why')), ...skipped] : []),
  ];
}

function separator(label: string): SourceItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
