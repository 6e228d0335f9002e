import { creditsOf } from './credits.ts';
import { formatAmount, formatCount, formatShare, formatTokens, formatUsd } from './format.ts';
import type { ShownState, ShownTask } from './presentState.ts';
import { type TaskTree, taskTrees } from './presentTasks.ts';
import { agentName, markdownCode, markdownText, moneyDetail, moneyOfTask, moneyText, type Reader } from './presentText.ts';
import { cacheWrites, type Usage } from './usage.ts';

const othersShown = 4;

/** The task a tooltip is about: who, what it cost and on what basis, its budget, its tokens by class. Lines of Markdown. */
export function taskLines(tree: TaskTree, isLast: boolean, reader: Reader): readonly string[] {
  const { t, locale } = reader;
  const { acting, root } = tree;
  const heading = [`**${markdownText(agentName(acting.agent, t))}**`, markdownText(acting.mode), markdownCode(acting.model)];
  if (tree.sample) heading.push(t('sample, in no total'));
  if (isLast) heading.push(t('last task'));
  if (tree.state === 'stopped') heading.push(`**${t('stopped')}**`);
  const cost = [`**${moneyDetail(tree.money, reader)}**`, ...budgetLine(tree, reader)];
  const credits = creditsOf(acting.usd, acting.agent);
  if (credits) cost.push(t('{0} AI credits', formatAmount(credits, locale)));
  if (acting.usd !== null) cost.push(basisText(acting.basis, t));
  const lines = [heading.filter((part) => part !== '').join(' · '), cost.join(' · ')];
  if (acting.run?.usd && acting.run.usd !== acting.usd) {
    lines.push(
      t(
        'This run: {0}',
        moneyText({ ...moneyOfTask({ ...acting, usd: acting.run.usd, plusMinusUsd: '0', unpricedTokens: 0 }) }, reader),
      ),
    );
  }
  lines.push(t('Requests: {0}', formatCount(acting.requests, locale)) + (acting.id === root.id ? '' : ` · ${t('subtask')}`));
  lines.push(usageText(acting.usage, reader));
  if (root.forecast) lines.push(forecastText(root.forecast, reader));
  return lines;
}

/** `$4.20 an hour at this pace · the budget is reached in 12 requests, about 8 minutes`. */
function forecastText({ perHourUsd, requests, minutes }: NonNullable<ShownTask['forecast']>, { t, locale }: Reader): string {
  const pace = t('{0} an hour at this pace', formatUsd(perHourUsd, locale));
  if (requests === undefined || minutes === undefined || requests === 0) return pace;
  const about = formatCount(minutes, locale);
  const reached =
    requests === 1
      ? t('budget reached in 1 request, about {0} min', about)
      : t('budget reached in {0} requests, about {1} min', formatCount(requests, locale), about);
  return `${pace} · ${reached}`;
}

function budgetLine(tree: TaskTree, { t, locale }: Reader): readonly string[] {
  const limit = tree.root.budgetUsd ?? tree.acting.budgetUsd;
  if (limit === undefined || tree.level === 'none') return [];
  const limitText = formatUsd(limit, locale);
  const part =
    tree.share === undefined
      ? t('budget {0}', limitText)
      : `${shareBar(tree.share)} ${t('{0} of {1} budget', formatShare(tree.share, locale), limitText)}`;
  if (tree.level === 'exceeded') return [part, `**${t('over budget')}**`];
  return [part];
}

/** A share of ten parts, full from 100 % on. A picture only: the number stands beside it. */
function shareBar(share: number): string {
  const full = Math.floor(Math.min(1, Math.max(0, share)) * 10);
  return '▰'.repeat(full) + '▱'.repeat(10 - full);
}

function basisText(basis: TaskTree['root']['basis'], t: Reader['t']): string {
  switch (basis) {
    case 'reported':
      return t('as the provider reported');
    case 'priced':
      return t('provider tokens at list price');
    case 'estimated':
      return t('estimated');
    case 'unpriced':
      return t('unpriced');
  }
}

/** Token counts by class; classes without tokens are left out. */
function usageText(usage: Usage, { t, locale }: Reader): string {
  const parts: string[] = [];
  const add = (tokens: number, text: (count: string) => string): void => {
    if (tokens > 0) parts.push(text(formatTokens(tokens, locale)));
  };
  add(usage.uncachedInput + usage.inputAudio, (count) => t('{0} in', count));
  add(usage.cacheRead, (count) => t('{0} cache read', count));
  add(cacheWrites(usage), (count) => t('{0} cache write', count));
  const reasoning = usage.reasoning > 0 ? ` (${t('{0} reasoning', formatTokens(usage.reasoning, locale))})` : '';
  add(usage.output, (count) => t('{0} out', count) + reasoning);
  return t('Tokens: {0}', parts.length > 0 ? parts.join(', ') : formatCount(0, locale));
}

/** Other trees that run, the dearest first. */
export function otherLines(shown: TaskTree | undefined, state: ShownState, reader: Reader): readonly string[] {
  const weight = (tree: TaskTree): bigint => tree.money.metered + tree.money.plan + tree.money.unknown;
  const others = taskTrees(state.tasks)
    .filter((tree) => tree.state === 'running' && tree.root.id !== shown?.root.id)
    .sort((a, b) => (weight(b) > weight(a) ? 1 : -1));
  const lines = others.slice(0, othersShown).map((tree) => {
    const parts = [
      markdownText(agentName(tree.acting.agent, reader.t)),
      markdownText(tree.acting.mode),
      moneyText(tree.money, reader),
    ];
    if (tree.sample) parts.push(reader.t('sample'));
    return parts.filter((part) => part !== '').join(' · ');
  });
  if (others.length > othersShown) lines.push(reader.t('and {0} more', others.length - othersShown));
  return lines.length > 0 ? [`**${reader.t('Also running')}**`, ...lines] : [];
}
