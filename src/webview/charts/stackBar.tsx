import type { UsageRow } from '../../protocol/rows.ts';
import { usePage } from '../context.ts';
import { stack, type tokenClasses, tokenParts } from '../tokenParts.ts';

/** One usage as a horizontal bar; `whole` tokens fill it. A picture only: the numbers stand beside it as text. */
export function StackBar({ usage, whole }: { readonly usage: UsageRow; readonly whole: number }) {
  const segments = stack(tokenParts(usage), whole, 1000, 8);
  return (
    <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="bar-track" x="0" y="0" width="1000" height="10" />
      {segments.map((segment) => (
        <rect
          key={segment.kind}
          class={`token-${segment.kind}`}
          x={segment.from}
          y="0"
          width={Math.max(0, segment.size - 2)}
          height="10"
        />
      ))}
    </svg>
  );
}

/** The same usage in words, with the swatches that explain the bar. */
export function TokenLegend({ usage }: { readonly usage: UsageRow }) {
  const { text } = usePage();
  return (
    <ul class="legend">
      {tokenParts(usage)
        .filter((part) => part.tokens > 0)
        .map((part) => (
          <li key={part.kind}>
            <Swatch kind={part.kind} />
            {text.t(`token.${part.kind}`)} <b>{text.tokens(part.tokens)}</b>
          </li>
        ))}
    </ul>
  );
}

function Swatch({ kind }: { readonly kind: (typeof tokenClasses)[number] }) {
  return (
    <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
      <rect class={`token-${kind}`} x="0.5" y="0.5" width="9" height="9" />
    </svg>
  );
}

/** Hatchings, once in the document: reasoning and cache writes are told apart without colour too. */
export function Hatchings() {
  return (
    <svg class="hatchings" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        {(['cacheWrite', 'reasoning'] as const).map((kind) => (
          <pattern
            key={kind}
            id={`hatch-${kind}`}
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class={`hatch-${kind}-ground`} width="5" height="5" />
            <rect class={`hatch-${kind}-line`} width="2.5" height="5" />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}
