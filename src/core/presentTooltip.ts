import { formatCount, formatShare, formatUsd } from './format.ts';
import { type Scene, scanShare } from './presentScene.ts';
import type { ShownQuote, ShownState } from './presentState.ts';
import type { TaskTree } from './presentTasks.ts';
import { agentName, markdownCode, markdownText, type Reader } from './presentText.ts';
import { someUnknown, suggestionLine, sums } from './presentTooltipSums.ts';
import { otherLines, taskLines } from './presentTooltipTask.ts';

/** Commands of the extension that a link of the tooltip may call. */
export type TooltipAction =
  | 'openBreakdown'
  | 'stopTask'
  | 'resumeTask'
  | 'setBudget'
  | 'givePrice'
  | 'raiseBudget'
  | 'guardOn'
  | 'guardOff'
  | 'runSample'
  | 'showSources'
  | 'setBilling'
  | 'stopService'
  | 'restartService'
  | 'showLog';

export interface TooltipLink {
  readonly label: string;
  readonly action: TooltipAction;
  /** The task it is about, where it is about one. */
  readonly task?: string;
}

/** Blocks of Markdown lines, divided by rules, and a row of links. */
export interface TooltipModel {
  readonly blocks: readonly (readonly string[])[];
  readonly links: readonly TooltipLink[];
}

/** What the tooltip shows besides the service's state. */
export interface TooltipExtras {
  /** The machine that is metered, where it is not the one the window is on. */
  readonly remote?: { readonly kind: string; readonly host: string } | undefined;
  /** The open file, for whoever has nothing else to look at yet. */
  readonly openFile?: { readonly name: string; readonly quotes: readonly ShownQuote[] } | undefined;
}

export function tooltipModel(scene: Scene, state: ShownState | undefined, reader: Reader, extras: TooltipExtras): TooltipModel {
  const { t } = reader;
  switch (scene.kind) {
    case 'problem':
      return { blocks: [[`**${t('The meter cannot run here')}**`, markdownText(scene.message, 400)]], links: trouble(reader) };
    case 'off':
      return {
        blocks: [[`**${t('The meter service is stopped')}**`, t('Nothing is metered until it is started again.')]],
        links: [{ label: t('Start it'), action: 'restartService' }],
      };
    case 'gone':
      return {
        blocks: [
          [`**${t('The meter service is gone')}**`, t('It is being started anew.')],
          ...(state ? sums(state, reader) : []),
        ],
        links: trouble(reader),
      };
    case 'starting':
      return { blocks: [[t('Looking for the meter service…')]], links: trouble(reader) };
    case 'running':
    case 'stopped':
    case 'idle':
    case 'scanning':
    case 'empty':
      return state ? liveModel(scene, state, reader, extras) : { blocks: [], links: [] };
  }
}

type LiveScene = Extract<Scene, { kind: 'running' | 'stopped' | 'idle' | 'scanning' | 'empty' }>;

function liveModel(scene: LiveScene, state: ShownState, reader: Reader, extras: TooltipExtras): TooltipModel {
  const { t } = reader;
  const tree =
    scene.kind === 'running'
      ? scene.trees[0]
      : scene.kind === 'stopped'
        ? scene.tree
        : scene.kind === 'idle'
          ? scene.last
          : undefined;
  const blocks = [
    tree ? taskLines(tree, scene.kind === 'idle', reader) : [],
    otherLines(tree, state, reader),
    scene.kind === 'empty' ? beginLines(extras, reader) : [],
    ...(scene.kind === 'empty' ? [] : sums(state, reader)),
    state.suggestions
      .filter(isShown)
      .slice(0, 1)
      .map((suggestion) => suggestionLine(suggestion, reader)),
    remoteLines(extras, reader),
    readLines(state, reader),
  ].filter((block) => block.length > 0);
  return { blocks, links: links(scene, tree, state, t) };
}

/** The open card, where it names another model; the rest stands in the breakdown only. */
function isShown({ to, advice }: ShownState['suggestions'][number]): boolean {
  return to !== '' && advice?.state === 'open';
}

