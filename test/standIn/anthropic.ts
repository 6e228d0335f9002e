import type { JsonObject } from '../../src/core/usageOf/json.ts';
import { list, object } from '../../src/core/usageOf/json.ts';
import { checkMessages } from './anthropicRules.ts';
import { type Answer, type Dialect, type Issued, pieces, type Sent, sse } from './dialect.ts';
import { type Block, endlessWords } from './turn.ts';

/** Anthropic Messages. */
export function anthropicDialect(issued: Issued): Dialect {
  return {
    protocol: 'anthropic',
    family: 'anthropic',
    check: (body) => checkMessages(body, issued),
    offersTools: (body) => list(body.tools).length > 0,
    newId: () => `msg_${issued.random.id(24)}`,
    stream: (answer) => stream(answer, issued),
    whole: (answer) => ({
      ...head(answer),
      content: answer.turn.blocks.map((block) => wholeBlock(block, answer, issued)),
      stop_reason: stopReason(answer),
      usage: usageOf(answer),
    }),
    error: (status, message) => ({ type: 'error', error: { type: errorType(status), message }, request_id: null }),
  };
}

function* stream(answer: Answer, issued: Issued): Generator<Sent> {
  const { blocks, endless } = answer.turn;
  const first = { ...usageOf(answer), output_tokens: 1, output_tokens_details: { thinking_tokens: 0 } };
  yield event({ type: 'message_start', message: { ...head(answer), content: [], stop_reason: null, usage: first } });
  yield event({ type: 'ping' });
  for (const [index, block] of blocks.entries()) {
    yield event({ type: 'content_block_start', index, content_block: opening(block, answer, issued) });
    const delta = (text: string): Sent => ({
      ...event({ type: 'content_block_delta', index, delta: deltaOf(block, text) }),
      written: text,
    });
    for (const text of pieces(content(block, endless !== undefined && index === blocks.length - 1))) yield delta(text);
    if (endless && index === blocks.length - 1) for (const word of endlessWords()) yield { ...delta(word), piece: true };
    if (block.kind === 'thinking') {
      const signature = issued.seal(block.text);
      yield event({ type: 'content_block_delta', index, delta: { type: 'signature_delta', signature } });
    }
    yield event({ type: 'content_block_stop', index });
  }
  const delta = { stop_reason: stopReason(answer), stop_sequence: null };
  yield event({ type: 'message_delta', delta, usage: usageOf(answer) });
  yield event({ type: 'message_stop' });
}

function event(data: JsonObject & { readonly type: string }): Sent {
  return { sse: sse(data.type, data) };
}

function head({ id, model }: Answer): object {
  return { id, type: 'message', role: 'assistant', model, stop_sequence: null };
}

function opening(block: Block, answer: Answer, issued: Issued): object {
  switch (block.kind) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'text':
      return { type: 'text', text: '' };
    case 'call':
      return {
        type: 'tool_use',
        id: `toolu_${issued.random.id(24)}`,
        name: block.use?.name ?? shellTool(answer.body),
        input: {},
      };
  }
}

/** The text of a block's deltas; an endless call has its command and never ends its description. */
function content(block: Block, endless: boolean): string {
  if (block.kind !== 'call') return block.text;
  const whole = JSON.stringify(block.use?.input ?? shellInput(block.command));
  return endless ? whole.slice(0, -2) : whole;
}

function deltaOf(block: Block, text: string): object {
  switch (block.kind) {
    case 'thinking':
      return { type: 'thinking_delta', thinking: text };
    case 'text':
      return { type: 'text_delta', text };
    case 'call':
      return { type: 'input_json_delta', partial_json: text };
  }
}

function wholeBlock(block: Block, answer: Answer, issued: Issued): object {
  switch (block.kind) {
    case 'thinking':
      return { type: 'thinking', thinking: block.text, signature: issued.seal(block.text) };
    case 'text':
      return { type: 'text', text: block.text };
    case 'call':
      return { ...opening(block, answer, issued), input: block.use?.input ?? shellInput(block.command) };
  }
}

/** What the agent calls its shell. */
function shellTool(body: JsonObject): string {
  const names = list(body.tools).map((tool) => String(object(tool).name));
  const name = names.find((each) => each.toLowerCase() === 'bash');
  if (!name) throw new Error(`no shell among the tools ${names.join(', ')}`);
  return name;
}

/** Claude Code's Bash, opencode's and Kilo's bash. */
export function shellInput(command: string): object {
  return { command, description: 'A step of the scripted run' };
}

function stopReason({ turn }: Answer): string {
  return turn.blocks.some((block) => block.kind === 'call') ? 'tool_use' : 'end_turn';
}

function usageOf({ turn: { usage } }: Answer): JsonObject {
  return {
    input_tokens: usage.uncachedInput,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite5m, ephemeral_1h_input_tokens: usage.cacheWrite1h },
    output_tokens: usage.output,
    output_tokens_details: { thinking_tokens: usage.reasoning },
    service_tier: 'standard',
  };
}

function errorType(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 404:
      return 'not_found_error';
    case 500:
      return 'api_error';
    default:
      return 'invalid_request_error';
  }
}
