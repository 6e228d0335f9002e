import * as z from 'zod';
import { modeKindSchema, usdSchema } from './rows.ts';

export const budgetActionSchema = z.enum(['warn', 'ask', 'stop']);
export type BudgetAction = z.infer<typeof budgetActionSchema>;

/**
 * `PUT /api/budgets`: a limit in USD or in tokens; `null` takes it away. Budgets of another scope, unit, narrowing or origin are others.
 */
export const budgetSchema = z
  .object({
    /** `request`, `run` and `task` are defaults for each of them; `task:<id>` is one task tree's own. */
    scope: z.union([z.enum(['request', 'run', 'task', 'day', 'month']), z.string().regex(/^task:.+/)]),
    only: z
      .strictObject({
        agent: z.string().min(1).optional(),
        mode: modeKindSchema.optional(),
        workspace: z.string().min(1).optional(),
      })
      .optional(),
    usd: usdSchema.nullable().optional(),
    tokens: z.int().nonnegative().nullable().optional(),
    action: budgetActionSchema.default('warn'),
    /** Counts the value of what a subscription covers, too. Tokens are counted whoever pays. */
    plan: z.boolean().optional(),
    /** A workspace's budget holds beside the user's own and never in their place. */
    from: z.enum(['user', 'workspace']).optional(),
  })
  .refine(({ usd, tokens }) => (usd === undefined) !== (tokens === undefined), { error: 'one of usd and tokens' });
export type Budget = z.infer<typeof budgetSchema>;
