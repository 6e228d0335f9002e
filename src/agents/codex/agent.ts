import type { Agent } from '../agent.ts';
import { codexHooks } from './hooks.ts';
import { identifyCodex } from './identity.ts';
import { launchCodex } from './launch.ts';
import { codexRollouts } from './rollouts.ts';
import { codexRouting } from './routing.ts';
import { codexTelemetry } from './telemetry.ts';

export const codexAgent: Agent = {
  id: 'codex',
  name: 'Codex',
  identify: identifyCodex,
  refusal: 'plain-400',
  routing: codexRouting,
  environment: () => ({}),
  command: { program: 'codex', npmPackage: '@openai/codex' },
  launch: launchCodex,
  sessions: [codexRollouts],
  telemetry: codexTelemetry,
  hooks: codexHooks,
};
