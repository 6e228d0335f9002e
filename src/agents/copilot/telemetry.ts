import { guessedTask } from '../../core/guessedTask.ts';
import type { Observation } from '../../core/request.ts';
import { NonsenseLine } from '../agent.ts';
import {
  countAttribute,
  type SettingsValue,
  serviceName,
  type Telemetry,
  type TelemetryReader,
  type TelemetryRecord,
  textAttribute,
} from '../telemetry.ts';
import { spanObservation } from './agentTraces.ts';

/** Runs whose conversation, or whose calls until it is told, are remembered. */
const mostRuns = 200;

/**
 * Copilot's spans, of the editor's own chat, its Agent Host and the CLI. A `chat` span is one model call; `invoke_agent` sums its calls up and only tells which
 * conversation they belong to. Events and metrics tell the same calls again.
 * Source: microsoft/vscode, extensions/copilot/docs/monitoring/agent_monitoring.md
 */
export const copilotTelemetry: Telemetry = {
  attributes: [
    'gen_ai.operation.name',
    'gen_ai.provider.name',
    'gen_ai.agent.name',
    'gen_ai.conversation.id',
    'gen_ai.request.model',
    'gen_ai.response.model',
    'gen_ai.response.id',
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.output_tokens',
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'copilot_chat.chat_session_id',
    'copilot_chat.parent_chat_session_id',
    'copilot_chat.debug_log_label',
    'copilot_chat.mode_name',
    'copilot_chat.repo.head_branch_name',
    'copilot_chat.copilot_usage_nano_aiu',
    'github.copilot.git.branch',
  ],
  open: () => new CopilotSpans(),
  setup: (endpoint) => {
    const editor: Readonly<Record<string, SettingsValue>> = {
      'github.copilot.chat.otel.enabled': true,
      'github.copilot.chat.otel.exporterType': 'otlp-http',
      'github.copilot.chat.otel.otlpEndpoint': endpoint,
      'github.copilot.chat.otel.captureContent': false,
    };
    return {
      // The CLI has no name of its own for the address (1.0.102): for one run, not for a terminal in which others would obey it, too.
      environment: {
        COPILOT_OTEL_ENABLED: 'true',
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        // An address of the user's own for this signal would win.
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
        OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'false',
      },
      // They are of application scope: the user's own settings are the only ones in which they are read.
      settings: Object.entries(editor).map(([name, value]) => ({
        file: { editorsWith: 'github.copilot-chat' },
        path: [name],
        value,
      })),
    };
  },
};

/** A call ends, and is told, before the run around it: what does not name its conversation itself goes by its trace until the run does. */
class CopilotSpans implements TelemetryReader {
  readonly #conversations = new Map<string, string>();
  readonly #waiting = new Map<string, Observation[]>();

  record(record: TelemetryRecord): readonly Observation[] | undefined {
    const service = record.resource[serviceName];
    if (typeof service !== 'string' || !/copilot/i.test(service)) return undefined;
    if (record.kind !== 'span') return [];
    switch (textAttribute(record, 'gen_ai.operation.name')) {
      case 'chat':
        return this.#call(record);
      case 'invoke_agent':
        return this.#run(record);
      default:
        return [];
    }
  }

  #call(record: TelemetryRecord): readonly Observation[] {
    if (!record.span || record.at === 0) throw new NonsenseLine('a call without id or end');
    const own = sessionOf(record) ?? this.#conversations.get(record.trace);
    const seen = spanObservation(rowOf(record, own ?? record.trace));
    if (!seen) return [];
    if (own) return [seen];
    const guessed = { ...seen, task: guessedTask('copilot', record.trace) };
    remember(this.#waiting, record.trace, [...(this.#waiting.get(record.trace) ?? []), guessed]);
    return [guessed];
  }

  #run(record: TelemetryRecord): readonly Observation[] {
    const session = sessionOf(record);
    if (!session || !record.trace) return [];
    // The runs of sub-agents share the trace, and end first.
    if (record.parentSpan === '' || !this.#conversations.has(record.trace)) remember(this.#conversations, record.trace, session);
    const calls = this.#waiting.get(record.trace) ?? [];
    this.#waiting.delete(record.trace);
    return calls.map((call) => ({ ...call, task: `copilot:${session}` }));
  }
}

function sessionOf(record: TelemetryRecord): string | undefined {
  return textAttribute(record, 'copilot_chat.chat_session_id') ?? textAttribute(record, 'gen_ai.conversation.id');
}

/** The span in the columns of the editor's own database of spans. */
function rowOf(record: TelemetryRecord, session: string): object {
  const nano = record.attributes['copilot_chat.copilot_usage_nano_aiu'];
  return {
    id: record.span,
    began: record.began,
    at: record.at,
    session,
    provider: textAttribute(record, 'gen_ai.provider.name'),
    name: textAttribute(record, 'gen_ai.agent.name'),
    asked: textAttribute(record, 'gen_ai.request.model'),
    model: textAttribute(record, 'gen_ai.response.model'),
    input: countAttribute(record, 'gen_ai.usage.input_tokens'),
    output: countAttribute(record, 'gen_ai.usage.output_tokens'),
    cached: countAttribute(record, 'gen_ai.usage.cache_read.input_tokens'),
    reasoning: countAttribute(record, 'gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens'),
    // The editor's word, and the CLI's (1.0.102, run).
    written: String(countAttribute(record, 'gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_write.input_tokens')),
    response: textAttribute(record, 'gen_ai.response.id'),
    nano: nano === undefined ? undefined : String(nano),
    parent: textAttribute(record, 'copilot_chat.parent_chat_session_id'),
    label: textAttribute(record, 'copilot_chat.debug_log_label'),
    mode: textAttribute(record, 'copilot_chat.mode_name'),
    branch: textAttribute(record, 'github.copilot.git.branch') ?? textAttribute(record, 'copilot_chat.repo.head_branch_name'),
  };
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > mostRuns && oldest !== undefined) map.delete(oldest);
}
