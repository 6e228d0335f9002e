import { toldUsage, type Usage, usage } from '../usage.ts';
import { isObject, type JsonObject, list, object, text, tokens } from './json.ts';
import type { UsageReader } from './usageReader.ts';

/** Gemini `generateContent`: whole answers and stream chunks, whose counts are running totals. */
export function geminiReader(): UsageReader {
  return new GeminiReader();
}

class GeminiReader implements UsageReader {
  usage: Usage | undefined;
  answerId: string | undefined;
  model: string | undefined;
  serviceTier: string | undefined;
  toolCalls = 0;
  final = false;
  #said: JsonObject = {};
  readonly #queries = new Set<string>();

  event(data: unknown): void {
    // Without `alt=sse` a stream is one JSON list; Code Assist wraps each answer in `response`.
    if (Array.isArray(data)) {
      for (const each of data) this.event(each);
      return;
    }
    const root = object(data);
    const answer = isObject(root.response) ? root.response : root;
    this.answerId = text(answer.responseId) ?? this.answerId;
    this.model = text(answer.modelVersion) ?? this.model;
    for (const each of list(answer.candidates)) this.#candidate(object(each));
    if (!isObject(answer.usageMetadata)) return;
    this.#said = { ...this.#said, ...answer.usageMetadata };
    this.usage = toldUsage(geminiUsage(this.#said, this.#searches()));
    this.serviceTier = tierOf(this.#said.trafficType ?? this.#said.serviceTier) ?? this.serviceTier;
    const candidates = list(answer.candidates).map(object);
    const isLast = !candidates.length || candidates.some((candidate) => text(candidate.finishReason) !== undefined);
    this.final = isLast && this.usage !== undefined;
  }

  #candidate(candidate: JsonObject): void {
    const parts = list(object(candidate.content).parts).map(object);
    this.toolCalls += parts.filter((part) => part.functionCall !== undefined).length;
    for (const query of list(object(candidate.groundingMetadata).webSearchQueries)) {
      if (text(query)) this.#queries.add(String(query));
    }
  }

  /** Gemini 3 and later are charged per search query, earlier models once per grounded prompt. */
  #searches(): number {
    const perPrompt = /gemini-[12]\b/.test(this.model ?? '');
    return perPrompt ? Math.min(1, this.#queries.size) : this.#queries.size;
  }
}

/** Vertex writes `ON_DEMAND_FLEX`, `ON_DEMAND_PRIORITY`; the Gemini API `flex`, `priority`, `standard`. */
function tierOf(value: unknown): string | undefined {
  const tier = text(value)
    ?.toLowerCase()
    .replace(/^on_demand_?/, '');
  return tier && ['flex', 'priority', 'batch'].includes(tier) ? tier : undefined;
}

/**
 * `usageMetadata`: cached tokens are inside `promptTokenCount`, what server tools fed back (`toolUsePromptTokenCount`) is
 * outside; thoughts are outside `candidatesTokenCount` and billed as output; audio input has a price of its own.
 * Source: https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function geminiUsage(said: JsonObject, webSearches = 0): Usage {
  const cacheRead = tokens(said.cachedContentTokenCount);
  const inputAudio = Math.max(0, audioIn(said.promptTokensDetails) - audioIn(said.cacheTokensDetails));
  const thoughts = tokens(said.thoughtsTokenCount);
  const prompt = tokens(said.promptTokenCount) + tokens(said.toolUsePromptTokenCount);
  return usage({
    uncachedInput: Math.max(0, prompt - cacheRead - inputAudio),
    inputAudio,
    cacheRead,
    output: tokens(said.candidatesTokenCount) + thoughts,
    reasoning: thoughts,
    webSearches,
  });
}

function audioIn(details: unknown): number {
  return list(details)
    .map(object)
    .filter((each) => each.modality === 'AUDIO')
    .reduce((sum, each) => sum + tokens(each.tokenCount), 0);
}
