import { guessedTask } from '../../core/guessedTask.ts';
import type { Observation } from '../../core/request.ts';
import { toldUsage, usage } from '../../core/usage.ts';
import { NonsenseLine } from '../agent.ts';
import {
  beganBefore,
  countAttribute,
  eventName,
  momentOfRecord,
  serviceName,
  type Telemetry,
  type TelemetryRecord,
  textAttribute,
} from '../telemetry.ts';
import { isAside } from './identity.ts';
import { requestKeys } from './requestId.ts';

/**
 * Claude Code's events (2.1.330, run): `api_request` is one answer, with Anthropic's id of the request, which the gateway and the session file know too. The dollars
 * in it are Claude Code's own estimate and are not taken for the provider's word. Its metrics sum the same requests up.
 * Source: https://code.claude.com/docs/en/monitoring-usage
 */
export const claudeTelemetry: Telemetry = {
  attributes: [
    'event.name',
    'event.timestamp',
    'session.id',
    'prompt.id',
    'agent_id',
    'query_source',
    'model',
    'request_id',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_creation_tokens',
    'cache_creation_5m_tokens',
    'cache_creation_1h_tokens',
    'duration_ms',
    'speed',
  ],
  open: () => ({ record: read }),
  setup: (endpoint) => {
    const environment = {
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${endpoint}/v1/logs`,
      // Unasked it waits five seconds.
      OTEL_LOGS_EXPORT_INTERVAL: '1000',
      OTEL_LOG_USER_PROMPTS: '0',
      OTEL_LOG_TOOL_DETAILS: '0',
    };
    // A project's settings file may not name an endpoint; the user's may.
    const file = { belowHome: '.claude/settings.json', format: 'json' } as const;
    return { environment, settings: Object.entries(environment).map(([name, value]) => ({ file, path: ['env', name], value })) };
  },
};

function read(record: TelemetryRecord): readonly Observation[] | undefined {
  if (record.resource[serviceName] !== 'claude-code') return undefined;
  if (record.kind !== 'log' || eventName(record).replace(/^claude_code\./, '') !== 'api_request') return [];
  const session = textAttribute(record, 'session.id');
  const model = textAttribute(record, 'model');
  if (!session || !model) throw new NonsenseLine('an answer without session or model');
  const at = momentOfRecord(record);
  const prompt = textAttribute(record, 'prompt.id');
  const told = usageOf(record);
  if (!toldUsage(told)) return [];
  return [
    {
      source: 'otlp',
      keys: [requestKeys(textAttribute(record, 'request_id'))[0] ?? `claudeOtlp:${session}/${at}/${told.output}`],
      at,
      began: beganBefore(at, record.attributes.duration_ms),
      agent: 'claude-code',
      ...placeOf(record, session),
      run: prompt && `claude-code:${prompt}`,
      // Whether Anthropic answers, or Bedrock, Vertex or an endpoint of the user's own, is not told here; the gateway and the session file know.
      provider: '',
      model,
      usage: told,
      counted: 'reported',
      billing: 'unknown',
      serviceTier: textAttribute(record, 'speed') === 'fast' ? 'fast' : undefined,
      outcome: 'ok',
    },
  ];
}

/** Versions that do not stamp the sub-agent's id say only that there is one: which task it was, its own file or the gateway tells. */
function placeOf(record: TelemetryRecord, session: string): Pick<Observation, 'task' | 'parent'> {
  const root = `claude-code:${session}`;
  const subAgent = textAttribute(record, 'agent_id');
  if (subAgent && !isAside(subAgent)) return { task: `${root}/${subAgent}`, parent: root };
  const isSubAgent = !subAgent && textAttribute(record, 'query_source')?.startsWith('agent:');
  return isSubAgent ? { task: guessedTask('claude-code', session), parent: root } : { task: root };
}

/** Writes whose lifetime is not told are of five minutes, as Anthropic's are where nobody asks for more. */
function usageOf(record: TelemetryRecord) {
  const written = countAttribute(record, 'cache_creation_tokens');
  const cacheWrite1h = Math.min(written, countAttribute(record, 'cache_creation_1h_tokens'));
  return usage({
    uncachedInput: countAttribute(record, 'input_tokens'),
    cacheRead: countAttribute(record, 'cache_read_tokens'),
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    output: countAttribute(record, 'output_tokens'),
  });
}
