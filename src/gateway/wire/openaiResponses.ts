import { count, isObject, type JsonObject, object, text } from '../../core/usageOf/json.ts';
import { sseText } from './sseText.ts';
import { nothingSeen, type Seen, type SoFar, type Wire, type WireOptions } from './wireContract.ts';

/** OpenAI Responses: numbered output items with parts; agents run a call at its `response.output_item.done`. */
export function openaiResponsesWire(options: WireOptions): Wire {
  return new OpenaiResponsesWire(options);
}

interface OpenMessage {
  readonly index: number;
  readonly item: JsonObject;
  /** Text of each part so far. */
  readonly parts: string[];
  /** Whether the last part still takes text. */
  partOpen: boolean;
}

type Say = (type: string, fields: JsonObject) => void;

/** Calls the provider itself carries out; any other `…_call` is for the agent. */
const providersOwn: ReadonlySet<string> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_call',
]);

class OpenaiResponsesWire implements Wire {
  readonly #options: WireOptions;
  #response: JsonObject | undefined;
  #message: OpenMessage | undefined;
  #nextIndex = 0;
  #sequence = 0;
  #over = false;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  look(data: unknown): Seen {
    const event = object(data);
    const type = text(event.type) ?? '';
    const last = lastWord(type);
    if (last) return { last };
    if (type.endsWith('.delta')) {
      const written = type.includes('audio.') ? undefined : text(event.delta);
      return written ? { text: written } : nothingSeen;
    }
    if (!closesCall(type, event)) return nothingSeen;
    const { name, arguments: input } = object(event.item);
    return { acts: true, calls: name === undefined ? [] : [{ tool: String(name), input }] };
  }

  passed(data: unknown): void {
    const event = object(data);
    const type = text(event.type) ?? '';
    const index = count(event.output_index);
    if (event.sequence_number !== undefined) this.#sequence = count(event.sequence_number) + 1;
    if (lastWord(type)) this.#over = true;
    if (type === 'response.created') this.#response = scalars(object(event.response));
    if (type === 'response.output_item.added') {
      const item = object(event.item);
      this.#nextIndex = Math.max(this.#nextIndex, index + 1);
      if (item.type === 'message') this.#message = { index, item, parts: [], partOpen: false };
    }
    if (this.#message?.index === index) this.#intoMessage(this.#message, type, event);
  }

  /** Neither a reasoning item nor a call in progress is closed: their `done` events would be acted on or sent again. */
  ending(note: string, soFar: SoFar): string {
    if (this.#over) return '';
    const events: string[] = [];
    const say: Say = (type, fields) => events.push(sseText({ type, sequence_number: this.#sequence++, ...fields }, type));
    const response = this.#response ?? this.#ownResponse();
    if (!this.#response) say('response.created', { response: { ...response, output: [] } });
    const item = endMessage(this.#message ?? this.#ownMessage(say), note, say);
    const usage = {
      input_tokens: soFar.inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: soFar.outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: soFar.inputTokens + soFar.outputTokens,
    };
    say('response.completed', {
      response: { ...response, status: 'completed', error: null, incomplete_details: null, output: [item], usage },
    });
    return events.join('');
  }

  #intoMessage(message: OpenMessage, type: string, event: JsonObject): void {
    switch (type) {
      case 'response.content_part.added':
        message.parts.push(text(object(event.part).text) ?? '');
        message.partOpen = true;
        break;
      case 'response.output_text.delta':
        if (message.partOpen) message.parts.push((message.parts.pop() ?? '') + (text(event.delta) ?? ''));
        break;
      case 'response.content_part.done':
        message.partOpen = false;
        break;
      case 'response.output_item.done':
        this.#message = undefined;
        break;
    }
  }

  #ownMessage(say: Say): OpenMessage {
    const id = `msg_${this.#options.randomId()}`;
    const item = { id, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
    say('response.output_item.added', { output_index: this.#nextIndex, item });
    return { index: this.#nextIndex, item, parts: [], partOpen: false };
  }

  #ownResponse(): JsonObject {
    return {
      id: `resp_${this.#options.randomId()}`,
      object: 'response',
      created_at: Math.floor(this.#options.clock() / 1000),
      status: 'in_progress',
      model: this.#options.model(),
    };
  }
}

/** Writes the note into the message's open part, or into a part of its own, and closes part and message. Answers the closed item. */
function endMessage(message: OpenMessage, note: string, say: Say): JsonObject {
  const { index, item, parts } = message;
  const at = { item_id: item.id, output_index: index, content_index: message.partOpen ? parts.length - 1 : parts.length };
  if (!message.partOpen) say('response.content_part.added', { ...at, part: part('') });
  const before = (message.partOpen && parts.pop()) || '';
  const added = before ? `\n\n${note}` : note;
  parts.push(before + added);
  say('response.output_text.delta', { ...at, delta: added, logprobs: [] });
  say('response.output_text.done', { ...at, text: before + added, logprobs: [] });
  say('response.content_part.done', { ...at, part: part(before + added) });
  const closed = { ...item, status: 'completed', content: parts.map(part) };
  say('response.output_item.done', { output_index: index, item: closed });
  return closed;
}

function part(written: string): JsonObject {
  return { type: 'output_text', text: written, annotations: [], logprobs: [] };
}

function closesCall(type: string, event: JsonObject): boolean {
  if (type === 'response.output_item.done') {
    const kind = text(object(event.item).type) ?? '';
    return kind.endsWith('_call') && !providersOwn.has(kind);
  }
  return type === 'response.function_call_arguments.done' || type === 'response.custom_tool_call_input.done';
}

function lastWord(type: string): Seen['last'] {
  if (type === 'response.completed' || type === 'response.incomplete') return 'ended';
  return type === 'response.failed' || type === 'error' ? 'failed' : undefined;
}

/** A response without its bulk (instructions and tools are repeated in every one). */
function scalars(response: JsonObject): JsonObject {
  const small = Object.entries(response).filter(
    ([, value]) => !isObject(value) && !Array.isArray(value) && String(value).length < 200,
  );
  return Object.fromEntries(small);
}
