import { cacheWrites, type Usage } from '../core/usage.ts';

/** The classes the page draws; `output` here is without the reasoning, so that the parts are disjoint. */
export const tokenClasses = ['cacheRead', 'cacheWrite', 'uncached', 'output', 'reasoning'] as const;
export type TokenClass = (typeof tokenClasses)[number];

export interface TokenPart {
  readonly kind: TokenClass;
  readonly tokens: number;
}

/** The prompt's classes cheapest first, then the answer's. Disjoint: they add up to every token of the usage. */
export function tokenParts(usage: Usage): readonly TokenPart[] {
  return [
    { kind: 'cacheRead', tokens: usage.cacheRead },
    { kind: 'cacheWrite', tokens: cacheWrites(usage) },
    { kind: 'uncached', tokens: usage.uncachedInput + usage.inputAudio },
    { kind: 'output', tokens: Math.max(0, usage.output - usage.reasoning) },
    { kind: 'reasoning', tokens: Math.min(usage.reasoning, usage.output) },
  ];
}

export interface Segment {
  readonly kind: TokenClass;
  /** In the unit of the given length. */
  readonly from: number;
  readonly size: number;
}

/**
 * Lays parts end to end over `length` (any unit), where `whole` tokens would fill it. What is not zero is never
 * thinner than `least`, so that a small class can still be seen; the largest gives up the room.
 */
export function stack(parts: readonly TokenPart[], whole: number, length: number, least: number): readonly Segment[] {
  const shown = parts.filter((part) => part.tokens > 0);
  if (shown.length === 0 || whole <= 0) return [];
  const sizes = shown.map((part) => (part.tokens / whole) * length);
  const total = Math.min(
    length,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const raised = sizes.map((size) => Math.max(size, least));
  const excess = raised.reduce((sum, size) => sum + size, 0) - Math.max(total, least);
  const largest = raised.indexOf(Math.max(...raised));
  raised[largest] = Math.max(least, (raised[largest] ?? 0) - Math.max(0, excess));
  let from = 0;
  return shown.map((part, index) => {
    const size = raised[index] ?? 0;
    const segment = { kind: part.kind, from, size };
    from += size;
    return segment;
  });
}
