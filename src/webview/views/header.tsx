import { runningTrees, taskTrees } from '../../core/presentTasks.ts';
import { sumMoney } from '../../core/presentText.ts';
import type { State } from '../../protocol/state.ts';
import { usePage } from '../context.ts';
import { moneyParts, type Sum, sumOfTotal } from '../sums.ts';
import { Parts, SampleTag } from './taskBits.tsx';

/** What is being spent now (the tasks and the money of the status bar), today and this month, on every tab. */
export function Header({ state }: { readonly state: State }) {
  const { text } = usePage();
  const running = runningTrees(taskTrees(state.tasks));
  return (
    <header class="page-head">
      <h1>{text.t('title')}</h1>
      <p class="guard" title={text.t(state.guard.on ? 'guard.onHint' : 'guard.offHint')}>
        <span class={state.guard.on ? 'dot dot-on' : 'dot'} aria-hidden="true" />
        {text.t(state.guard.on ? 'guard.on' : 'guard.off')}
      </p>
      <dl class="figures" aria-label={text.t('figure.list')}>
        <div class="figure">
          <dt>
            {text.t('figure.running')} {running[0]?.sample && <SampleTag />}
          </dt>
          {running.length > 0 ? (
            <Money sum={sumMoney(running.map(({ money }) => money))} note={text.count('figure.tasks', running.length)} />
          ) : (
            <dd>
              <span class="value none">–</span>
              <span class="hint">{text.t('figure.nothingRunning')}</span>
            </dd>
          )}
        </div>
        <div class="figure">
          <dt>{text.t('figure.today')}</dt>
          <Money sum={sumOfTotal(state.today)} note={text.count('task.requests', state.today.requests)} />
        </div>
        <div class="figure">
          <dt>{text.t('figure.month')}</dt>
          <Money sum={sumOfTotal(state.month)} note={text.count('task.requests', state.month.requests)} />
        </div>
      </dl>
    </header>
  );
}

/** The first kind of money large, the others as words under it. */
function Money({ sum, note }: { readonly sum: Sum; readonly note: string }) {
  const { text } = usePage();
  const [main, ...others] = moneyParts(sum);
  const nothingPriced = main?.usd === '0' && sum.unpricedTokens > 0;
  const lines = [
    note,
    main && main.kind !== 'metered' ? text.t(`money.${main.kind}`) : '',
    ...others.map((part) => `${text.cost({ usd: part.usd, billing: part.kind })} ${text.t(`money.${part.kind}`)}`),
    sum.unpricedTokens > 0 ? text.t('money.unpricedTokens', { tokens: text.tokens(sum.unpricedTokens) }) : '',
  ].filter(Boolean);
  return (
    <dd>
      <span class="value">
        {main && !nothingPriced ? text.cost({ usd: main.usd, billing: main.kind }) : text.t('money.unpriced')}
      </span>
      <Parts parts={lines} />
    </dd>
  );
}
