import { count, isObject, type JsonObject, list, object, text } from '../../core/usageOf/json.ts';
import type { Call } from '../meter.ts';
import { sseText } from './sseText.ts';
import { nothingSeen, type Seen, type SoFar, type Wire, type WireOptions } from './wireContract.ts';

/** OpenAI Chat Completions, and what speaks like it: chunks with deltas, then a finish reason, then `[DONE]`. */
export function openaiChatWire(options: WireOptions): Wire {
  return new OpenaiChatWire(options);
}

/** What every chunk of one answer repeats. */
interface Head {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
}

/** A call and its arguments so far. */
interface OpenCall extends Call {
  readonly input: string;
}

class OpenaiChatWire implements Wire {
  readonly #options: WireOptions;
  #head: Head | undefined;
  /** Choices that have begun and not finished; agents ask for one. */
  readonly #open = new Set<number>();
  /** By choice and number. */
  readonly #calls = new Map<string, OpenCall>();
  #written = false;
  #finished = false;
  #done = false;
  /** Every chunk carries `usage: null` where the client asked for a usage chunk of its own. */
  #usageAsked = false;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  look(data: unknown): Seen {
    if (data === '[DONE]') return { last: 'ended' };
    const event = object(data);
    if (isObject(event.error)) return { last: 'failed' };
    let written = '';
    let acts = false;
    for (const choice of list(event.choices).map(object)) {
      const delta = object(choice.delta);
      written += outputOf(delta);
      acts ||= (this.#calls.size > 0 || beginsCall(delta)) && text(choice.finish_reason) !== undefined;
    }
    if (acts) return { text: written, acts, calls: [...followed(new Map(this.#calls), event).values()] };
    return written ? { text: written } : nothingSeen;
  }

  passed(data: unknown): void {
    this.#done ||= data === '[DONE]' || isObject(object(data).error);
    if (this.#done) return;
    const event = object(data);
    this.#head ??= this.#headOf(event);
    this.#usageAsked ||= event.usage === null;
    followed(this.#calls, event);
    for (const choice of list(event.choices).map(object)) {
      const delta = object(choice.delta);
      this.#written ||= text(delta.content) !== undefined;
      if (text(choice.finish_reason) === undefined) this.#open.add(count(choice.index));
      else {
        this.#open.delete(count(choice.index));
        this.#finished = this.#open.size === 0;
      }
    }
  }

  ending(note: string, soFar: SoFar): string {
    if (this.#done) return '';
    if (this.#finished) return sseText('[DONE]');
    // A call, once begun, has no event that leaves it out: any finish reason makes agents act on it or send the same
    // request again. An error of this type ends the turn in all that were tried.
    if (this.#calls.size > 0)
      return sseText({ error: { message: note, type: 'insufficient_quota', param: null, code: 'insufficient_quota' } });
    const head = this.#head ?? this.#headOf({});
    const indices = this.#open.size ? [...this.#open] : [0];
    const choices = (delta: object, finish: string | null): object[] =>
      indices.map((index) => ({ index, delta, finish_reason: finish }));
    const content = this.#written ? `\n\n${note}` : note;
    const usage = {
      prompt_tokens: soFar.inputTokens,
      completion_tokens: soFar.outputTokens,
      total_tokens: soFar.inputTokens + soFar.outputTokens,
    };
    return [
      sseText({ ...head, choices: choices(this.#head ? { content } : { role: 'assistant', content }, null) }),
      // A chunk without choices breaks clients that did not ask for one.
      sseText({ ...head, choices: choices({}, 'stop'), ...(this.#usageAsked ? {} : { usage }) }),
      this.#usageAsked ? sseText({ ...head, choices: [], usage }) : '',
      sseText('[DONE]'),
    ].join('');
  }

  #headOf(event: JsonObject): Head {
    return {
      id: text(event.id) ?? `chatcmpl-${this.#options.randomId()}`,
      object: text(event.object) ?? 'chat.completion.chunk',
      created: count(event.created) || Math.floor(this.#options.clock() / 1000),
      model: text(event.model) ?? this.#options.model(),
    };
  }
}

function outputOf(delta: JsonObject): string {
  const calls = [...list(delta.tool_calls).map((call) => object(object(call).function)), object(delta.function_call)];
  return [
    text(delta.content),
    // The same thinking under two names where both are there: OpenRouter's and everybody else's.
    text(delta.reasoning_content) ?? text(delta.reasoning),
    text(delta.refusal),
    ...calls.flatMap((call) => [text(call.name), text(call.arguments)]),
  ].join('');
}

/** `calls` with what an event adds to them. */
function followed(calls: Map<string, OpenCall>, event: JsonObject): Map<string, OpenCall> {
  for (const choice of list(event.choices).map(object)) {
    const delta = object(choice.delta);
    const pieces = [
      ...list(delta.tool_calls).map(object),
      ...(isObject(delta.function_call) ? [{ function: delta.function_call }] : []),
    ];
    for (const piece of pieces as readonly JsonObject[]) {
      const made = object(piece.function);
      // Some servers number nothing: then a new id begins a new call.
      const number =
        piece.index === undefined ? (text(piece.id) ?? [...calls.keys()].at(-1)?.split(' ')[1] ?? 0) : count(piece.index);
      const at = `${count(choice.index)} ${number}`;
      const { tool, input } = calls.get(at) ?? { tool: '', input: '' };
      calls.set(at, { tool: tool + (text(made.name) ?? ''), input: input + (text(made.arguments) ?? '') });
    }
  }
  return calls;
}

function beginsCall(delta: JsonObject): boolean {
  return list(delta.tool_calls).length > 0 || isObject(delta.function_call);
}
