import { useState } from 'preact/hooks';
import { promptTokens } from '../../core/usage.ts';
import type { RequestRow } from '../../protocol/rows.ts';
import { StackBar } from '../charts/stackBar.tsx';
import { usePage } from '../context.ts';
import { allTokens } from '../sums.ts';
import { pageOf } from '../tables.ts';
import { tokenParts } from '../tokenParts.ts';
import { Pager } from './pager.tsx';
import { ModeBadge } from './taskBits.tsx';

const rowsPerPage = 50;

/** A task's requests, newest first, a page at a time. */
export function RequestsTable({ requests, now }: { readonly requests: readonly RequestRow[]; readonly now: number }) {
  const { text } = usePage();
  const [wanted, setWanted] = useState(0);
  if (requests.length === 0) return <p class="hint">{text.t('requests.none')}</p>;
  const page = pageOf(
    [...requests].sort((a, b) => b.at - a.at),
    wanted,
    rowsPerPage,
  );
  const most = Math.max(1, ...requests.map((request) => allTokens(request.usage) || request.promptTokens));
  return (
    <div class="requests">
      <div class="scroll">
        <table>
          <caption>{text.t('requests.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{text.t('requests.time')}</th>
              <th scope="col">{text.t('requests.mode')}</th>
              <th scope="col">{text.t('requests.model')}</th>
              <th scope="col" class="wide">
                {text.t('requests.tokens')}
              </th>
              <th scope="col" class="number medium">
                {text.t('requests.prompt')}
              </th>
              <th scope="col" class="number medium">
                {text.t('requests.answer')}
              </th>
              <th scope="col" class="number">
                {text.t('requests.cost')}
              </th>
            </tr>
          </thead>
          <tbody>
            {page.rows.map((request) => (
              <Row key={request.id} request={request} most={most} now={now} />
            ))}
          </tbody>
        </table>
      </div>
      <Pager page={page} onPage={setWanted} />
    </div>
  );
}

function Row({ request, most, now }: { readonly request: RequestRow; readonly most: number; readonly now: number }) {
  const { text } = usePage();
  const prompt = promptTokens(request.usage) || request.promptTokens;
  return (
    <tr class={`outcome-${request.outcome}`}>
      <th scope="row" class="time">
        {text.time(request.at, now)}
        {request.outcome !== 'ok' && <span class={`tag tag-${request.outcome}`}>{text.t(`outcome.${request.outcome}`)}</span>}
      </th>
      <td>
        <ModeBadge mode={request.mode} kind={request.modeKind} />
        {request.kind !== 'work' && <span class="hint"> {request.kind}</span>}
      </td>
      <td class="model">{request.model}</td>
      <td class="wide">
        <StackBar usage={request.usage} whole={most} />
        <span class="sr-only">
          {tokenParts(request.usage)
            .filter((part) => part.tokens > 0)
            .map((part) => `${text.t(`token.${part.kind}`)} ${text.tokens(part.tokens)}`)
            .join(', ')}
        </span>
      </td>
      <td class="number medium">{text.tokens(prompt)}</td>
      <td class="number medium">{text.tokens(request.usage.output)}</td>
      <td class="number">
        <RequestCost request={request} />
      </td>
    </tr>
  );
}

function RequestCost({ request }: { readonly request: RequestRow }) {
  const { text } = usePage();
  if (request.outcome === 'running') {
    return (
      <span class="hint">
        {text.t('money.expected', { expected: text.usd(request.expectedUsd), worst: text.usd(request.worstUsd) })}
      </span>
    );
  }
  return (
    <>
      {text.cost(request)}
      {request.basis === 'estimated' && <span class="hint"> {text.t('money.estimated')}</span>}
    </>
  );
}
