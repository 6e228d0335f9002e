import { toldUsage, type Usage, usage } from '../usage.ts';
import { instant, isObject, type JsonObject, list, object, text, tokens } from './json.ts';
import { reportedCost } from './reportedCost.ts';
import type { UsageReader } from './usageReader.ts';

/**
 * OpenAI Chat Completions and its relatives (DeepSeek, xAI, OpenRouter, Kilo's gateway, Copilot, Moonshot, …): whole
 * answers, stream chunks (the usage comes in the last one), and lines of a batch's output file.
 */
export function openaiChatReader(provider?: string): UsageReader {
  return new OpenaiChatReader(provider);
}

class OpenaiChatReader implements UsageReader {
  usage: Usage | undefined;
  answerId: string | undefined;
  model: string | undefined;
  serviceTier: string | undefined;
  reportedUsd: string | undefined;
  at: number | undefined;
  toolCalls = 0;
  final = false;
  readonly #provider: string | undefined;
  readonly #calls = new Set<string>();

  constructor(provider: string | undefined) {
    this.#provider = provider;
  }

  event(data: unknown): void {
    const root = object(data);
    const line = object(object(root.response).body);
    const answer = isObject(line.usage) ? line : root;
    this.answerId = text(answer.id) ?? this.answerId;
    this.model = text(answer.model) ?? this.model;
    this.serviceTier = answer === line ? 'batch' : (text(answer.service_tier) ?? this.serviceTier);
    this.at = instant(answer.created) ?? this.at;
    this.#countCalls(answer);
    if (!isObject(answer.usage)) return;
    this.usage = toldUsage(chatUsage(answer.usage, writesLastMinutes(this.#provider, this.model))) ?? this.usage;
    this.reportedUsd = reportedCost(answer.usage) ?? this.reportedUsd;
    this.final = this.usage !== undefined && !isUnfinished(answer);
  }

  #countCalls(answer: JsonObject): void {
    for (const each of list(answer.choices)) {
      const choice = object(each);
      const calls = list(object(choice.message ?? choice.delta).tool_calls);
      for (const [place, call] of calls.entries()) this.#calls.add(`${choice.index ?? 0}:${object(call).index ?? place}`);
    }
    this.toolCalls = this.#calls.size;
  }
}

/** Some gateways send a running usage with every chunk: only the one with a finish, or without choices, is the last. */
function isUnfinished(answer: JsonObject): boolean {
  const choices = list(answer.choices).map(object);
  return choices.some((choice) => choice.delta !== undefined && !text(choice.finish_reason));
}

/** OpenAI writes its cache for 30 minutes; what speaks its dialect in front of Claude writes for 5. */
function writesLastMinutes(provider: string | undefined, model: string | undefined): 30 | 5 {
  if (model && /^(?:.*\/)?(?:gpt-|o\d|codex)/.test(model)) return 30;
  return provider === 'openai' || provider === 'azure' ? 30 : 5;
}

/**
 * A chat `usage` object. Cached and written tokens are inside `prompt_tokens`, also where LiteLLM tells them beside it in Anthropic's words. Reasoning is inside `completion_tokens`,
 * except where prompt + completion + reasoning make up the total (xAI): then it comes on top.
 * Source: https://platform.openai.com/docs/api-reference/chat/object, https://docs.x.ai/docs/guides/reasoning,
 * https://api-docs.deepseek.com/api/create-chat-completion, https://docs.litellm.ai/docs/completion/prompt_caching,
 * https://openrouter.ai/docs/use-cases/usage-accounting
 */
export function chatUsage(said: JsonObject, writeMinutes: 30 | 5): Usage {
  const details = object(said.prompt_tokens_details);
  const prompt = tokens(said.prompt_tokens);
  const completion = tokens(said.completion_tokens);
  const reasoning = tokens(object(said.completion_tokens_details).reasoning_tokens ?? said.reasoning_tokens);
  const cacheRead = tokens(
    said.prompt_cache_hit_tokens ?? details.cached_tokens ?? said.cached_tokens ?? said.cache_read_input_tokens,
  );
  const written = tokens(
    details.cache_write_tokens ??
      details.cache_creation_tokens ??
      details.cache_creation_input_tokens ??
      said.cache_creation_input_tokens,
  );
  const inputAudio = tokens(details.audio_tokens);
  const outside = reasoning > 0 && prompt + completion + reasoning === tokens(said.total_tokens);
  const output = outside ? completion + reasoning : completion;
  return usage({
    uncachedInput: Math.max(0, prompt - cacheRead - written - inputAudio),
    inputAudio,
    cacheRead,
    ...(writeMinutes === 30 ? { cacheWrite30m: written } : { cacheWrite5m: written }),
    output,
    reasoning: Math.min(reasoning, output),
    webSearches: tokens(object(said.server_tool_use).web_search_requests ?? said.num_search_queries),
  });
}
