import type { Observation } from '../../core/request.ts';
import { codexUsage } from '../../core/usageOf/codexRollout.ts';
import { NonsenseLine } from '../agent.ts';
import {
  countAttribute,
  eventName,
  momentOfRecord,
  serviceName,
  type Telemetry,
  type TelemetryRecord,
  textAttribute,
} from '../telemetry.ts';

/**
 * Codex' log events (0.169, run): of the two `codex.sse_event` that end an answer (`response.completed`) the one with the counts. It carries no id of the answer:
 * the ledger finds the other sightings by thread, end and counts. Its spans `handle_responses` and `session_task.turn` and its metrics tell the same again.
 * Source: https://developers.openai.com/codex/config-reference (`otel`)
 */
export const codexTelemetry: Telemetry = {
  attributes: [
    'event.name',
    'event.kind',
    'event.timestamp',
    'conversation.id',
    'model',
    'input_token_count',
    'output_token_count',
    'cached_token_count',
    'cache_write_token_count',
    'reasoning_token_count',
  ],
  open: () => ({ record: read }),
  setup: (endpoint) => {
    const exporter = { 'otlp-http': { endpoint: `${endpoint}/v1/logs`, protocol: 'binary' } };
    const inline = `{"otlp-http"={endpoint=${JSON.stringify(exporter['otlp-http'].endpoint)},protocol="binary"}}`;
    const file = { belowHome: '.codex/config.toml', format: 'toml' } as const;
    return {
      // No variable reaches it.
      environment: {},
      settings: [
        { file, path: ['otel', 'exporter'], value: exporter },
        { file, path: ['otel', 'log_user_prompt'], value: false },
      ],
      args: ['-c', `otel.exporter=${inline}`, '-c', 'otel.log_user_prompt=false'],
    };
  },
};

function read(record: TelemetryRecord): readonly Observation[] | undefined {
  const service = record.resource[serviceName];
  if (typeof service !== 'string' || !/^codex/i.test(service)) return undefined;
  if (record.kind !== 'log' || eventName(record) !== 'codex.sse_event') return [];
  if (record.attributes['event.kind'] !== 'response.completed' || record.attributes.input_token_count === undefined) return [];
  const thread = textAttribute(record, 'conversation.id');
  const model = textAttribute(record, 'model');
  if (!thread || !model) throw new NonsenseLine('an answer without thread or model');
  const at = momentOfRecord(record);
  const counts = {
    input_tokens: countAttribute(record, 'input_token_count'),
    cached_input_tokens: countAttribute(record, 'cached_token_count'),
    cache_write_input_tokens: countAttribute(record, 'cache_write_token_count'),
    output_tokens: countAttribute(record, 'output_token_count'),
    reasoning_output_tokens: countAttribute(record, 'reasoning_token_count'),
  };
  const usage = codexUsage(counts);
  if (!usage) return [];
  return [
    {
      source: 'otlp',
      keys: [`codexOtlp:${thread}/${at}/${counts.input_tokens}/${counts.output_tokens}`],
      at,
      agent: 'codex',
      task: `codex:${thread}`,
      // Whether OpenAI answers or a provider of the user's own is not told here; the gateway and the rollout know.
      provider: '',
      model,
      usage,
      counted: 'reported',
      billing: 'unknown',
      outcome: 'ok',
    },
  ];
}
