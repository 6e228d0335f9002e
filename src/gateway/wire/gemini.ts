import { count, isObject, type JsonObject, list, object, text } from '../../core/usageOf/json.ts';
import { sseText } from './sseText.ts';
import type { Seen, SoFar, Wire, WireOptions } from './wireContract.ts';

/** Gemini `streamGenerateContent?alt=sse`: chunks of parts; a function call comes whole in one chunk. */
export function geminiWire(options: WireOptions): Wire {
  return new GeminiWire(options);
}

class GeminiWire implements Wire {
  readonly #options: WireOptions;
  #head: { readonly modelVersion?: string; readonly responseId?: string } = {};
  #promptTokens = 0;
  #written = false;
  #ended = false;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  look(data: unknown): Seen {
    const event = object(data);
    if (isObject(event.error)) return { last: 'failed' };
    const parts = partsOf(event);
    const calls = parts.filter((part) => isObject(part.functionCall)).map((part) => object(part.functionCall));
    const written = [
      ...parts.map((part) => text(part.text)),
      ...calls.map((call) => `${text(call.name) ?? ''}${JSON.stringify(call.args ?? {})}`),
    ].join('');
    return {
      text: written,
      acts: calls.length > 0,
      calls: calls.map((call) => ({ tool: text(call.name) ?? '', input: call.args })),
      last: isFinished(event) ? 'ended' : undefined,
    };
  }

  passed(data: unknown): void {
    const event = object(data);
    this.#head = {
      modelVersion: text(event.modelVersion) ?? this.#head.modelVersion,
      responseId: text(event.responseId) ?? this.#head.responseId,
    };
    this.#promptTokens = count(object(event.usageMetadata).promptTokenCount) || this.#promptTokens;
    this.#ended ||= isObject(event.error) || isFinished(event);
    this.#written ||= partsOf(event).some((part) => part.thought !== true && text(part.text) !== undefined);
  }

  ending(note: string, soFar: SoFar): string {
    if (this.#ended) return '';
    const prompt = this.#promptTokens || soFar.inputTokens;
    const written = this.#written ? `\n\n${note}` : note;
    return sseText({
      candidates: [{ content: { parts: [{ text: written }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: {
        promptTokenCount: prompt,
        candidatesTokenCount: soFar.outputTokens,
        totalTokenCount: prompt + soFar.outputTokens,
      },
      modelVersion: this.#head.modelVersion ?? this.#options.model(),
      responseId: this.#head.responseId ?? this.#options.randomId(),
    });
  }
}

function partsOf(event: JsonObject): readonly JsonObject[] {
  return list(event.candidates).flatMap((candidate) => list(object(object(candidate).content).parts).map(object));
}

function isFinished(event: JsonObject): boolean {
  return list(event.candidates).some((candidate) => text(object(candidate).finishReason) !== undefined);
}
