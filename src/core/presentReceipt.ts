import { markdownCell } from './exportTables.ts';
import { formatCost, formatCount, formatTokens, formatUsd, type Locale } from './format.ts';
import { picoToUsd, usdToPico } from './money.ts';
import { agentName, type Translate } from './presentText.ts';
import type { Billing } from './request.ts';
import { cacheWrites, type Usage } from './usage.ts';

export interface ReceiptTask {
  readonly agent: string;
  readonly mode: string;
  readonly model: string;
  readonly parent?: string | undefined;
  readonly workspace?: string | undefined;
  readonly usd: string | null;
  readonly billing: Billing;
  readonly basis: string;
  readonly plusMinusUsd?: string | undefined;
  readonly unpricedTokens: number;
  readonly requests: number;
  readonly usage: Usage;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly sample: boolean;
  readonly transitions: readonly { readonly from: string; readonly to: string; readonly usd: string | null }[];
}

export interface ReceiptGroup {
  readonly label: string;
  readonly total: {
    readonly requests: number;
    readonly meteredUsd: string;
    readonly planUsd: string;
    readonly unknownUsd: string;
  };
}

/** What a receipt is made of: the task first, then what it started, and its sums by mode and model. */
export interface Receipt {
  readonly tasks: readonly ReceiptTask[];
  readonly byMode: readonly ReceiptGroup[];
  readonly byModel: readonly ReceiptGroup[];
}

/** A task as Markdown, for a pull request or a chat. No prompt, no title: agent, folder name, figures. */
export function receiptMarkdown({ tasks, byMode, byModel }: Receipt, locale: Locale, t: Translate): string {
  const [task] = tasks;
  if (!task) return '';
  const tag = typeof locale === 'string' ? locale : locale.tag;
  const money = (usd: string | null, billing: Billing): string => formatCost({ usd, billing }, locale, t('unpriced'));
  const amounts = kindsOf(tasks).map(([billing, pico]) => money(picoToUsd(pico), billing));
  const folder = task.workspace?.split(/[\\/]/).filter(Boolean).at(-1);
  const requests = tasks.reduce((sum, each) => sum + each.requests, 0);
  const off = tasks.reduce((sum, each) => sum + usdToPico(each.plusMinusUsd ?? '0'), 0n);
  const unpriced = tasks.reduce((sum, each) => sum + each.unpricedTokens, 0);
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' });
  const lines = [
    `**${t('Receipt')}**: ${[markdownCell(agentName(task.agent, t)), folder && markdownCell(folder)].filter(Boolean).join(' · ')}${task.sample ? ` (${t('sample, in no total')})` : ''}`,
    '',
    `- ${t('Cost: {0}', `**${amounts.join(' + ') || t('unpriced')}**`)}${off > 0n ? ` ± ${formatUsd(picoToUsd(off), locale)}` : ''}`,
    ...(unpriced > 0 ? [`- ${t('{0} tokens unpriced', formatTokens(unpriced, tag))}`] : []),
    `- ${t('Requests: {0}', formatCount(requests, tag))}${tasks.length > 1 ? ` · ${t('subtasks: {0}', tasks.length - 1)}` : ''}`,
    `- ${tokens(tasks, tag, t)}`,
    `- ${date.format(task.firstAt)} – ${date.format(Math.max(...tasks.map((each) => each.lastAt)))}`,
    ...table(t('Mode'), byMode, money),
    ...table(t('Model'), byModel, money),
    ...transitions(tasks, money, t),
    '',
    `_${t('Counted by Spend Meter')}_`,
  ];
  return `${lines.join('\n')}\n`;
}

function kindsOf(tasks: readonly ReceiptTask[]): readonly (readonly [Billing, bigint])[] {
  return (['metered', 'plan', 'unknown'] as const)
    .map(
      (kind) =>
        [
          kind,
          tasks.filter(({ billing }) => billing === kind).reduce((sum, { usd }) => sum + usdToPico(usd ?? '0'), 0n),
        ] as const,
    )
    .filter(([, sum]) => sum !== 0n);
}

function tokens(tasks: readonly ReceiptTask[], tag: string, t: Translate): string {
  const sum = (of: (usage: Usage) => number): string =>
    formatTokens(
      tasks.reduce((all, { usage }) => all + of(usage), 0),
      tag,
    );
  return t(
    'Tokens: {0} in, {1} cache read, {2} cache write, {3} out',
    sum((u) => u.uncachedInput + u.inputAudio),
    sum((u) => u.cacheRead),
    sum(cacheWrites),
    sum((u) => u.output),
  );
}

function table(
  name: string,
  groups: readonly ReceiptGroup[],
  money: (usd: string, billing: Billing) => string,
): readonly string[] {
  if (groups.length === 0) return [];
  const cost = ({ total }: ReceiptGroup): string =>
    (['metered', 'plan', 'unknown'] as const)
      .map((kind) => [kind, total[`${kind}Usd`]] as const)
      .filter(([, usd]) => usd !== '0')
      .map(([kind, usd]) => money(usd, kind))
      .join(' + ') || '–';
  return [
    '',
    `| ${name} | | |`,
    '| --- | ---: | ---: |',
    ...groups.map((group) => `| ${markdownCell(group.label || '–')} | ${group.total.requests} | ${cost(group)} |`),
  ];
}

function transitions(
  tasks: readonly ReceiptTask[],
  money: (usd: string | null, billing: Billing) => string,
  t: Translate,
): readonly string[] {
  const all = tasks.flatMap((task) =>
    task.transitions.map((one) => `${markdownCell(one.from)} → ${markdownCell(one.to)} ${money(one.usd, task.billing)}`),
  );
  return all.length > 0 ? ['', `${t('Mode changes')}: ${all.join(' · ')}`] : [];
}
