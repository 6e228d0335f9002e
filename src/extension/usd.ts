import { picoToUsd, usdToPico } from '../core/money.ts';

/** A number of USD as a setting holds it → decimal string; `undefined` for what is no amount. */
export function usdOfNumber(value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  // Tiny and huge numbers print with an exponent.
  return picoToUsd(usdToPico(value.toFixed(6)));
}

/** What a person types: `5`, `$2.50`, `2,5`, `0.05 USD` → decimal string; `undefined` for what is no amount or too large. */
export function usdTyped(text: string): string | undefined {
  const plain = text
    .trim()
    .replace(/^(US)?\$\s*/i, '')
    .replace(/\s*(USD|\$)$/i, '')
    .replace(/^(\d*),(\d{1,2})$/, '$1.$2');
  const match = /^(\d{0,9})(?:\.(\d{1,6}))?$/.exec(plain);
  if (!match || plain === '') return undefined;
  const [, whole = '', fraction] = match;
  return picoToUsd(usdToPico(`${whole || '0'}${fraction ? `.${fraction}` : ''}`));
}

/** Twice the amount: what a raised budget begins with. */
export function doubled(usd: string): string {
  return picoToUsd(usdToPico(usd) * 2n);
}
