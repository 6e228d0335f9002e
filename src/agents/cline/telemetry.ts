import { guessedTask } from '../../core/guessedTask.ts';
import { modeOf } from '../../core/mode.ts';
import type { Observation } from '../../core/request.ts';
import { toldUsage, usage } from '../../core/usage.ts';
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
import { cacheWritten } from '../uiMessages.ts';
import { clineModes } from './facts.ts';

/**
 * Cline's log events. The SDK core (CLI 3.x, extension since 4.1) tells an answer's tokens in `task.tokens`, cached ones taken out of the input, and says nothing of
 * tokens in `task.conversation_turn`; the classic extension tells all of them in `task.conversation_turn`, and again, without the cache, in `task.tokens`.
 * Its metrics sum the same up. Only the extension can be pointed at an address; the CLI's goes to its maker.
 * Source: the program of CLI 3.0; https://docs.cline.bot/enterprise-solutions/monitoring/opentelemetry_override
 */
export const clineTelemetry: Telemetry = {
  attributes: [
    'event.name',
    'timestamp',
    'ulid',
    'provider',
    'apiProvider',
    'model',
    'mode',
    'source',
    'tokensIn',
    'tokensOut',
    'cacheReadTokens',
    'cacheWriteTokens',
  ],
  bodies: ['task.tokens', 'task.conversation_turn'],
  open: () => ({ record: read }),
  // There is no setting.
  inEditors: true,
  setup: (endpoint) => ({
    environment: {
      CLINE_OTEL_TELEMETRY_ENABLED: 'true',
      CLINE_OTEL_LOGS_EXPORTER: 'otlp',
      CLINE_OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      CLINE_OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    },
    settings: [],
  }),
};

function read(record: TelemetryRecord): readonly Observation[] | undefined {
  if (record.resource[serviceName] !== 'cline') return undefined;
  if (record.kind !== 'log' || !tellsTokens(record)) return [];
  const task = textAttribute(record, 'ulid');
  const model = textAttribute(record, 'model');
  if (!task || !model) throw new NonsenseLine('an answer without task or model');
  const at = momentOfRecord(record);
  const mode = textAttribute(record, 'mode');
  const told = usage({
    uncachedInput: countAttribute(record, 'tokensIn'),
    cacheRead: countAttribute(record, 'cacheReadTokens'),
    ...cacheWritten(model, countAttribute(record, 'cacheWriteTokens')),
    output: countAttribute(record, 'tokensOut'),
  });
  if (!toldUsage(told)) return [];
  return [
    {
      source: 'otlp',
      keys: [`clineOtlp:${task}/${at}/${told.output}`],
      at,
      agent: 'cline',
      // The classic extension's files know a task by another name than its events do.
      task: /^[0-9A-HJKMNP-TV-Z]{26}$/.test(task) ? guessedTask('cline', task) : `cline:${task}`,
      mode: mode === undefined ? undefined : modeOf(mode, clineModes),
      kind: 'work',
      provider: textAttribute(record, 'provider') ?? textAttribute(record, 'apiProvider') ?? '',
      model,
      usage: told,
      counted: 'reported',
      billing: 'unknown',
      outcome: 'ok',
    },
  ];
}

function tellsTokens(record: TelemetryRecord): boolean {
  const { attributes } = record;
  if (attributes.tokensOut === undefined) return false;
  const name = eventName(record).replace(/^cline\./, '');
  if (name === 'task.tokens') return attributes.cacheReadTokens !== undefined;
  return name === 'task.conversation_turn' && attributes.source === 'assistant';
}
