import { picoToUsd, usdToPico } from '../../core/money.ts';
import type { PolicyRow } from '../../protocol/advice.ts';
import type { Suggestion } from '../../protocol/state.ts';
import { usePage } from '../context.ts';
import { PolicyTable } from './policyTable.tsx';
import { type Advised, SuggestionCard } from './suggestionCard.tsx';

interface Props {
  readonly suggestions: readonly Suggestion[];
}

/** The open card, what the log shows besides, what was answered, and the policy. Shown only where there is something to show. */
export function Suggestions({ suggestions, policy }: Props & { readonly policy: readonly PolicyRow[] }) {
  const { text } = usePage();
  const open = suggestions.filter(isAdvised).filter(({ advice }) => advice.state === 'open');
  const answered = suggestions.filter(isAdvised).filter(({ advice: { state } }) => state !== undefined && state !== 'open');
  const rows = suggestions.filter(({ advice }) => advice?.state === undefined);
  return (
    <>
      <Cards id="suggestion" title={text.t('card.title')} cards={open} />
      {rows.length > 0 && <Rows suggestions={rows} />}
      <Cards id="answered" title={text.t('card.answered')} cards={answered} />
      <PolicyTable rows={policy} />
    </>
  );
}

function isAdvised(suggestion: Suggestion): suggestion is Advised {
  return suggestion.advice !== undefined;
}

function Cards({ id, title, cards }: { readonly id: string; readonly title: string; readonly cards: readonly Advised[] }) {
  if (cards.length === 0) return null;
  return (
    <section class="suggestions" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {cards.map((card) => (
        <SuggestionCard key={card.id} suggestion={card} />
      ))}
    </section>
  );
}

function Rows({ suggestions }: Props) {
  const { text } = usePage();
  const column = (usdOf: (suggestion: Suggestion) => string): readonly string[] =>
    text.align(suggestions.map((suggestion) => text.cost({ usd: usdOf(suggestion), billing: suggestion.billing })));
  const spent = column((suggestion) => suggestion.spentUsd);
  const would = column((suggestion) => suggestion.wouldUsd);
  const less = column(({ spentUsd, wouldUsd }) => picoToUsd(usdToPico(spentUsd) - usdToPico(wouldUsd)));
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
          {suggestions.map(({ id, what, requests, from, to, advice }, index) => (
            <tr key={id}>
              <th scope="row">
                {text.kind(what)} <span class="hint">{text.count('task.requests', requests)}</span>
                {advice && (
                  <span class="hint line">
                    {text.t(`card.rule.${advice.rule}`)} · {text.t(`card.evidence.${advice.evidence}`)}
                  </span>
                )}
                <span class="hint model line">{to === '' ? from : text.t('suggestion.fromTo', { from, to })}</span>
              </th>
              <td class="number">{spent[index]}</td>
              <td class="number">{would[index]}</td>
              <td class="number">
                <b>{less[index]}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">{text.t('suggestion.note')}</p>
    </section>
  );
}
