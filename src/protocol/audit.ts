import * as z from 'zod';
import { budgetSchema } from './budget.ts';
import { usdSchema } from './rows.ts';

/** One line of the audit trail, `GET /api/audit`, newest first. */
export const auditEntrySchema = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  what: z.enum(['stopped', 'resumed', 'let run', 'budget', 'runaway']),
  /** `budget` and `runaway`: the meter did it, as the user had told it to. */
  by: z.enum(['user', 'budget', 'runaway']),
  task: z.string().optional(),
  /** What the task tree had cost by then. */
  spentUsd: usdSchema.optional(),
  /** In words: what was reached. */
  limit: z.string().optional(),
  budget: budgetSchema.optional(),
  /** What the person wrote who did it, or the evidence. */
  reason: z.string().optional(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
