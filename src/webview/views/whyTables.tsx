import { shareOf } from '../../core/format.ts';
import type { Why } from '../../protocol/views.ts';
import { useExport, usePage } from '../context.ts';
import { moneyNames } from '../exportNames.ts';
import { type FactorRow, factorRows, timesText } from '../factors.ts';
import { largestWeight, sumOfMoney, weightOf } from '../sums.ts';
import { exactMoney, moneyText } from './moneyText.ts';
import { type PlainColumn, PlainTable } from './plainTable.tsx';

/** The bill as turns × context × price, beside as many days before. */
export function FactorTable({ why }: { readonly why: Why }) {
  const { text } = usePage();
  const rows = factorRows(why.now, why.before);
  // A task has no days before it.
  const compares = why.query.range !== 'task';
  const caption = text.t('why.factors');
  useExport('factors', () => ({
    caption,
    columns: [text.t('why.factor'), text.t('why.now'), ...(compares ? [text.t('why.before'), text.t('why.change')] : [])],
    rows: rows.map((row) => [row.id, row.now, ...(compares ? [row.before, row.times] : [])]),
  }));
  const shown = (value: string | number | null): string => {
    if (value === null) return '–';
    return typeof value === 'string' ? text.usd(value) : text.tokens(value);
  };
  const times = (value: number | null): string =>
    value === null ? '–' : text.t('why.times', { factor: timesText(value, text.locale) });
  return (
    <section aria-labelledby="factors">
      <h2 id="factors">{caption}</h2>
      <p class="hint">
        {text.t('why.factorsHint')} {compares && text.t('why.factorsBefore')}
      </p>
      <PlainTable
        caption={caption}
        headed
        rows={rows}
        rowKey={(row) => row.id}
        rowClass={(row) => (row.id === 'bill' ? 'sum' : undefined)}
        columns={[
          { label: text.t('why.factor'), cell: (row) => text.t(`why.${row.id}`) },
          { label: text.t('why.now'), numeric: true, cell: (row) => shown(row.now) },
          ...(compares
            ? ([
                { label: text.t('why.before'), numeric: true, cell: (row) => shown(row.before) },
                { label: text.t('why.change'), numeric: true, cell: (row) => times(row.times) },
              ] satisfies PlainColumn<FactorRow>[])
            : []),
        ]}
      />
      {compares && !why.before && <p class="hint">{text.t('why.noBefore')}</p>}
      {why.resent.tokens > 0 && (
        <p>
          {text.t('why.resent', {
            share: text.share(Math.min(1, why.resent.tokens / Math.max(1, why.cache.prompt))),
            money: text.usd(why.resent.usd),
            tokens: text.tokens(why.resent.tokens),
          })}
        </p>
      )}
    </section>
  );
}

/** The cost by class of token, as bars with their figures. */
export function Classes({ why }: { readonly why: Why }) {
  const { text } = usePage();
  const caption = text.t('why.classes');
  const most = largestWeight(why.classes.map(sumOfMoney));
  useExport('classes', () => ({
    caption,
    columns: [text.t('why.class'), text.t('column.tokens'), ...moneyNames(text)],
    rows: why.classes.map((row) => [row.kind, row.tokens, row.meteredUsd, row.planUsd, row.unknownUsd]),
  }));
  return (
    <section aria-labelledby="classes">
      <h2 id="classes">{caption}</h2>
      <p class="hint">{text.t('why.classesHint')}</p>
      <PlainTable
        caption={caption}
        headed
        rows={why.classes}
        rowKey={(row) => row.kind}
        columns={[
          { label: text.t('why.class'), cell: (row) => text.t(`token.${row.kind}`) },
          { label: text.t('column.tokens'), numeric: true, cell: (row) => text.tokens(row.tokens) },
          { label: text.t('column.metered'), numeric: true, cell: (row) => moneyText(text, row) },
          {
            label: text.t('column.share'),
            medium: true,
            cell: (row) => (
              <svg class="bar" aria-hidden="true" focusable="false">
                <rect class="bar-track" width="100%" height="100%" />
                <rect class={`token-${row.kind}`} width={`${shareOf(weightOf(sumOfMoney(row)), most) * 100}%`} height="100%" />
              </svg>
            ),
          },
        ]}
      />
    </section>
  );
}

/** How much of the prompts the cache held, and each cause of its loss. */
export function CacheBreaks({ why: { cache, breaks } }: { readonly why: Why }) {
  const { text } = usePage();
  const caption = text.t('why.breaks');
  useExport('breaks', () => ({
    caption,
    columns: [
      text.t('why.cause'),
      text.t('column.times'),
      text.t('why.lost'),
      ...moneyNames(text),
      text.t('column.unpricedTimes'),
    ],
    rows: breaks.map((row) => [row.cause, row.count, row.tokens, ...exactMoney(row, row.unpriced), row.unpriced]),
  }));
  return (
    <section aria-labelledby="cache">
      <h2 id="cache">{text.t('why.cache')}</h2>
      <p>{text.t('why.hitRate', { share: text.share(cache.read / Math.max(1, cache.prompt)) })}</p>
      {breaks.length === 0 ? (
        <p class="hint">{text.t('why.breaksNone')}</p>
      ) : (
        <PlainTable
          caption={caption}
          rows={breaks}
          rowKey={(row) => row.cause}
          columns={[
            { label: text.t('why.cause'), cell: (row) => text.t(`cause.${row.cause}`) },
            { label: text.t('column.times'), numeric: true, cell: (row) => text.number(row.count) },
            { label: text.t('why.lost'), numeric: true, medium: true, cell: (row) => text.tokens(row.tokens) },
            { label: text.t('column.metered'), numeric: true, cell: (row) => moneyText(text, row, row.unpriced) },
          ]}
        />
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
    columns: [text.t('why.outcome'), text.t('column.requests'), ...moneyNames(text)],
    rows: failed.map((row) => [row.outcome, row.count, row.meteredUsd, row.planUsd, row.unknownUsd]),
  }));
  return (
    <section aria-labelledby="failed">
      <h2 id="failed">{caption}</h2>
      {failed.length === 0 ? (
        <p class="hint">{text.t('why.failedNone')}</p>
      ) : (
        <PlainTable
          caption={caption}
          headed
          rows={failed}
          rowKey={(row) => row.outcome}
          columns={[
            {
              label: text.t('why.outcome'),
              cell: (row) => text.t(row.outcome === 'error' ? 'outcome.failed' : 'outcome.cutByYou'),
            },
            { label: text.t('column.requests'), numeric: true, cell: (row) => text.number(row.count) },
            { label: text.t('column.metered'), numeric: true, cell: (row) => moneyText(text, row) },
          ]}
        />
      )}
    </section>
  );
}
