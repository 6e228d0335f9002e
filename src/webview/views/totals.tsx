import type { ComponentChildren } from 'preact';
import { shareOf } from '../../core/format.ts';
import { picoToUsd, usdToPico } from '../../core/money.ts';
import type { Total } from '../../protocol/state.ts';
import { usePage } from '../context.ts';
import { allTokens, plusMinusOf, sumOfTotal, weightOf } from '../sums.ts';

/** The sums of a range; real dollars, plan value and the not yet known side by side, never added. */
export function Totals({ total }: { readonly total: Total }) {
  const { text, command } = usePage();
  const sum = sumOfTotal(total);
  const off = plusMinusOf(total);
  // What has no price may be real dollars too: without any that is known, nothing would be a claim.
  const metered =
    sum.metered !== 0n || sum.unpricedTokens === 0
      ? text.usd(total.meteredUsd)
      : weightOf(sum) === 0n
        ? text.t('money.unpriced')
        : '–';
  const estimated = shareOf(usdToPico(total.estimatedUsd), weightOf(sum));
  return (
    <dl class="totals" aria-label={text.t('where.total')}>
      <Figure name={text.t('where.metered')} value={metered} hint="" />
      {sum.plan > 0n && (
        <Figure
          name={text.t('where.plan')}
          value={text.cost({ usd: total.planUsd, billing: 'plan' })}
          hint={text.t('where.planHint')}
        />
      )}
      {sum.unknown > 0n && (
        <Figure name={text.t('where.unknown')} value={text.usd(total.unknownUsd)} hint={text.t('where.unknownHint')}>
          <SayWhoPays />
        </Figure>
      )}
      <Figure
        name={text.t('where.tokens')}
        value={text.tokens(allTokens(total.usage))}
        hint={text.count('where.requests', total.requests)}
      />
      <Figure
        name={text.t('where.estimated')}
        value={text.share(estimated)}
        hint={off === 0n ? text.t('where.estimatedHint') : text.t('money.plusMinus', { money: text.usd(picoToUsd(off)) })}
      />
      {total.unpricedTokens > 0 && (
        <Figure
          name={text.t('where.unpriced')}
          value={text.t('where.unpricedValue', { tokens: text.tokens(total.unpricedTokens) })}
          hint={text.t('where.unpricedHint')}
        >
          <button type="button" class="secondary" onClick={() => command('givePrice')}>
            {text.t('where.givePrice')}
          </button>
        </Figure>
      )}
    </dl>
  );
}

/** Asks who pays for which agent: until it is said, its money is neither real dollars nor plan value. */
export function SayWhoPays() {
  const { text, command } = usePage();
  return (
    <button type="button" class="secondary" onClick={() => command('setBilling')}>
      {text.t('where.sayWhoPays')}
    </button>
  );
}

function Figure({
  name,
  value,
  hint,
  children,
}: {
  readonly name: string;
  readonly value: string;
  readonly hint: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        <span class="value">{value}</span>
        {hint && <span class="hint">{hint}</span>}
        {children}
      </dd>
    </div>
  );
}
