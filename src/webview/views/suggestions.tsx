import { picoToUsd, usdToPico } from '../../core/money.ts';
import type { Suggestion } from '../../protocol/state.ts';
import { usePage } from '../context.ts';

/** What could have cost less for the same tokens. Shown only where there is something to show. */
export function Suggestions({ suggestions }: { readonly suggestions: readonly Suggestion[] }) {
  const { text } = usePage();
  if (suggestions.length === 0) return null;
  return (
    <section class="suggestions" aria-labelledby="suggestions">
      <h2 id="suggestions">{text.t('suggestion.title')}</h2>
      <div class="scroll">
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
            {suggestions.map((suggestion) => (
              <Row key={suggestion.id} suggestion={suggestion} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">{text.t('suggestion.note')}</p>
    </section>
  );
}

function Row({ suggestion }: { readonly suggestion: Suggestion }) {
  const { text } = usePage();
  const { billing } = suggestion;
  const less = picoToUsd(usdToPico(suggestion.spentUsd) - usdToPico(suggestion.wouldUsd));
  return (
    <tr>
      <th scope="row">
        {suggestion.what} <span class="hint">{text.count('task.requests', suggestion.requests)}</span>
      </th>
      <td class="number">
        {text.cost({ usd: suggestion.spentUsd, billing })} <span class="hint model">{suggestion.from}</span>
      </td>
      <td class="number">
        {text.cost({ usd: suggestion.wouldUsd, billing })} <span class="hint model">{suggestion.to}</span>
      </td>
      <td class="number">
        <b>{text.cost({ usd: less, billing })}</b>
      </td>
    </tr>
  );
}
