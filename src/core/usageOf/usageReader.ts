import type { Usage } from '../usage.ts';
import { anthropicReader } from './anthropic.ts';
import { bedrockReader } from './bedrock.ts';
import { geminiReader } from './gemini.ts';
import { object } from './json.ts';
import { ollamaReader } from './ollama.ts';
import { openaiChatReader } from './openaiChat.ts';
import { openaiResponsesReader } from './openaiResponses.ts';

/** The JSON dialects a provider answers in. `other` is told by the shape of what comes. */
export type Wire = 'anthropic' | 'openai-chat' | 'openai-responses' | 'gemini' | 'bedrock' | 'ollama' | 'other';

/** Another model's part in an answer. */
export interface Aside {
  readonly model: string;
  readonly usage: Usage;
}

/** What a provider's answer tells about itself, as far as it has been read. */
export interface AnswerFacts {
  /** The provider's own counts; undefined while it has told none. In a stream it grows (cumulative, never a difference). */
  readonly usage?: Usage;
  /** `msg_…`, `resp_…`, `chatcmpl-…`, `gen-…` */
  readonly answerId?: string;
  /** What other models were asked to make it: beside `usage`, and priced as theirs. */
  readonly asides?: readonly Aside[];
  /** The model that answered, as the provider names it. */
  readonly model?: string;
  /** The tier that was billed (`fast`, `batch`, `flex`, `priority`, …), from the answer, never from the request. */
  readonly serviceTier?: string;
  /** Where it was computed (`us`), where that changes the price. */
  readonly region?: string;
  /** The provider's own cost, a decimal string of USD (bring-your-own-key upstream cost included). */
  readonly reportedUsd?: string;
  /** Calls of tools the client has to run. */
  readonly toolCalls: number;
  /** The usage is the provider's last word on this answer: nothing more is to come. */
  readonly final: boolean;
  /** Milliseconds since the epoch, where the answer is dated. */
  readonly at?: number;
}

/** Reads one answer: a stream event by event, or the whole body as a single event. Never throws, whatever comes. */
export interface UsageReader extends AnswerFacts {
  /** `data` is parsed JSON: one stream event's data, one chunk, or the whole answer. */
  event(data: unknown): void;
}

/** A reader for one answer of `provider` (`openai`, `openrouter`, `xai`, … as far as known). */
export function usageReader(wire: Wire, provider?: string): UsageReader {
  switch (wire) {
    case 'anthropic':
      return anthropicReader();
    case 'openai-chat':
      return openaiChatReader(provider);
    case 'openai-responses':
      return openaiResponsesReader();
    case 'gemini':
      return geminiReader();
    case 'bedrock':
      return bedrockReader();
    case 'ollama':
      return ollamaReader();
    case 'other':
      return new GuessingReader(provider);
  }
}

/** Waits for the first event whose shape is known, then reads on as that dialect. */
class GuessingReader implements UsageReader {
  #reader: UsageReader | undefined;
  readonly #provider: string | undefined;

  constructor(provider: string | undefined) {
    this.#provider = provider;
  }

  event(data: unknown): void {
    if (!this.#reader) {
      const wire = wireOf(data);
      if (!wire) return;
      this.#reader = usageReader(wire, this.#provider);
    }
    this.#reader.event(data);
  }

  get usage(): Usage | undefined {
    return this.#reader?.usage;
  }
  get answerId(): string | undefined {
    return this.#reader?.answerId;
  }
  get asides(): readonly Aside[] {
    return this.#reader?.asides ?? [];
  }
  get model(): string | undefined {
    return this.#reader?.model;
  }
  get serviceTier(): string | undefined {
    return this.#reader?.serviceTier;
  }
  get region(): string | undefined {
    return this.#reader?.region;
  }
  get reportedUsd(): string | undefined {
    return this.#reader?.reportedUsd;
  }
  get toolCalls(): number {
    return this.#reader?.toolCalls ?? 0;
  }
  get final(): boolean {
    return this.#reader?.final ?? false;
  }
  get at(): number | undefined {
    return this.#reader?.at;
  }
}

/** The dialect a piece of JSON is written in, by the keys only that dialect has. */
export function wireOf(data: unknown): Exclude<Wire, 'other'> | undefined {
  const root = object(data);
  const usage = object(root.usage);
  const type = String(root.type ?? '');
  // A line of a batch's results wraps the answer.
  const wrapped = object(root.response).body ?? object(root.result).message;
  if (root.custom_id !== undefined && wrapped !== undefined) return wireOf(wrapped);
  if (type.startsWith('message_') || type.startsWith('content_block_') || type === 'message') return 'anthropic';
  if (type.startsWith('response.') || root.object === 'response') return 'openai-responses';
  if (root.usageMetadata || root.candidates || root.modelVersion) return 'gemini';
  if (root.prompt_eval_count !== undefined || root.eval_count !== undefined) return 'ollama';
  if (usage.inputTokens !== undefined || root.metadata || root.messageStart) return 'bedrock';
  if (root.choices || usage.prompt_tokens !== undefined) return 'openai-chat';
  if (usage.input_tokens_details) return 'openai-responses';
  if (usage.input_tokens !== undefined) return 'anthropic';
  return undefined;
}
