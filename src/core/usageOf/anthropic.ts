import { isPseudo } from '../models.ts';
import { addUsage, noUsage, toldUsage, type Usage, usage } from '../usage.ts';
import { type JsonObject, list, object, ofType, text, tokens } from './json.ts';
import type { Aside, UsageReader } from './usageReader.ts';

/** Anthropic Messages: whole messages, stream events, and results of Message Batches (also as Bedrock's InvokeModel gives them). */
export function anthropicReader(): UsageReader {
  return new AnthropicReader();
}

class AnthropicReader implements UsageReader {
  usage: Usage | undefined;
  answerId: string | undefined;
  model: string | undefined;
  serviceTier: string | undefined;
  region: string | undefined;
  asides: readonly Aside[] = [];
  toolCalls = 0;
  final = false;
  /** Everything `usage` said so far: later events replace what they name and keep the rest. */
  #said: JsonObject = {};

  event(data: unknown): void {
    const event = object(data);
    switch (event.type) {
      case 'message_start':
        this.#message(object(event.message));
        break;
      case 'content_block_start':
        this.toolCalls += isToolCall(object(event.content_block)) ? 1 : 0;
        break;
      case 'message_delta':
        this.#usage(event.usage);
        this.final ||= Boolean(text(object(event.delta).stop_reason)) && this.usage !== undefined;
        break;
      case 'message_stop':
        this.final = this.usage !== undefined;
        break;
      default:
        this.#whole(event);
    }
  }

  #whole(event: JsonObject): void {
    const message = object(object(event.result).message ?? event.message ?? event);
    if (message.usage === undefined) return;
    this.#message(message);
    this.final = this.usage !== undefined;
    if (event.result !== undefined) this.serviceTier = 'batch';
  }

  #message(message: JsonObject): void {
    this.answerId = text(message.id) ?? this.answerId;
    this.model = text(message.model) ?? this.model;
    this.toolCalls += list(message.content).map(object).filter(isToolCall).length;
    this.#usage(message.usage);
  }

  #usage(value: unknown): void {
    const news = Object.entries(object(value)).filter(([, each]) => each !== null);
    if (!news.length) return;
    this.#said = { ...this.#said, ...Object.fromEntries(news) };
    // What no model answered took nothing.
    this.usage = anthropicUsage(this.#said) ?? (isPseudo(this.model ?? '') ? noUsage : undefined);
    this.asides = anthropicAsides(this.#said);
    this.serviceTier = this.#said.speed === 'fast' ? 'fast' : (text(this.#said.service_tier) ?? this.serviceTier);
    this.region = text(this.#said.inference_geo) ?? this.region;
  }
}

/**
 * Anthropic's `usage` object. Cache reads and writes are outside `input_tokens`; `cache_creation_input_tokens` is the sum
 * of the lifetimes in `cache_creation`, or all 5 minutes where that is missing. Iterations of a server-side compaction are
 * billed but not in the top-level counts.
 * Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching, …/compaction
 */
export function anthropicUsage(said: JsonObject): Usage | undefined {
  const own = oneIteration(said);
  const compactions = ofType(said.iterations, 'compaction').map(oneIteration);
  const searches = tokens(object(said.server_tool_use).web_search_requests);
  return toldUsage({ ...compactions.reduce(addUsage, own), webSearches: searches });
}

/**
 * What a stronger model was asked within this answer (the advisor tool): billed at that model's own price and not in the top-level counts.
 * Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool
 */
export function anthropicAsides(said: JsonObject): readonly Aside[] {
  return ofType(said.iterations, 'advisor_message').flatMap((each) => {
    const [model, told] = [text(each.model), toldUsage(oneIteration(each))];
    return model && told ? [{ model, usage: told }] : [];
  });
}

function oneIteration(said: JsonObject): Usage {
  const byLifetime = object(said.cache_creation);
  const split = said.cache_creation !== undefined && said.cache_creation !== null;
  const written = tokens(said.cache_creation_input_tokens);
  const oneHour = split ? tokens(byLifetime.ephemeral_1h_input_tokens) : 0;
  const fiveMinutes = split ? tokens(byLifetime.ephemeral_5m_input_tokens) : written;
  return usage({
    uncachedInput: tokens(said.input_tokens),
    cacheRead: tokens(said.cache_read_input_tokens),
    // A split that names less than the sum leaves the rest to the default lifetime.
    cacheWrite5m: Math.max(fiveMinutes, written - oneHour),
    cacheWrite1h: oneHour,
    output: tokens(said.output_tokens),
    reasoning: Math.min(tokens(object(said.output_tokens_details).thinking_tokens), tokens(said.output_tokens)),
  });
}

function isToolCall(block: JsonObject): boolean {
  return block.type === 'tool_use';
}
