import { type Usage, usage } from '../usage.ts';
import { instant, list, object, text, tokens } from './json.ts';
import type { UsageReader } from './usageReader.ts';

/** Ollama's `/api/chat` and `/api/generate`: whole answers and stream lines; the counts come with `done`. */
export function ollamaReader(): UsageReader {
  return new OllamaReader();
}

class OllamaReader implements UsageReader {
  usage: Usage | undefined;
  model: string | undefined;
  at: number | undefined;
  toolCalls = 0;
  final = false;

  event(data: unknown): void {
    const answer = object(data);
    this.model = text(answer.model) ?? this.model;
    this.at = instant(answer.created_at) ?? this.at;
    this.toolCalls += list(object(answer.message).tool_calls).length;
    if (answer.prompt_eval_count === undefined && answer.eval_count === undefined) return;
    // A prompt that is still in memory has no prompt_eval_count.
    const told = usage({ uncachedInput: tokens(answer.prompt_eval_count), output: tokens(answer.eval_count) });
    this.usage = told.uncachedInput + told.output > 0 ? told : undefined;
    this.final = answer.done !== false && this.usage !== undefined;
  }
}
