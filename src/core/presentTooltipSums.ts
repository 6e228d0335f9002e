import { formatShare, formatUsd } from './format.ts';
import { usdToPico } from './money.ts';
import type { ShownAmounts, ShownState, ShownSuggestion } from './presentState.ts';
import {
  agentName,
  type Money,
  markdownCode,
  markdownText,
  moneyDetail,
  moneyOfTask,
  moneyOfTotal,
  moneyText,
  noMoney,
  type Reader,
} from './presentText.ts';
import { promptTokens } from './usage.ts';

/** Today, the last seven days and the month, and what is worth knowing about the week. */
export function sums(state: ShownState, reader: Reader): readonly (readonly string[])[] {
  const { t, locale } = reader;
  const line = (name: string, total: ShownState['today']): string => `${name}: **${moneyDetail(moneyOfTotal(total), reader)}**`;
  const { week } = state;
  const totals = [line(t('Today'), state.today), line(t('Last 7 days'), week.total), line(t('This month'), state.month)];
  if (someUnknown(state)) totals.push(t('Nobody has said yet whether a subscription covers part of this.'));
  const projected = amountsMoney(state.pace.monthEnd);
  if (projected.metered + projected.plan + projected.unknown > 0n)
    totals.push(
      t('Month at this pace: {0}, a year: {1}', moneyText(projected, reader), moneyText(amountsMoney(state.pace.year), reader)),
    );
  const worth: string[] = [];
  if (week.dearestTask) {
    const { agent, mode } = week.dearestTask;
    const money = moneyText(moneyOfTask(week.dearestTask), reader);
    worth.push(
      t(
        'Most expensive task of 7 days: {0}',
        [`**${money}**`, markdownText(agentName(agent, t)), markdownText(mode)].filter((part) => part !== '').join(' · '),
      ),
    );
  }
  const prompt = promptTokens(week.total.usage);
  if (week.resentTokens > 0 && prompt > 0) {
    const share = formatShare(Math.min(1, week.resentTokens / prompt), locale);
    worth.push(
      t('{0} of what was sent in 7 days was history sent again: {1}', `**${share}**`, formatUsd(week.resentUsd, locale)),
    );
  }
  return [totals, worth];
}

/** Whether money is shown of which nobody has said if a subscription covers it. */
export function someUnknown({ today, week }: ShownState): boolean {
  return today.unknownUsd !== '0' || week.total.unknownUsd !== '0';
}

function amountsMoney({ meteredUsd, planUsd, unknownUsd }: ShownAmounts): Money {
  return { ...noMoney, metered: usdToPico(meteredUsd), plan: usdToPico(planUsd), unknown: usdToPico(unknownUsd) };
}

/** One line: what money went to, and what the same tokens would have cost elsewhere. */
export function suggestionLine(suggestion: ShownSuggestion, { t, locale }: Reader): string {
  const plan = suggestion.billing === 'plan' ? '≈' : '';
  if (suggestion.advice && suggestion.advice.wouldLowUsd !== suggestion.advice.wouldHighUsd)
    return t(
      'Cheaper: {0} on {1} cost {2}; the same work on {3} an estimated {4} to {5}',
      kindWord(suggestion.what, t),
      markdownCode(suggestion.from),
      plan + formatUsd(suggestion.spentUsd, locale),
      markdownCode(suggestion.to),
      plan + formatUsd(suggestion.advice.wouldLowUsd, locale),
      plan + formatUsd(suggestion.advice.wouldHighUsd, locale),
    );
  return t(
    'Cheaper: {0} on {1} cost {2}; the same tokens on {3} {4}',
    kindWord(suggestion.what, t),
    markdownCode(suggestion.from),
    plan + formatUsd(suggestion.spentUsd, locale),
    markdownCode(suggestion.to),
    plan + formatUsd(suggestion.wouldUsd, locale),
  );
}

/** The kinds of requests are our words; a mode is the agent's own and stays as it is. */
function kindWord(what: string, t: Reader['t']): string {
  switch (what) {
    case 'title':
      return t('titles');
    case 'summary':
      return t('summaries');
    case 'commit message':
      return t('commit messages');
    case 'classification':
      return t('classification');
    default:
      return markdownText(what);
  }
}
