import * as vscode from 'vscode';
import type { Allowance } from '../../core/adviceNames.ts';
import { canUndo } from '../../core/canUndo.ts';
import { agentName } from '../../core/presentText.ts';
import { type PresetName, presetNames, presets } from '../../core/routingPresets.ts';
import { type CardAnswer, cardAnswerSchema, type HowTo, policySchema } from '../../protocol/advice.ts';
import type { Suggestion } from '../../protocol/state.ts';
import type { Parts } from '../parts.ts';
import { saveSetting } from '../settings.ts';

/** The suggestions of now; choosing one that is open asks for the answer, an answered one offers to take it back. */
export async function showSuggestions(parts: Parts): Promise<void> {
  const { suggestions } = await parts.client.api.advice();
  const cards = suggestions.filter(({ advice }) => advice?.state !== undefined);
  if (cards.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('There is no suggestion now. What the log shows stands in the breakdown, under Where.'),
    );
    return;
  }
  const chosen = await vscode.window.showQuickPick(
    cards.map((card) => ({ ...itemOf(card, parts), card })),
    { title: vscode.l10n.t('Suggestions'), matchOnDescription: true },
  );
  if (!chosen) return;
  const { card } = chosen;
  const actions = actionsOf(card);
  const action = actions.length > 0 ? await vscode.window.showQuickPick(actions, { title: chosen.label }) : undefined;
  if (action) await answerSuggestion(parts, { id: card.id, action: action.action });
}

function itemOf({ what, from, to, advice }: Suggestion, { reader }: Parts): vscode.QuickPickItem {
  const agent = advice ? agentName(advice.agent, reader.t) : '';
  return {
    label: to === '' ? `${what}: ${from}` : `${what}: ${from} → ${to}`,
    description: [agent, stateWord(advice)].filter(Boolean).join(' · '),
  };
}

function stateWord(advice: Suggestion['advice']): string {
  switch (advice?.state) {
    case undefined:
      return '';
    case 'open':
      return vscode.l10n.t('open');
    case 'applied':
      return vscode.l10n.t('applied');
    case 'notNow':
      return vscode.l10n.t('put off');
    case 'never':
      return vscode.l10n.t('never');
    case 'settled':
      return advice.settlement?.realised === null
        ? vscode.l10n.t('closed: nothing to compare')
        : vscode.l10n.t('settled: it held');
    case 'withdrawn':
      return vscode.l10n.t('withdrawn');
  }
}

function actionsOf({ to, what, advice }: Suggestion): (vscode.QuickPickItem & { readonly action: CardAnswer['action'] })[] {
  const undo = canUndo(advice) ? [{ label: vscode.l10n.t('Undo'), action: 'undo' as const }] : [];
  if (advice?.state !== 'open') return undo;
  return [
    ...(to === '' ? [] : [{ label: vscode.l10n.t('Apply…'), action: 'apply' as const }]),
    { label: vscode.l10n.t('Not now'), action: 'notNow' },
    { label: vscode.l10n.t('Never for {0}', what), action: 'never' },
    ...undo,
  ];
}

/** The answer to a card, from the page or the command. `apply` first shows the difference; nothing is written before someone says so. */
export async function answerSuggestion(parts: Parts, answer: unknown): Promise<void> {
  const { id, action } = cardAnswerSchema.parse(answer);
  const { api } = parts.client;
  if (action !== 'apply') {
    const { left } = await api.answerCard({ id, action });
    if (left.length > 0)
      await vscode.window.showWarningMessage(
        vscode.l10n.t('Something stays in {0}: it was changed by somebody else since.', left.join(', ')),
      );
    return;
  }
  const how = await api.howTo(id);
  const way = await shown(how);
  if (way === undefined) return;
  const digest = way === 'write' && how.kind === 'set' ? how.digest : null;
  await api.answerCard({ id, action, ...(digest === null ? {} : { digest }) });
}

/** Shows what is to be set; how it is done, or `undefined` when it is not. */
async function shown(how: HowTo): Promise<'write' | 'byHand' | undefined> {
  const write = vscode.l10n.t('Change the setting');
  const copy = vscode.l10n.t('Copy, I will set it');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Set this in the agent’s own settings?'),
    { modal: true, detail: detailOf(how) },
    ...(how.kind === 'set' && how.digest !== null ? [write, copy] : [copy]),
  );
  if (answer === undefined) return undefined;
  if (answer === write) return 'write';
  await vscode.env.clipboard.writeText(textOf(how));
  return 'byHand';
}

function detailOf(how: HowTo): string {
  if (how.kind === 'copy') return `${how.where.join(' › ')}\n${how.text}`;
  const lines = how.settings.flatMap(({ file, path, value, was }) => [
    file,
    `− ${path.join('.')}: ${was ?? vscode.l10n.t('not set')}`,
    `+ ${path.join('.')}: ${value}`,
  ]);
  const note = how.note && noteText(how.note);
  return [...lines, ...(note ? ['', note] : [])].join('\n');
}

function noteText(note: NonNullable<Extract<HowTo, { kind: 'set' }>['note']>): string {
  switch (note) {
    case 'every mode':
      return vscode.l10n.t('This agent has one model for every mode: planning would run on it too.');
    case 'every sub-agent':
      return vscode.l10n.t('Every sub-agent would run on it.');
    case 'profile':
      return vscode.l10n.t('It holds where that profile is chosen: codex --profile cheaper');
  }
}

/** What is copied: the setting as its file has it. */
function textOf(how: HowTo): string {
  if (how.kind === 'copy') return how.text;
  return how.settings
    .map(({ format, path, value }) =>
      format === 'toml'
        ? `${path.join('.')} = ${JSON.stringify(value)}`
        : JSON.stringify(
            [...path].reverse().reduce<unknown>((inner, name) => ({ [name]: inner }), value),
            undefined,
            2,
          ),
    )
    .join('\n');
}

/** Presets, or the setting itself. */
export async function choosePolicy(_parts: Parts): Promise<void> {
  const words: Readonly<Record<PresetName, readonly [string, string]>> = {
    'frontier plans, open weights code': [
      vscode.l10n.t('Plan on the best, write code on open weights'),
      vscode.l10n.t(
        'Planning, orchestration and debugging stay as they are; for code, open-weight models that you can reach are offered.',
      ),
    ],
    'only side requests': [
      vscode.l10n.t('Only side requests'),
      vscode.l10n.t('Titles, summaries, commit messages and look-ups; never a mode.'),
    ],
    nothing: [vscode.l10n.t('Offer nothing'), vscode.l10n.t('No suggestion for any mode or kind of request.')],
  };
  const items = presetNames.map((name) => ({ label: words[name][0], detail: words[name][1], name }));
  const own = { label: vscode.l10n.t('Edit the setting…'), detail: 'spendMeter.routing', name: undefined };
  const chosen = await vscode.window.showQuickPick([...items, own], { title: vscode.l10n.t('Routing policy') });
  if (!chosen) return;
  if (chosen.name === undefined) await vscode.commands.executeCommand('workbench.action.openSettings', 'spendMeter.routing');
  else await saveSetting('routing', presets[chosen.name]);
}

/** One row of the policy, as the page's table sets it. */
export async function allowOffer({ client }: Parts, name: string, allow: Allowance): Promise<void> {
  const kept = policySchema.safeParse(vscode.workspace.getConfiguration('spendMeter').get('routing'));
  const policy = kept.success ? kept.data : {};
  const routing = { ...policy, [name]: { ...policy[name], allow } };
  await saveSetting('routing', routing);
  await client.api.setSettings({ routing });
}
