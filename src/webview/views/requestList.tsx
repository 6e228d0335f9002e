import { useLayoutEffect, useRef } from 'preact/hooks';
import { promptTokens } from '../../core/usage.ts';
import type { RequestRow } from '../../protocol/rows.ts';
import type { ExportedTable } from '../../protocol/webview.ts';
import { useExport, usePage } from '../context.ts';
import { inUsd } from '../exportNames.ts';
import { ShapeIcon } from '../icons.tsx';
import { listOf, sameList } from '../lists.ts';
import type { Row } from '../nav.ts';
import type { Text } from '../strings.ts';
import { Failure, Loading } from './loading.tsx';
import { RequestsTable } from './requestsTable.tsx';

/** The requests behind one row, a page at a time, with the way back. */
export function RequestList({ row, now }: { readonly row: Row; readonly now: number }) {
  const { text, model, nav, go } = usePage();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  const wanted = listOf(nav.query, row);
  const list = model.list && sameList(model.list.list, wanted) ? model.list : undefined;
  const asked = { kind: 'list', list: wanted } as const;
  const last = list?.requests.at(-1);
  const turn = (cursors: Row['cursors']): void => go({ kind: 'row', row: { ...row, cursors } });
  return (
    <section class="task-view" aria-labelledby="row-view">
      <button type="button" class="link back" onClick={() => go({ kind: 'row', row: undefined })}>
        <ShapeIcon name="back" />
        {text.t('where.rowBack')}
      </button>
      <h2 id="row-view" tabIndex={-1} ref={heading}>
        {text.t('where.rowTitle', { name: row.label })}
      </h2>
      {list ? <Listed requests={list.requests} now={now} /> : <Loading asked={asked} />}
      {list && <Failure asked={asked} />}
      {list && (row.cursors.length > 0 || list.more) && (
        <nav class="pager" aria-label={text.t('page.nav')}>
          <button
            type="button"
            class="secondary"
            disabled={row.cursors.length === 0}
            onClick={() => turn(row.cursors.slice(0, -1))}
          >
            {text.t('page.previous')}
          </button>
          <span>{text.t('where.pageOf', { page: text.number(row.cursors.length + 1) })}</span>
          <button
            type="button"
            class="secondary"
            disabled={!list.more}
            onClick={() => last && turn([...row.cursors, { at: last.at, id: last.id }])}
          >
            {text.t('page.next')}
          </button>
        </nav>
      )}
    </section>
  );
}

function Listed({ requests, now }: { readonly requests: readonly RequestRow[]; readonly now: number }) {
  const { text } = usePage();
  useExport('requests', () => requestsExport(text, requests));
  return <RequestsTable requests={requests} now={now} />;
}

/** Requests as a table of exact figures. */
export function requestsExport(text: Text, requests: readonly RequestRow[], part?: string): ExportedTable {
  const columns = [
    'requests.time',
    'column.task',
    'column.agent',
    'column.mode',
    'column.kind',
    'column.provider',
    'column.model',
    'requests.prompt',
    'token.cacheRead',
    'requests.answer',
    'requests.cost',
    'basis.basis',
    'column.billing',
    'why.outcome',
  ] as const;
  return {
    caption: [text.t('requests.caption'), ...(part === undefined ? [] : [part])].join(' · '),
    columns: columns.map((key) => (key === 'requests.cost' ? inUsd(text.t(key)) : text.t(key))),
    rows: requests.map((row) => [
      new Date(row.at).toISOString(),
      row.task,
      row.agent,
      row.mode,
      row.kind,
      row.provider,
      row.model,
      promptTokens(row.usage) || row.promptTokens,
      row.usage.cacheRead,
      row.usage.output,
      row.usd,
      row.basis,
      row.billing,
      row.outcome,
    ]),
  };
}
