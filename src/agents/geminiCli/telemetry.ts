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
  // Run: five seconds more at its end when the endpoint refuses.
  waitsForUs: true,
  setup: (endpoint) => {
    const file = { belowHome: '.gemini/settings.json', format: 'json' } as const;
    const entries = { enabled: true, target: 'local', otlpEndpoint: endpoint, otlpProtocol: 'http', logPrompts: false } as const;
    return {
      environment: {
        GEMINI_TELEMETRY_ENABLED: 'true',
        GEMINI_TELEMETRY_TARGET: 'local',
        GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint,
        GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http',
        GEMINI_TELEMETRY_LOG_PROMPTS: 'false',
      },
      settings: Object.entries(entries).map(([name, value]) => ({ file, path: ['telemetry', name], value })),
    };
  },
};
