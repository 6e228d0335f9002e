import { toldUsage, type Usage, usage } from '../usage.ts';
import { instant, isObject, type JsonObject, list, object, ofType, text, tokens } from './json.ts';
import { reportedCost } from './reportedCost.ts';
import type { UsageReader } from './usageReader.ts';

/** OpenAI Responses: the whole response, or its stream, which carries it in `response.completed`, `.incomplete` or `.failed`. */
export function openaiResponsesReader(): UsageReader {
  return new OpenaiResponsesReader();
}

class OpenaiResponsesReader implements UsageReader {
  usage: Usage | undefined;
  answerId: string | undefined;
  model: string | undefined;
  serviceTier: string | undefined;
  reportedUsd: string | undefined;
  at: number | undefined;
  toolCalls = 0;
  final = false;
  /** Output items that were finished in the stream: an answer that is cut names them nowhere else. */
  readonly #items: unknown[] = [];

  event(data: unknown): void {
    const event = object(data);
    if (event.type === 'response.output_item.done') {
      this.#items.push(event.item);
      this.toolCalls = clientCalls(this.#items);
      return;
    }
    const response = responseIn(event);
    if (!response) return;
    this.answerId = text(response.id) ?? this.answerId;
    this.model = text(response.model) ?? this.model;
    this.at = instant(response.created_at) ?? this.at;
    this.serviceTier =
      response === object(object(event.response).body) ? 'batch' : (text(response.service_tier) ?? this.serviceTier);
    const items = list(response.output).length ? list(response.output) : this.#items;
    this.toolCalls = clientCalls(items);
    if (!isObject(response.usage)) return;
    this.usage = toldUsage(responsesUsage(response.usage, items, response.prompt_cache_retention));
    this.reportedUsd = reportedCost(response.usage) ?? this.reportedUsd;
    this.final = this.usage !== undefined;
  }
}

/** The response object: the body itself, the one a stream event carries, or the body in a line of a batch's output file. */
function responseIn(event: JsonObject): JsonObject | undefined {
  if (typeof event.type === 'string' && event.type.startsWith('response.')) {
    return isObject(event.response) ? event.response : undefined;
  }
  const carried = object(event.response);
  if (isObject(carried.body)) return carried.body;
  return isObject(event.response) ? carried : event;
}

/**
 * A Responses `usage` object: cached and written tokens are inside `input_tokens`, reasoning inside `output_tokens`,
 * except where input + output + reasoning make up the total (xAI). Of the web-search calls only real searches have a
 * fee, opening a page has none.
 * Source: https://platform.openai.com/docs/api-reference/responses/object, …/docs/guides/prompt-caching,
 * …/docs/guides/tools-web-search
 */
export function responsesUsage(said: JsonObject, items: readonly unknown[], retention?: unknown): Usage {
  const details = object(said.input_tokens_details);
  const input = tokens(said.input_tokens);
  const completion = tokens(said.output_tokens);
  const reasoning = tokens(object(said.output_tokens_details).reasoning_tokens);
  const cacheRead = tokens(details.cached_tokens);
  const written = tokens(details.cache_write_tokens);
  const inputAudio = tokens(details.audio_tokens);
  const outside = reasoning > 0 && input + completion + reasoning === tokens(said.total_tokens);
  const output = outside ? completion + reasoning : completion;
  return usage({
    uncachedInput: Math.max(0, input - cacheRead - written - inputAudio),
    inputAudio,
    cacheRead,
    ...(retention === '12h' ? { cacheWrite12h: written } : { cacheWrite30m: written }),
    output,
    reasoning: Math.min(reasoning, output),
    webSearches: ofType(items, 'web_search_call').filter(isSearch).length,
  });
}

function isSearch(item: JsonObject): boolean {
  return (text(object(item.action).type) ?? 'search') === 'search';
}

function clientCalls(items: readonly unknown[]): number {
  return ofType(items, 'function_call', 'custom_tool_call', 'local_shell_call', 'shell_call', 'apply_patch_call').length;
}
