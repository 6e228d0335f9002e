import type { UsageRow } from '../../protocol/rows.ts';
import { usePage } from '../context.ts';
import { stack, type tokenClasses, tokenParts } from '../tokenParts.ts';

interface Props {
  readonly usage: UsageRow;
  readonly whole: number;
  /** Prompt tokens of a request that is still in flight, drawn as an outline until its usage is known. */
  readonly pending?: number;
}

/** One usage as a horizontal bar; `whole` tokens fill it. A picture only: the numbers stand beside it as text. */
export function StackBar({ usage, whole, pending = 0 }: Props) {
  const segments = stack(tokenParts(usage), whole, 100, 0.8);
  return (
    <svg class="bar" aria-hidden="true" focusable="false">
      <rect class="bar-track" width="100%" height="100%" />
      {segments.map((segment) => (
        <g key={segment.kind}>
          <rect class={`token-${segment.kind}`} x={`${segment.from}%`} width={`${segment.size}%`} height="100%" />
          <rect class="bar-gap" x={`${segment.from + segment.size}%`} width="1" height="100%" />
        </g>
      ))}
      {segments.length === 0 && pending > 0 && (
        <rect class="pending" x="0.5" y="0.5" width={`${Math.min(1, pending / whole) * 99}%`} height="7" />
      )}
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

/** Hatchings, once in the document: reasoning, cache writes and system prompts are told apart without colour too. */
export function Hatchings() {
  return (
    <svg class="hatchings" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        {(['cacheWrite', 'reasoning', 'system'] as const).map((kind) => (
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
