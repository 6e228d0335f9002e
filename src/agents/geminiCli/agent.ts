import type { Agent } from '../agent.ts';
import { geminiHooks } from './hooks.ts';
import { geminiModes, identifyGeminiCli } from './identity.ts';
import { launchGemini } from './launch.ts';
import { geminiSessions } from './sessions.ts';
import { geminiTelemetry } from './telemetry.ts';

/**
 * A terminal gets no variable for it: the base URL alone makes Gemini CLI refuse to start ("Invalid auth method selected") unless its settings choose the API
 * key. `spend-meter run -- gemini` gives it both.
 */
export const geminiCliAgent: Agent = {
  id: 'gemini-cli',
  name: 'Gemini CLI',
  modes: geminiModes,
  identify: identifyGeminiCli,
  refusal: 'json-402',
  environment: () => ({}),
  command: { program: 'gemini', npmPackage: '@google/gemini-cli' },
  launch: launchGemini,
  sessions: [geminiSessions],
  telemetry: geminiTelemetry,
  hooks: geminiHooks,
};
