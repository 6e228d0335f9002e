import { onlyText } from '../core/budget.ts';
import { type Budget, budgetSchema } from '../protocol/budget.ts';

/** The list of budgets in the settings with a new amount for one of them: every other entry stays as it was written. */
export function withAmount(
  entries: readonly unknown[],
  budget: Budget,
  amount: { readonly usd: string } | { readonly tokens: number },
): readonly unknown[] {
  return entries.map((entry) => {
    const read = budgetSchema.safeParse(entry);
    return read.success && isSame(read.data, budget) ? { ...(entry as object), ...amount } : entry;
  });
}

function isSame(a: Budget, b: Budget): boolean {
  return (
    a.scope === b.scope && onlyText(a.only ?? {}) === onlyText(b.only ?? {}) && (a.usd === undefined) === (b.usd === undefined)
  );
}
