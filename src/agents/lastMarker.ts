import { saidTexts } from './requestBody.ts';

/** A text by which an agent tells in its prompt what it acts as. `name` may take it from the match. */
export interface ModeMarker {
  readonly pattern: RegExp;
  readonly name: string | ((match: RegExpExecArray) => string);
}

/**
 * The mode named by the last marker in what was said to the model (tool results do not count: they may quote a marker).
 * Patterns need the `g` flag.
 */
export function lastMarkedMode(body: unknown, markers: readonly ModeMarker[]): string | undefined {
  for (const text of saidTexts(body)) {
    let last: { readonly index: number; readonly name: string } | undefined;
    for (const { pattern, name } of markers) {
      for (const match of text.matchAll(pattern)) {
        if (!last || match.index >= last.index)
          last = { index: match.index, name: typeof name === 'string' ? name : name(match) };
      }
    }
    if (last) return last.name;
  }
  return undefined;
}
