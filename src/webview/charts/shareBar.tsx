import { shareOf } from '../../core/format.ts';
import { type Sum, weightOf } from '../sums.ts';

/** A row's amount against the largest row's: real dollars, plan value and the not yet known stay apart inside. */
export function ShareBar({ sum, most }: { readonly sum: Sum; readonly most: bigint }) {
  const kinds = ['metered', 'plan', 'unknown'] as const;
  let from = 0;
  return (
    <svg class="bar" aria-hidden="true" focusable="false">
      <rect class="bar-track" width="100%" height="100%" />
      {weightOf(sum) > 0n &&
        kinds.map((kind) => {
          const size = shareOf(sum[kind], most) * 100;
          const x = from;
          from += size;
          return (
            size > 0 && <rect key={kind} class={`money-${kind}`} x={`${x}%`} width={`${Math.max(0.5, size)}%`} height="100%" />
          );
        })}
    </svg>
  );
}
