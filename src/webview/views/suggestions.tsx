import { picoToUsd, usdToPico } from '../../core/money.ts';
import type { Suggestion } from '../../protocol/state.ts';
import { usePage } from '../context.ts';
import { alignDecimals } from '../decimals.ts';

interface Props {
  readonly suggestions: readonly Suggestion[];
}

/** What could have cost less for the same tokens. Shown only where there is something to show. */
export function Suggestions({ suggestions }: Props) {
  const { text } = usePage();
  if (suggestions.length === 0) return null;
  return (
    <section class="suggestions" aria-labelledby="suggestions">
      <h2 id="suggestions">{text.t('suggestion.title')}</h2>
      <table>
        <caption class="sr-only">{text.t('suggestion.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{text.t('suggestion.what')}</th>
            <th scope="col" class="number">
              {text.t('suggestion.now')}
            </th>
            <th scope="col" class="number">
              {text.t('suggestion.would')}
            </th>
            <th scope="col" class="number">
              {text.t('suggestion.less')}
            </th>
          </tr>
        </thead>
        <tbody>
          <Rows suggestions={suggestions} />
        </tbody>
      </table>
      <p class="hint">{text.t('suggestion.note')}</p>
    </section>
  );
}

function Rows({ suggestions }: Props) {
  const { text } = usePage();
  const column = (usdOf: (suggestion: Suggestion) => string): readonly string[] =>
    alignDecimals(suggestions.map((suggestion) => text.cost({ usd: usdOf(suggestion), billing: suggestion.billing })));
  const spent = column((suggestion) => suggestion.spentUsd);
  const would = column((suggestion) => suggestion.wouldUsd);
  const less = column(({ spentUsd, wouldUsd }) => picoToUsd(usdToPico(spentUsd) - usdToPico(wouldUsd)));
  return suggestions.map(({ id, what, requests, from, to }, index) => (
    <tr key={id}>
      <th scope="row">
        {what} <span class="hint">{text.count('task.requests', requests)}</span>
        <span class="hint model line">{text.t('suggestion.fromTo', { from, to })}</span>
      </th>
      <td class="number">{spent[index]}</td>
      <td class="number">{would[index]}</td>
      <td class="number">
        <b>{less[index]}</b>
      </td>
    </tr>
  ));
}
