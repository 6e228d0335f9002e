import { shareOf } from '../../core/format.ts';
import { type Sum, weightOf } from '../sums.ts';

/** A row's amount against the largest row's: real dollars, plan value and the not yet known stay apart inside. */
export function ShareBar({ sum, most }: { readonly sum: Sum; readonly most: bigint }) {
  const kinds = ['metered', 'plan', 'unknown'] as const;
  let from = 0;
  return (
    <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="bar-track" x="0" y="0" width="1000" height="10" />
      {weightOf(sum) > 0n &&
        kinds.map((kind) => {
          const size = shareOf(sum[kind], most) * 1000;
          const x = from;
          from += size;
          return size > 0 && <rect key={kind} class={`money-${kind}`} x={x} y="0" width={Math.max(4, size)} height="10" />;
        })}
    </svg>
  );
}
