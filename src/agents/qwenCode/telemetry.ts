import { responseAttributes, responseReader } from '../responseEvent.ts';
import type { Telemetry } from '../telemetry.ts';

/**
 * Qwen Code's event `qwen-code.api_response`, one per answer.
 * Source: https://qwenlm.github.io/qwen-code-docs/en/developers/development/telemetry/
 */
export const qwenTelemetry: Telemetry = {
  attributes: responseAttributes,
  open: () =>
    responseReader({
      agent: 'qwen-code',
      service: 'qwen-code',
      events: ['qwen-code.api_response', 'qwen_code.api_response'],
      thoughtsAreOutside: false,
      // Which provider its OpenAI-compatible client speaks to, the event does not say.
      provider: () => '',
    }),
  setup: (endpoint) => ({
    environment: {
      QWEN_TELEMETRY_ENABLED: 'true',
      QWEN_TELEMETRY_TARGET: 'local',
      QWEN_TELEMETRY_OTLP_ENDPOINT: endpoint,
      QWEN_TELEMETRY_OTLP_PROTOCOL: 'http',
      QWEN_TELEMETRY_LOG_PROMPTS: 'false',
    },
    // Not put there: seen to take five to eight seconds more at its end while nobody answers at the address.
    settings: [],
  }),
};
