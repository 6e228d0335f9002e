import * as z from 'zod';

/**
 * Ways to stop a task, the gentlest first. `gateway`: what streams is cut, what comes is refused. `cancel`: its own extension is told.
 * `interrupt`: Ctrl+C in the terminal it runs in.
 */
export const stopWays = ['gateway', 'cancel', 'interrupt'] as const;
export const stopWaySchema = z.enum(stopWays);
export type StopWay = z.infer<typeof stopWaySchema>;
/** Ways that only a window has. */
export const windowWays = ['cancel', 'interrupt'] as const;
export const windowWaySchema = z.enum(windowWays);
export type WindowWay = z.infer<typeof windowWaySchema>;

/** How a stop stands. A stop is `stopped` only when its task tree has spent nothing for as long as one of its turns takes. */
export const stopRowSchema = z.object({
  /** The root of the tree. */
  task: z.string(),
  agent: z.string(),
  /** `spending`: it was told to stop and has sent again. */
  state: z.enum(['stopping', 'stopped', 'spending']),
  /** The strongest way that was used; null when none could be. */
  way: stopWaySchema.nullable(),
  /** What windows are to try now; the one that has the task answers with `POST /api/tasks/<id>/stop-way`. */
  asked: windowWaySchema.nullable(),
  /** What could be tried next, where there is something. */
  next: windowWaySchema.nullable(),
  /** Requests that were refused since. */
  refused: z.number(),
  /** Requests that were paid for since, beside those that were on their way. */
  paid: z.number(),
  /** Milliseconds since the epoch. */
  since: z.number(),
});
export type StopRow = z.infer<typeof stopRowSchema>;

/** `POST /api/tasks/<id>/stop-way`: a window has tried what was asked; `taken`: the agent was told. */
export const stopWayAnswerSchema = z.object({ way: windowWaySchema, taken: z.boolean() });