/** What the open file would cost to send, and how to begin. */
function beginLines({ openFile }: TooltipExtras, { t, locale }: Reader): readonly string[] {
  const lines = [`**${t('Nothing spent yet')}**`];
  if (openFile && openFile.quotes.length > 0) {
    lines.push(t('To send {0} once would cost:', markdownCode(openFile.name)));
    for (const quote of openFile.quotes) {
      const tokens = t('{0} tokens', formatCount(quote.tokens, locale));
      lines.push(`${markdownCode(quote.model)} · ${formatUsd(quote.usd, locale, t('unpriced'))} · ${tokens}`);
    }
  }
  lines.push(t('Start a coding agent in any terminal: what it costs appears here by itself.'));
  return lines;
}

/** Sums are of one machine: what agents spend here, and what they spend where the window is, are never added. */
function remoteLines({ remote }: TooltipExtras, { t }: Reader): readonly string[] {
  if (!remote) return [];
  return [t('Of {0} ({1}) alone; other machines have meters of their own', markdownText(remote.host), markdownText(remote.kind))];
}

function readLines(state: ShownState, reader: Reader): readonly string[] {
  const { t, locale } = reader;
  const { scan } = state;
  const agents = scan.agents.map((agent) => agentName(agent, t)).join(', ');
  const skipped = scan.skipped.reduce((sum, entry) => sum + entry.count, 0);
  const parts = scan.done
    ? [t('Session files read: {0}', formatCount(scan.filesDone, locale))]
    : [t('Reading session files: {0}', formatShare(scanShare(state), locale))];
  if (agents) parts.push(markdownText(agents, 120));
  if (skipped > 0) parts.push(t('skipped: {0}', formatCount(skipped, locale)));
  return [
    parts.join(' · '),
    ...currencyLine(reader),
    [state.guard.on ? t('Guard is on') : t('Watching, Guard is off'), t('prices as of {0}', markdownText(state.pricesAsOf))].join(
      ' · ',
    ),
  ];
}

/** Another currency than the dollar is only as right as its rate. */
function currencyLine({ t, locale }: Reader): readonly string[] {
  if (typeof locale === 'string') return [];
  const { code, perUsd, date } = locale.currency;
  return [t('Shown in {0} at {1} per dollar, your rate of {2}', code, perUsd, date ? markdownText(date) : t('no date'))];
}

function links(scene: LiveScene, tree: TaskTree | undefined, state: ShownState, t: Reader['t']): readonly TooltipLink[] {
  const all: TooltipLink[] = [{ label: t('Open breakdown'), action: 'openBreakdown' }];
  if (scene.kind === 'running') {
    const one = scene.trees.length === 1 ? tree?.root.id : undefined;
    all.push({ label: t('Stop task'), action: 'stopTask', task: one });
  }
  if (tree?.state === 'stopped') all.push({ label: t('Resume task'), action: 'resumeTask', task: tree.root.id });
  if (tree && (tree.held || tree.level === 'exceeded' || tree.level === 'warning'))
    all.push({ label: t('Raise by…'), action: 'raiseBudget', task: tree.root.id });
  if (scene.kind === 'empty' || scene.kind === 'scanning') all.push({ label: t('Run a sample task'), action: 'runSample' });
  else all.push({ label: t('Set budget'), action: 'setBudget' });
  if (state.unpriced.length > 0) all.push({ label: t('Give a price…'), action: 'givePrice' });
  if (scene.kind !== 'empty' && someUnknown(state)) all.push({ label: t('Say how it is billed…'), action: 'setBilling' });
  all.push({ label: t('What is read'), action: 'showSources' });
  all.push(state.guard.on ? { label: t('Turn Guard off'), action: 'guardOff' } : { label: t('Guard…'), action: 'guardOn' });
  return all;
}

function trouble({ t }: Reader): readonly TooltipLink[] {
  return [
    { label: t('Restart the meter service'), action: 'restartService' },
    { label: t('Show log'), action: 'showLog' },
  ];
}

/**
 * Markdown of a tooltip. `uri` makes a link's address of an action; lines of a block are separate lines, blocks are
 * divided by a rule.
 */
export function tooltipMarkdown(model: TooltipModel, uri: (link: TooltipLink) => string): string {
  const blocks = model.blocks.map((lines) => lines.join('  \n'));
  const row = model.links.map((link) => `[${link.label}](${uri(link)})`).join(' · ');
  return [...blocks, ...(row ? [row] : [])].join('\n\n---\n\n');
}
