import { useState } from 'preact/hooks';
import { promptTokens } from '../../core/usage.ts';
import type { RequestRow } from '../../protocol/rows.ts';
import { StackBar } from '../charts/stackBar.tsx';
import { usePage } from '../context.ts';
import { allTokens } from '../sums.ts';
import { pageOf } from '../tables.ts';
import { tokenParts } from '../tokenParts.ts';
import { Pager } from './pager.tsx';
import { ModeBadge, Parts } from './taskBits.tsx';

const rowsPerPage = 50;

interface Props {
  readonly requests: readonly RequestRow[];
  /** How many there are, where only the newest are here. */
  readonly all?: number;
  readonly now: number;
  /** Loads older ones. */
  readonly onMore?: (() => void) | undefined;
  /** Only this many of the newest, with a way to the others. */
  readonly first?: { readonly count: number; readonly onAll: () => void };
}

/** A task's requests, newest first: a page at a time, or the first few. */
export function RequestsTable({ requests, all = requests.length, now, first, onMore }: Props) {
  const { text } = usePage();
  const [wanted, setWanted] = useState(0);
  if (requests.length === 0) return <p class="hint">{text.t('requests.none')}</p>;
  const newest = [...requests].sort((a, b) => b.at - a.at);
  const loaded = first ? pageOf(newest, 0, first.count) : pageOf(newest, wanted, rowsPerPage);
  const page = onMore ? { ...loaded, all, pages: loaded.pages + 1 } : loaded;
  const turn = (to: number): void => {
    setWanted(to);
    if (to >= loaded.pages) onMore?.();
  };
  const most = newest.reduce((top, request) => Math.max(top, allTokens(request.usage) || request.promptTokens), 1);
  const costs = text.align(page.rows.map((request) => text.cost(request)));
  return (
    <div class="requests">
      <table>
        <caption>{text.t('requests.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{text.t('requests.time')}</th>
            <th scope="col" class="mode-column">
              {text.t('requests.mode')}
            </th>
            <th scope="col" class="model-column medium">
              {text.t('requests.model')}
            </th>
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
          {page.rows.map((request, index) => (
            <Row key={request.id} request={request} most={most} now={now} cost={costs[index] ?? ''} />
          ))}
        </tbody>
      </table>
      {!first && <Pager page={page} onPage={turn} />}
      {first && all > first.count && (
        <button type="button" class="link all-requests" onClick={first.onAll}>
          {text.t('requests.all', { all: text.number(all) })}
        </button>
      )}
    </div>
  );
}

interface RowProps {
  readonly request: RequestRow;
  readonly most: number;
  readonly now: number;
  readonly cost: string;
}

function Row({ request, most, now, cost }: RowProps) {
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
        {request.kind !== 'work' && <span class="hint kind">{text.kind(request.kind)}</span>}
        <span class="hint model narrow">{request.model}</span>
      </td>
      <td class="model medium">{request.model}</td>
      <td class="wide">
        <StackBar usage={request.usage} whole={most} pending={request.outcome === 'running' ? request.promptTokens : 0} />
        <span class="sr-only">
          {tokenParts(request.usage)
            .filter((part) => part.tokens > 0)
            .map((part) => `${text.t(`token.${part.kind}`)} ${text.tokens(part.tokens)}`)
            .join(', ')}
        </span>
      </td>
      <td class="number medium">{text.tokens(prompt)}</td>
      <td class="number medium">{request.usage.output > 0 ? text.tokens(request.usage.output) : <span class="hint">–</span>}</td>
      <td class="number">
        <RequestCost request={request} cost={cost} />
      </td>
    </tr>
  );
}

/** What it cost; in flight what it is expected to, and at most can; on our own counts it says so. */
function RequestCost({ request, cost }: { readonly request: RequestRow; readonly cost: string }) {
  const { text } = usePage();
  const credits = text.credits(request.usd, request.provider);
  if (request.outcome === 'running') {
    return (
      <>
        {request.usd !== null && cost}
        <Parts
          parts={[
            text.t('money.expected', { money: text.usd(request.expectedUsd) }),
            text.t('money.atMost', { money: text.usd(request.worstUsd) }),
          ]}
        />
      </>
    );
  }
  return (
    <>
      {request.basis === 'estimated' && <span class="hint">{text.t('money.estimated')} </span>}
      <span class={request.usd === null ? 'unpriced' : undefined}>{cost}</span>
      {credits && <span class="hint"> {credits}</span>}
      {request.plusMinusUsd && <span class="hint"> {text.t('money.plusMinus', { money: text.usd(request.plusMinusUsd) })}</span>}
    </>
  );
}
