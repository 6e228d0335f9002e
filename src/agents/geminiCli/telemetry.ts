import { responseAttributes, responseReader } from '../responseEvent.ts';
import type { Telemetry } from '../telemetry.ts';

/**
 * Gemini CLI's event `gemini_cli.api_response`, one per answer. Its endpoint may have a path where the protocol is `http`.
 * Source: google-gemini/gemini-cli, docs/cli/telemetry.md
 */
export const geminiTelemetry: Telemetry = {
  attributes: responseAttributes,
  open: () =>
    responseReader({
      agent: 'gemini-cli',
      service: 'gemini-cli',
      events: ['gemini_cli.api_response'],
      thoughtsAreOutside: true,
      provider: ({ attributes }) => (String(attributes.auth_type ?? '').startsWith('vertex') ? 'vertex' : 'google'),
    }),
  setup: (endpoint) => ({
    environment: {
      GEMINI_TELEMETRY_ENABLED: 'true',
      GEMINI_TELEMETRY_TARGET: 'local',
      GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint,
      GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http',
      GEMINI_TELEMETRY_LOG_PROMPTS: 'false',
    },
    // Not put there: seen to take five to eight seconds more at its end while nobody answers at the address.
    settings: [],
  }),
};
