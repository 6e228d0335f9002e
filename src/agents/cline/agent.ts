import type { Agent } from '../agent.ts';
import { clineTasks } from './classic.ts';
import { clineModes } from './facts.ts';
import { clineHooks } from './hooks.ts';
import { identifyCline } from './identity.ts';
import { clineRouting } from './routing.ts';
import { clineSessions } from './sessions.ts';
import { clineTelemetry } from './telemetry.ts';

/**
 * The extension in both its generations, and the CLI. No variable and no option gives it another address: it is guarded by the base URL in its own
 * settings (`cline auth -p openai-compatible -b …` for the CLI).
 */
export const clineAgent: Agent = {
  id: 'cline',
  name: 'Cline',
  modes: clineModes,
  identify: identifyCline,
  refusal: 'json-402',
  routing: clineRouting,
  sessions: [clineTasks, clineSessions],
  telemetry: clineTelemetry,
  hooks: clineHooks,
};
