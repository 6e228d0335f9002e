import type { CardState } from './adviceNames.ts';

/** Whether there is anything to take back of a suggestion: an answer, or a setting that was written for it. */
export function canUndo(
  advice: { readonly state?: CardState | undefined; readonly written?: boolean | undefined } | undefined,
): boolean {
  const { state, written } = advice ?? {};
  return written === true || state === 'applied' || state === 'notNow' || state === 'never';
}
