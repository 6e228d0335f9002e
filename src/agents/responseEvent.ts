import { answerKeys } from '../core/answerKey.ts';
import type { AgentId, Observation } from '../core/request.ts';
import { toldUsage, type Usage, usage } from '../core/usage.ts';
import { NonsenseLine } from './agent.ts';
import {
  beganBefore,
  countAttribute,
  eventName,
  momentOfRecord,
  serviceName,
  type TelemetryReader,
  type TelemetryRecord,
  textAttribute,
} from './telemetry.ts';

/** One `…api_response` event of Gemini CLI or of what was forked from it. */
export interface ResponseEvents {
  readonly agent: AgentId;
  /** `service.name`. */
  readonly service: string;
  /** Names of the event, as versions have it. */
  readonly events: readonly string[];
  /** Thoughts are always counted beside the output; else the total tells whether they are. */
  readonly thoughtsAreOutside: boolean;
  readonly provider: (record: TelemetryRecord) => string;
}

export const responseAttributes: readonly string[] = [
  'event.name',
  'event.timestamp',
  'session.id',
  'prompt_id',
  'response_id',
  'model',
  'auth_type',
  'duration_ms',
  'input_token_count',
  'output_token_count',
  'cached_content_token_count',
  'thoughts_token_count',
  'tool_token_count',
  'total_token_count',
];

/** The events tell every request once; the family's metrics and spans tell the same requests and show nothing. */
export function responseReader(from: ResponseEvents): TelemetryReader {
  return {
    record(record) {
      if (record.resource[serviceName] !== from.service) return undefined;
      return record.kind === 'log' && from.events.includes(eventName(record)) ? responseOf(record, from) : [];
    },
  };
}

function responseOf(record: TelemetryRecord, from: ResponseEvents): readonly Observation[] {
  const session = textAttribute(record, 'session.id') ?? textOf(record.resource['session.id']);
  const model = textAttribute(record, 'model');
  if (!session || !model) throw new NonsenseLine('an answer without session or model');
  const at = momentOfRecord(record);
  const told = usageOf(record, from.thoughtsAreOutside);
  if (!toldUsage(told)) return [];
  const prompt = textAttribute(record, 'prompt_id');
  const response = textAttribute(record, 'response_id');
  return [
    {
      source: 'otlp',
      keys: [
        `${from.agent}Otlp:${session}/${prompt ?? ''}/${at}/${told.output}`,
        ...(response?.startsWith('chatcmpl-') ? answerKeys('chat', response) : []),
      ],
      at,
      began: beganBefore(at, record.attributes.duration_ms),
      agent: from.agent,
      task: `${from.agent}:${session}`,
      provider: from.provider(record),
      model,
      usage: told,
      counted: 'reported',
      billing: 'unknown',
      outcome: 'ok',
    },
  ];
}

/** Cached tokens are inside the input, what tools fed back is outside. */
function usageOf(record: TelemetryRecord, thoughtsAreOutside: boolean): Usage {
  const cacheRead = countAttribute(record, 'cached_content_token_count');
  const thoughts = countAttribute(record, 'thoughts_token_count');
  const said = countAttribute(record, 'output_token_count');
  const input = countAttribute(record, 'input_token_count') + countAttribute(record, 'tool_token_count');
  const isOutside = thoughtsAreOutside || thoughtsAreBeside(input, said, thoughts, countAttribute(record, 'total_token_count'));
  const output = said + (isOutside ? thoughts : 0);
  return usage({
    uncachedInput: Math.max(0, input - cacheRead),
    cacheRead,
    output,
    reasoning: Math.min(thoughts, output),
  });
}

/** Gemini counts its thoughts beside what it said, OpenAI and its like inside of it: the total tells which. */
export function thoughtsAreBeside(input: number, said: number, thoughts: number, total: number): boolean {
  return thoughts > 0 && input + said + thoughts === total;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
