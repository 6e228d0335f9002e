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
    /** `settings`: the user's too, written down there. A workspace's budget holds beside the user's own and never in their place. */
    from: z.enum(['user', 'settings', 'workspace']).optional(),
  })
  .refine(({ usd, tokens }) => (usd === undefined) !== (tokens === undefined), { error: 'one of usd and tokens' });
export type Budget = z.infer<typeof budgetSchema>;

/** `PUT /api/budgets/all`: these take the place of all of that origin (of that workspace, for a workspace's). */
export const budgetListSchema = z
  .object({
    from: z.enum(['settings', 'workspace']),
    workspace: z.string().min(1).optional(),
    budgets: z.array(budgetSchema).max(200),
  })
  .refine(({ from, workspace }) => (from === 'workspace') === (workspace !== undefined), {
    error: 'a workspace, and only that, names its folder',
  });
export type BudgetList = z.infer<typeof budgetListSchema>;

/** `GET /api/tasks/<id>/limits`: every limit a task falls under, and how it stands. */
export const limitRowSchema = z.object({
  scope: z.enum(['request', 'run', 'task', 'day', 'month']),
  /** What `spent` and `limit` are: USD, or a number of tokens. */
  unit: z.enum(['usd', 'tokens']),
  spent: usdSchema,
  limit: usdSchema,
  budget: budgetSchema,
});
export type LimitRow = z.infer<typeof limitRowSchema>;
