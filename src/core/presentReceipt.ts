import { markdownCell } from './exportTables.ts';
import { formatCost, formatCount, formatTokens, formatUsd, type Locale, tagOf } from './format.ts';
import { picoToUsd } from './money.ts';
import type { ShownTotal } from './presentState.ts';
import { agentName, moneyOfTotal, moneyText, type Reader, type Translate } from './presentText.ts';
import type { Billing } from './request.ts';
import { cacheWrites, type Usage } from './usage.ts';

export interface ReceiptTask {
  readonly agent: string;
  readonly workspace?: string | undefined;
  readonly billing: Billing;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly sample: boolean;
  readonly transitions: readonly { readonly from: string; readonly to: string; readonly usd: string | null }[];
}

export interface ReceiptGroup {
  readonly label: string;
  readonly total: ShownTotal;
}

/** What a receipt is made of: the task first, then what it started; the sum of all of them, whole and by mode and model. */
export interface Receipt {
  readonly tasks: readonly ReceiptTask[];
  readonly total: ShownTotal;
  readonly byMode: readonly ReceiptGroup[];
  readonly byModel: readonly ReceiptGroup[];
}

/** A task as Markdown, for a pull request or a chat. No prompt, no title: agent, folder name, figures. */
export function receiptMarkdown({ tasks, total, byMode, byModel }: Receipt, locale: Locale, t: Translate): string {
  const [task] = tasks;
  if (!task) return '';
  const tag = tagOf(locale);
  const reader: Reader = { locale, t };
  // A task may have used a subscription and a key: every kind of its money is in its total, and only there.
  const money = moneyOfTotal(total);
  const off = money.plusMinus > 0n ? ` ± ${formatUsd(picoToUsd(money.plusMinus), locale)}` : '';
  const folder = task.workspace?.split(/[\\/]/).filter(Boolean).at(-1);
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' });
  const lines = [
    `**${t('Receipt')}**: ${[markdownCell(agentName(task.agent, t)), folder && markdownCell(folder)].filter(Boolean).join(' · ')}${task.sample ? ` (${t('sample, in no total')})` : ''}`,
    '',
    `- ${t('Cost: {0}', `**${moneyText(money, reader)}**`)}${off}`,
    ...(total.unpricedTokens > 0 ? [`- ${t('{0} tokens unpriced', formatTokens(total.unpricedTokens, tag))}`] : []),
    `- ${t('Requests: {0}', formatCount(total.requests, tag))}${tasks.length > 1 ? ` · ${t('subtasks: {0}', tasks.length - 1)}` : ''}`,
    `- ${tokens(total.usage, tag, t)}`,
    `- ${date.format(task.firstAt)} – ${date.format(Math.max(...tasks.map((each) => each.lastAt)))}`,
    ...table(t('Mode'), byMode, reader),
    ...table(t('Model'), byModel, reader),
    ...transitions(tasks, reader),
    '',
    `_${t('Counted by Spend Meter')}_`,
  ];
  return `${lines.join('\n')}\n`;
}

function tokens(usage: Usage, tag: string, t: Translate): string {
  return t(
    'Tokens: {0} in, {1} cache read, {2} cache write, {3} out',
    formatTokens(usage.uncachedInput + usage.inputAudio, tag),
    formatTokens(usage.cacheRead, tag),
    formatTokens(cacheWrites(usage), tag),
    formatTokens(usage.output, tag),
  );
}

function table(name: string, groups: readonly ReceiptGroup[], reader: Reader): readonly string[] {
  if (groups.length === 0) return [];
  const { t } = reader;
  return [
    '',
    `| ${name} | ${t('Requests')} | ${t('Cost')} |`,
    '| --- | ---: | ---: |',
    ...groups.map(
      ({ label, total }) => `| ${markdownCell(label || '–')} | ${total.requests} | ${moneyText(moneyOfTotal(total), reader)} |`,
    ),
  ];
}

function transitions(tasks: readonly ReceiptTask[], { locale, t }: Reader): readonly string[] {
  const all = tasks.flatMap(({ transitions: changes, billing }) =>
    changes.map(
      ({ from, to, usd }) => `${markdownCell(from)} → ${markdownCell(to)} ${formatCost({ usd, billing }, locale, t('unpriced'))}`,
    ),
  );
  return all.length > 0 ? ['', `${t('Mode changes')}: ${all.join(' · ')}`] : [];
}
