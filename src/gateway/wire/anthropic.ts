import { count, type JsonObject, object, text } from '../../core/usageOf/json.ts';
import { sseText } from './sseText.ts';
import { nothingSeen, type Seen, type SoFar, type Wire, type WireOptions } from './wireContract.ts';

/** Anthropic Messages: numbered content blocks, each with a start, deltas and a stop. */
export function anthropicWire(options: WireOptions): Wire {
  return new AnthropicWire(options);
}

interface OpenBlock {
  readonly type: string;
  written: boolean;
  /** Of a call: its tool, and its arguments so far. */
  readonly tool: string;
  input: string;
}

class AnthropicWire implements Wire {
  readonly #options: WireOptions;
  readonly #open = new Map<number, OpenBlock>();
  /** The usage in `message_start`; undefined until that has passed. */
  #startUsage: JsonObject | undefined;
  #nextIndex = 0;
  #deltaSent = false;
  #stopped = false;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  look(data: unknown): Seen {
    const event = object(data);
    switch (event.type) {
      case 'content_block_delta': {
        const delta = object(event.delta);
        const written = text(delta.text) ?? text(delta.thinking) ?? text(delta.partial_json);
        return written ? { text: written } : nothingSeen;
      }
      case 'content_block_stop': {
        const block = this.#open.get(count(event.index));
        return block?.type === 'tool_use' ? { acts: true, calls: [{ tool: block.tool, input: block.input }] } : nothingSeen;
      }
      case 'message_stop':
        return { last: 'ended' };
      case 'error':
        return { last: 'failed' };
      default:
        return nothingSeen;
    }
  }

  passed(data: unknown): void {
    const event = object(data);
    const index = count(event.index);
    switch (event.type) {
      case 'message_start':
        this.#startUsage = object(object(event.message).usage);
        break;
      case 'content_block_start': {
        const block = object(event.content_block);
        const written = text(block.text) !== undefined;
        this.#open.set(index, { type: text(block.type) ?? '', written, tool: text(block.name) ?? '', input: '' });
        this.#nextIndex = Math.max(this.#nextIndex, index + 1);
        break;
      }
      case 'content_block_delta': {
        const block = this.#open.get(index);
        if (!block) break;
        block.written = true;
        block.input += text(object(event.delta).partial_json) ?? '';
        break;
      }
      case 'content_block_stop':
        this.#open.delete(index);
        break;
      case 'message_delta':
        this.#deltaSent ||= text(object(event.delta).stop_reason) !== undefined;
        break;
      case 'message_stop':
      case 'error':
        this.#stopped = true;
        break;
    }
  }

  ending(note: string, soFar: SoFar): string {
    if (this.#stopped) return '';
    if (this.#deltaSent) return named({ type: 'message_stop' });
    const usage = this.#usage(soFar);
    return [
      this.#startUsage ? '' : named({ type: 'message_start', message: this.#message({ ...usage, output_tokens: 0 }) }),
      this.#note(note),
      named({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage }),
      named({ type: 'message_stop' }),
    ].join('');
  }

  /**
   * An open text block takes the note and is closed. Any other open block stays open: closed thinking would lack its
   * signature when the session is resumed, a closed tool call would be run.
   */
  #note(note: string): string {
    const [[index, block] = [-1, undefined]] = this.#open;
    const intoOpen = this.#open.size === 1 && block?.type === 'text';
    const at = intoOpen ? index : this.#nextIndex;
    const written = intoOpen && block.written ? `\n\n${note}` : note;
    return [
      intoOpen ? '' : named({ type: 'content_block_start', index: at, content_block: { type: 'text', text: '' } }),
      named({ type: 'content_block_delta', index: at, delta: { type: 'text_delta', text: written } }),
      named({ type: 'content_block_stop', index: at }),
    ].join('');
  }

  #message(usage: object): object {
    return {
      id: `msg_${this.#options.randomId()}`,
      type: 'message',
      role: 'assistant',
      model: this.#options.model(),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
  }

  #usage(soFar: SoFar): JsonObject {
    const start = this.#startUsage;
    return {
      input_tokens: start ? count(start.input_tokens) : soFar.inputTokens,
      cache_creation_input_tokens: count(start?.cache_creation_input_tokens),
      cache_read_input_tokens: count(start?.cache_read_input_tokens),
      output_tokens: soFar.outputTokens,
    };
  }
}

function named(event: JsonObject & { readonly type: string }): string {
  return sseText(event, event.type);
}
