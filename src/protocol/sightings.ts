import * as z from 'zod';
import { sightedAgents } from '../core/sighting.ts';
import { usageSchema } from './rows.ts';

const name = z.string().min(1).max(200);
const moment = z.number().int().nonnegative();
const tokens = z.int().nonnegative().max(1e9);
const countedSchema = z.object(
  Object.fromEntries(Object.keys(usageSchema.shape).map((each) => [each, tokens])) as Record<
    keyof typeof usageSchema.shape,
    typeof tokens
  >,
);

/** `core/sighting.ts`. What a task is called tells whose it is: a sighting cannot speak for another agent. */
export const sightingSchema = z
  .object({
    agent: z.enum(sightedAgents),
    task: name,
    parent: name.optional(),
    key: name,
    began: moment,
    at: moment,
    mode: name.optional(),
    provider: name.optional(),
    model: name.optional(),
    usage: countedSchema,
    outcome: z.enum(['ok', 'cut', 'error']),
  })
  .refine(({ agent, task, parent }) => [task, parent ?? task].every((id) => id.startsWith(`${agent}:`)), {
    error: 'a task is named after its agent',
  });

/** `POST /api/sightings`: what other extensions told a window. */
export const sightingsSchema = z.object({ sightings: z.array(sightingSchema).max(200) });
