import { shareOf } from '../../core/format.ts';
import { usdToPico } from '../../core/money.ts';
import { sameQuery } from '../../protocol/names.ts';
import type { Why } from '../../protocol/views.ts';
import { useExport, usePage } from '../context.ts';
import { moneyNames } from '../exportNames.ts';
import { timesText } from '../factors.ts';
import { sumOfMoney } from '../sums.ts';
import { LoadingView } from './loading.tsx';
import { type Column, SortableTable } from './sortableTable.tsx';
import { Waste } from './waste.tsx';
import { CacheBreaks, Classes, FactorTable, Failed } from './whyTables.tsx';

/** What multiplied the bill of a range, and what of it could be saved. */
export function WhyView() {
  const { text, nav, model } = usePage();
  const why = model.why && sameQuery(model.why.query, nav.query) ? model.why : undefined;
  if (!why) return <LoadingView />;
  if (why.now.requests === 0) return <p class="hint">{text.t('where.empty')}</p>;
  return (
    <>
      <FactorTable why={why} />
      <Waste findings={why.waste} />
      <Classes why={why} />
      <Fixed why={why} />
      <CacheBreaks why={why} />
      <Amplified why={why} />
      <Failed why={why} />
    </>
  );
}

function Fixed({ why: { fixed } }: { readonly why: Why }) {
  const { text } = usePage();
  const { requests, systemTokens, toolTokens, promptTokens } = fixed;
  useExport('fixed', () => ({
    caption: text.t('why.fixed'),
    columns: [
      text.t('column.requests'),
      text.t('column.systemTokens'),
      text.t('column.toolTokens'),
      text.t('column.promptTokens'),
      ...moneyNames(text),
    ],
    rows:
      requests > 0 ? [[requests, systemTokens, toolTokens, promptTokens, fixed.meteredUsd, fixed.planUsd, fixed.unknownUsd]] : [],
  }));
  const each = (tokens: number): string => text.tokens(Math.round(tokens / Math.max(1, requests)));
  const parts = [
    ['system', systemTokens, 'why.fixedSystem'],
    ['tools', toolTokens, 'why.fixedTools'],
    ['rest', promptTokens - systemTokens - toolTokens, 'why.fixedRest'],
  ] as const;
  let from = 0;
  return (
    <section aria-labelledby="fixed">
      <h2 id="fixed">{text.t('why.fixed')}</h2>
      {requests === 0 ? (
        <p class="hint">{text.t('why.fixedNone')}</p>
      ) : (
        <>
          <p>
            {text.t('why.fixedShare', {
              share: text.share((systemTokens + toolTokens) / Math.max(1, promptTokens)),
              money: text.sum(sumOfMoney(fixed)),
              count: text.number(requests),
            })}
          </p>
          <svg class="bar" aria-hidden="true" focusable="false">
            <rect class="bar-track" width="100%" height="100%" />
            {parts.map(([kind, tokens]) => {
              const size = (tokens / Math.max(1, promptTokens)) * 100;
              const x = from;
              from += size;
              return <rect key={kind} class={`part-${kind}`} x={`${x}%`} width={`${size}%`} height="100%" />;
            })}
          </svg>
          <ul class="legend">
            {parts.map(([kind, tokens, name]) => (
              <li key={kind}>
                <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
                  <rect class={`part-${kind}`} x="0.5" y="0.5" width="9" height="9" />
                </svg>
                {text.t(name)} <b>{each(tokens)}</b>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

type Amplified = Why['amplified'][number];

function Amplified({ why }: { readonly why: Why }) {
  const { text, go, nav, model } = usePage();
  const factor = (row: Amplified): number => shareOf(usdToPico(row.usd), usdToPico(row.onceUsd));
  const name = (row: Amplified): string => `${text.agent(row.agent)} ${text.folder(row.workspace) ?? ''}`.trim();
  const money = (usd: string, billing: Amplified['billing']): string => text.cost({ usd, billing });
  const columns: readonly Column<Amplified>[] = [
    {
      id: 'task',
      label: text.t('column.task'),
      key: name,
      exported: (row) => row.task,
      cell: (row) => (
        <button
          type="button"
          class="link"
          title={text.t('task.only')}
          onClick={() => {
            const { from: _from, to: _to, agent: _agent, workspace: _workspace, branch: _branch, ...rest } = nav.query;
            go({ kind: 'query', query: { ...rest, range: 'task', task: row.task } });
          }}
        >
          {name(row)} <span class="place">{text.time(row.firstAt, model.state?.now ?? row.firstAt)}</span>
        </button>
      ),
    },
    {
      id: 'requests',
      label: text.t('column.requests'),
      numeric: true,
      from: 'medium',
      key: (row) => row.requests,
      cell: (row) => text.number(row.requests),
    },
    {
      id: 'cost',
      label: text.t('column.metered'),
      numeric: true,
      money: true,
      key: (row) => usdToPico(row.usd),
      cell: (row) => money(row.usd, row.billing),
    },
    {
      id: 'once',
      label: text.t('why.once'),
      numeric: true,
      money: true,
      from: 'medium',
      key: (row) => usdToPico(row.onceUsd),
      cell: (row) => money(row.onceUsd, row.billing),
    },
    {
      id: 'factor',
      label: text.t('why.factorTimes'),
      numeric: true,
      key: factor,
      cell: (row) => <b>{text.t('why.times', { factor: timesText(factor(row), text.locale) })}</b>,
    },
  ];
  return (
    <section aria-labelledby="amplified">
      <h2 id="amplified">{text.t('why.amplified')}</h2>
      <p class="hint">{text.t('why.amplifiedHint')}</p>
      {why.amplified.length === 0 ? (
        <p class="hint">{text.t('why.amplifiedNone')}</p>
      ) : (
        <SortableTable
          id="amplified"
          headed
          caption={text.t('why.amplified')}
          columns={columns}
          rows={why.amplified}
          rowKey={(row) => row.task}
          sortedBy="cost"
        />
      )}
    </section>
  );
}
