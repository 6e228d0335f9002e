import * as z from 'zod';

/** What is put into an agent's own settings: its OpenTelemetry is sent to the meter, or its hooks, or a server plugin, ask whether their task is stopped. */
export const connectionKinds = ['telemetry', 'hooks', 'plugin'] as const;
export const connectionKindSchema = z.enum(connectionKinds);
export type ConnectionKind = z.infer<typeof connectionKindSchema>;

/** `GET /api/connections` */
export const connectionSchema = z.object({
  /** `agent/kind` */
  id: z.string(),
  agent: z.string(),
  kind: connectionKindSchema,
  isConnected: z.boolean(),
  /** The agent has left something in this home: its settings' folder is there. */
  isHere: z.boolean(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** `GET /api/connections/<id>`: what connecting would change. Nothing is written. */
export const connectionPlanSchema = z.object({
  id: z.string(),
  /** Names this very difference; connecting takes it, so that nothing is written that was not shown. */
  digest: z.string(),
  /** Empty: the settings say all of it already. `before` is null for a file that is not there. */
  files: z.array(z.object({ file: z.string(), before: z.string().nullable(), after: z.string() })),
});
export type ConnectionPlan = z.infer<typeof connectionPlanSchema>;

/** `POST /api/connections/<id>` */
export const connectSchema = z.object({ digest: z.string() });

/** `DELETE /api/connections/<id>`, and `DELETE /api/connections` for all of them. */
export const disconnectedSchema = z.object({
  /** Ids of what was taken out. */
  disconnected: z.array(z.string()),
  /** Files in which something stays, because somebody has changed it since. */
  left: z.array(z.string()),
});
export type Disconnected = z.infer<typeof disconnectedSchema>;
