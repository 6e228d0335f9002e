import { shareOf } from '../../core/format.ts';
import type { Why } from '../../protocol/views.ts';
import { useExport, usePage } from '../context.ts';
import { largestWeight, sumOfMoney, weightOf } from '../sums.ts';
import { moneyText } from './moneyText.ts';

/** The cost by class of token, as bars with their figures. */
export function Classes({ why }: { readonly why: Why }) {
  const { text } = usePage();
  const caption = text.t('why.classes');
  const most = largestWeight(why.classes.map(sumOfMoney));
  useExport('classes', () => ({
    caption,
    columns: ['class', 'tokens', 'metered USD', 'plan USD', 'unknown USD'],
    rows: why.classes.map((row) => [row.kind, row.tokens, row.meteredUsd, row.planUsd, row.unknownUsd]),
  }));
  return (
    <section aria-labelledby="classes">
      <h2 id="classes">{caption}</h2>
      <p class="hint">{text.t('why.classesHint')}</p>
      <table class="narrow-table">
        <caption class="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{text.t('why.class')}</th>
            <th scope="col" class="number">
              {text.t('column.tokens')}
            </th>
            <th scope="col" class="number">
              {text.t('column.metered')}
            </th>
            <th scope="col" class="medium column-share">
              {text.t('column.share')}
            </th>
          </tr>
        </thead>
        <tbody>
          {why.classes.map((row) => (
            <tr key={row.kind}>
              <th scope="row">{text.t(`token.${row.kind}`)}</th>
              <td class="number">{text.tokens(row.tokens)}</td>
              <td class="number">{moneyText(text, row)}</td>
              <td class="medium">
                <svg class="bar" aria-hidden="true" focusable="false">
                  <rect class="bar-track" width="100%" height="100%" />
                  <rect class={`token-${row.kind}`} width={`${shareOf(weightOf(sumOfMoney(row)), most) * 100}%`} height="100%" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** How much of the prompts the cache held, and each cause of its loss. */
export function CacheBreaks({ why: { cache, breaks } }: { readonly why: Why }) {
  const { text } = usePage();
  const caption = text.t('why.breaks');
  useExport('breaks', () => ({
    caption,
    columns: ['cause', 'times', 'tokens lost', 'metered USD', 'plan USD', 'unknown USD', 'unpriced'],
    rows: breaks.map((row) => [row.cause, row.count, row.tokens, row.meteredUsd, row.planUsd, row.unknownUsd, row.unpriced]),
  }));
  return (
    <section aria-labelledby="cache">
      <h2 id="cache">{text.t('why.cache')}</h2>
      <p>{text.t('why.hitRate', { share: text.share(cache.read / Math.max(1, cache.prompt)) })}</p>
      {breaks.length === 0 ? (
        <p class="hint">{text.t('why.breaksNone')}</p>
      ) : (
        <table class="narrow-table">
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{text.t('why.cause')}</th>
              <th scope="col" class="number">
                {text.t('column.times')}
              </th>
              <th scope="col" class="number medium">
                {text.t('why.lost')}
              </th>
              <th scope="col" class="number">
                {text.t('column.metered')}
              </th>
            </tr>
          </thead>
          <tbody>
            {breaks.map((row) => (
              <tr key={row.cause}>
                <th scope="row">{text.t(`cause.${row.cause}`)}</th>
                <td class="number">{text.number(row.count)}</td>
                <td class="number medium">{text.tokens(row.tokens)}</td>
                <td class="number">{moneyText(text, row, row.unpriced)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Requests that were paid for and brought no whole answer. */
export function Failed({ why: { failed } }: { readonly why: Why }) {
  const { text } = usePage();
  const caption = text.t('why.failed');
  useExport('failed', () => ({
    caption,
    columns: ['outcome', 'requests', 'metered USD', 'plan USD', 'unknown USD'],
    rows: failed.map((row) => [row.outcome, row.count, row.meteredUsd, row.planUsd, row.unknownUsd]),
  }));
  return (
    <section aria-labelledby="failed">
      <h2 id="failed">{caption}</h2>
      {failed.length === 0 ? (
        <p class="hint">{text.t('why.failedNone')}</p>
      ) : (
        <table class="narrow-table">
          <caption class="sr-only">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{text.t('why.outcome')}</th>
              <th scope="col" class="number">
                {text.t('column.requests')}
              </th>
              <th scope="col" class="number">
                {text.t('column.metered')}
              </th>
            </tr>
          </thead>
          <tbody>
            {failed.map((row) => (
              <tr key={row.outcome}>
                <th scope="row">{text.t(row.outcome === 'error' ? 'outcome.failed' : 'outcome.cutByYou')}</th>
                <td class="number">{text.number(row.count)}</td>
                <td class="number">{moneyText(text, row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
