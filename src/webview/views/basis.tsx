import { picoToUsd } from '../../core/money.ts';
import type { Breakdown, Scan, State } from '../../protocol/state.ts';
import { useExport, usePage } from '../context.ts';
import { inUsd, moneyNames } from '../exportNames.ts';
import { queryName } from '../queryName.ts';
import { basisLines, weightOf } from '../sums.ts';
import { ScanProgress } from './scanProgress.tsx';

/** How sure each number is, which prices were used, what was read and what was skipped. */
export function Basis({ state, breakdown }: { readonly state: State; readonly breakdown: Breakdown | undefined }) {
  const { text } = usePage();
  return (
    <>
      <section class="basis" aria-labelledby="basis">
        <h2 id="basis">{text.t('basis.title')}</h2>
        {breakdown && <BasisTable breakdown={breakdown} />}
        <p class="hint">{text.t('basis.prices', { date: state.pricesAsOf })}</p>
        {text.currency && <p class="hint">{text.t('basis.currency', { ...text.currency })}</p>}
      </section>
      <ScanReport scan={state.scan} />
    </>
  );
}

function BasisTable({ breakdown }: { readonly breakdown: Breakdown }) {
  const { text } = usePage();
  const { total } = breakdown;
  const none = <span class="hint">–</span>;
  useExport('basis', () => ({
    caption: text.t('basis.caption'),
    columns: [text.t('basis.basis'), ...moneyNames(text), inUsd(text.t('basis.error')), text.t('column.unpricedTokens')],
    rows: [
      ...basisLines(total).map(({ basis, sum, plusMinus }) => [
        basis,
        picoToUsd(sum.metered),
        picoToUsd(sum.plan),
        picoToUsd(sum.unknown),
        picoToUsd(plusMinus),
        0,
      ]),
      ['unpriced', null, null, null, null, total.unpricedTokens],
    ],
  }));
  return (
    <table>
      <caption>
        {text.t('basis.caption')} · {queryName(breakdown.query, text)}
      </caption>
      <thead>
        <tr>
          <th scope="col">{text.t('basis.basis')}</th>
          <th scope="col" class="number">
            {text.t('basis.value')}
          </th>
          <th scope="col" class="number">
            {text.t('basis.error')}
          </th>
        </tr>
      </thead>
      <tbody>
        {basisLines(total).map((line) => (
          <tr key={line.basis}>
            <th scope="row">
              {text.t(`basis.${line.basis}`)} <span class="hint under">{text.t(`basis.${line.basis}Hint`)}</span>
            </th>
            <td class="number">{weightOf(line.sum) === 0n ? none : text.sum(line.sum)}</td>
            <td class="number">
              {line.plusMinus === 0n ? none : text.t('money.plusMinus', { money: text.usd(picoToUsd(line.plusMinus)) })}
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row">
            {text.t('basis.unpriced')} <span class="hint under">{text.t('basis.unpricedHint')}</span>
          </th>
          <td class="number">
            {total.unpricedTokens === 0 ? none : text.t('where.unpricedValue', { tokens: text.tokens(total.unpricedTokens) })}
          </td>
          <td class="number">{none}</td>
        </tr>
      </tbody>
    </table>
  );
}

function ScanReport({ scan }: { readonly scan: Scan }) {
  const { text, command } = usePage();
  return (
    <section aria-labelledby="scan">
      <h2 id="scan">{text.t('basis.scan')}</h2>
      <div class="stack">
        {scan.done ? <p>{text.count('basis.scanned', scan.filesDone)}</p> : <ScanProgress scan={scan} />}
        <p>
          {scan.agents.length > 0
            ? text.t('basis.agents', { agents: scan.agents.map(text.agent).join(', ') })
            : text.t('basis.noAgents')}
        </p>
        <p class="hint">{text.t('basis.sent')}</p>
        <p>
          <button type="button" class="secondary" onClick={() => command('showSources')}>
            {text.t('basis.show')}
          </button>
        </p>
      </div>
      <Skipped skipped={scan.skipped} />
    </section>
  );
}

function Skipped({ skipped }: { readonly skipped: Scan['skipped'] }) {
  const { text } = usePage();
  if (skipped.length === 0) return <p class="hint">{text.t('basis.skippedNone')}</p>;
  return (
    <table>
      <caption>{text.t('basis.skipped')}</caption>
      <thead>
        <tr>
          <th scope="col">{text.t('basis.file')}</th>
          <th scope="col">{text.t('basis.reason')}</th>
          <th scope="col" class="number">
            {text.t('basis.count')}
          </th>
        </tr>
      </thead>
      <tbody>
        {skipped.map((file) => (
          <tr key={`${file.path} ${file.reason}`}>
            <th scope="row" class="path">
              {file.path}
            </th>
            <td class="path-reason">{text.skipped(file.reason)}</td>
            <td class="number">{text.number(file.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
