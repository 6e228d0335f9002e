import type { Agent, BaseUrls } from '../agent.ts';
import { agentTraces } from './agentTraces.ts';
import { chatDocuments, chatLogs } from './chatSessions.ts';
import { copilotHooks } from './hooks.ts';
import { identifyCopilot } from './identity.ts';
import { copilotModes } from './modes.ts';
import { copilotSessions } from './sessionState.ts';
import { copilotTelemetry } from './telemetry.ts';

/**
 * VS Code's chat (its own harness and its Agent Host) and the Copilot CLI. What GitHub sells goes to GitHub only: that is watched, in AI credits. A provider of the
 * user's own is guarded: `COPILOT_PROVIDER_BASE_URL` for the CLI, a custom endpoint in *Manage Language Models* for the editor.
 */
export const copilotAgent: Agent = {
  id: 'copilot',
  name: 'GitHub Copilot',
  modes: copilotModes,
  identify: identifyCopilot,
  refusal: 'json-402',
  command: { program: 'copilot', npmPackage: '@github/copilot' },
  sessions: [copilotSessions, chatLogs, chatDocuments, agentTraces],
  telemetry: copilotTelemetry,
  hooks: copilotHooks,
};

/**
 * The CLI's variables for a provider of the user's own, for whoever has chosen one: set for everybody, they would take the CLI away from GitHub. With them it needs
 * `COPILOT_MODEL` too.
 */
export function ownProviderEnvironment(bases: BaseUrls, provider: 'anthropic' | 'openai'): Record<string, string> {
  const base = bases[provider];
  return base ? { COPILOT_PROVIDER_TYPE: provider, COPILOT_PROVIDER_BASE_URL: base } : {};
}
