import type { Agent } from '../agent.ts';
import { qwenHooks } from './hooks.ts';
import { identifyQwenCode } from './identity.ts';
import { qwenModes } from './modes.ts';
import { qwenSessions } from './sessions.ts';
import { qwenTelemetry } from './telemetry.ts';

/** Obeys `OPENAI_BASE_URL` as every client of the OpenAI SDK does. A Qwen login goes to Qwen's own service, which no variable moves. */
export const qwenCodeAgent: Agent = {
  id: 'qwen-code',
  name: 'Qwen Code',
  modes: qwenModes,
  identify: identifyQwenCode,
  refusal: 'json-402',
  environment(bases): Record<string, string> {
    return bases.openai ? { OPENAI_BASE_URL: bases.openai } : {};
  },
  command: { program: 'qwen', npmPackage: '@qwen-code/qwen-code' },
  sessions: [qwenSessions],
  telemetry: qwenTelemetry,
  hooks: qwenHooks,
};
