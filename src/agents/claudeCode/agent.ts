import type { Agent } from '../agent.ts';
import { anthropicEnvironment } from '../terminalEnvironment.ts';
import { claudeHooks } from './hooks.ts';
import { claudeModes, identifyClaudeCode } from './identity.ts';
import { claudeRouting } from './routing.ts';
import { claudeSessions } from './sessions.ts';
import { claudeTelemetry } from './telemetry.ts';

export const claudeCodeAgent: Agent = {
  id: 'claude-code',
  name: 'Claude Code',
  modes: claudeModes,
  identify: identifyClaudeCode,
  refusal: 'json-402',
  routing: claudeRouting,
  environment(bases) {
    const address = anthropicEnvironment(bases);
    // Asks it to name the prompt and the sub-agent's type in its headers: what the meter calls run and mode.
    return Object.keys(address).length > 0 ? { ...address, CLAUDE_CODE_GATEWAY_HINT_HEADERS: '1' } : {};
  },
  command: { program: 'claude', npmPackage: '@anthropic-ai/claude-code' },
  sessions: [claudeSessions],
  telemetry: claudeTelemetry,
  hooks: claudeHooks,
};
