import { type JsonObject, list, object } from '../../src/core/usageOf/json.ts';
import { shellInput } from './anthropic.ts';
import { type Answer, type Dialect, type Issued, pieces, type Sent, sse } from './dialect.ts';
import { openaiError } from './openaiChat.ts';
import { checkInput, offeredTools } from './openaiResponsesRules.ts';
import { type Block, endlessWords } from './turn.ts';

/** OpenAI Responses. */
export function openaiResponsesDialect(issued: Issued): Dialect {
  return {
    protocol: 'openai-responses',
    family: 'openai',
    check: (body) => checkInput(body, issued),
    offersTools: (body) => offeredTools(body).length > 0,
    newId: () => `resp_${issued.random.id(40)}`,
    stream: (answer) => stream(answer, issued),
    whole: (answer) => ({
      ...response(answer),
      status: 'completed',
      output: answer.turn.blocks.map((block) => closed(open(block, answer, issued), block, issued)),
      usage: usageOf(answer),
    }),
    error: openaiError,
  };
}

function* stream(answer: Answer, issued: Issued): Generator<Sent> {
  const { blocks, endless } = answer.turn;
  let sequence = 0;
  const event = (type: string, fields: object): Sent => ({ sse: sse(type, { type, sequence_number: sequence++, ...fields }) });
  yield event('response.created', { response: { ...response(answer), output: [] } });
  yield event('response.in_progress', { response: { ...response(answer), output: [] } });
  const output: object[] = [];
  for (const [index, block] of blocks.entries()) {
    const item = open(block, answer, issued);
    const at = { item_id: item.id, output_index: index };
    yield event('response.output_item.added', { output_index: index, item });
    const words = wordsOf(block, item);
    yield* words.before.map(([type, fields]) => event(type, { ...at, ...fields }));
    const piece = (text: string): Sent => ({ ...event(words.delta, { ...at, ...words.place, delta: text }), written: text });
    const isEndless = endless !== undefined && index === blocks.length - 1;
    for (const text of pieces(isEndless ? words.begun : words.content)) yield piece(text);
    if (isEndless) for (const word of endlessWords()) yield { ...piece(word), piece: true };
    yield* words.after.map(([type, fields]) => event(type, { ...at, ...fields }));
    const done = closed(item, block, issued);
    output.push(done);
    yield event('response.output_item.done', { output_index: index, item: done });
  }
  yield event('response.completed', { response: { ...response(answer), status: 'completed', output, usage: usageOf(answer) } });
}

type Item = JsonObject & { readonly id: string; readonly type: string };
type Said = readonly [type: string, fields: object];

/** How a block is streamed: its events before and after the deltas, and what the deltas hold. */
interface Words {
  readonly before: readonly Said[];
  readonly delta: string;
  readonly place: object;
  readonly content: string;
  /** Where a never ending block goes on from. */
  readonly begun: string;
  readonly after: readonly Said[];
}

function wordsOf(block: Block, item: Item): Words {
  switch (block.kind) {
    case 'thinking': {
      const place = { summary_index: 0 };
      const part = (text: string): object => ({ ...place, part: { type: 'summary_text', text } });
      return {
        before: [['response.reasoning_summary_part.added', part('')]],
        delta: 'response.reasoning_summary_text.delta',
        place,
        content: block.text,
        begun: block.text,
        after: [
          ['response.reasoning_summary_text.done', { ...place, text: block.text }],
          ['response.reasoning_summary_part.done', part(block.text)],
        ],
      };
    }
    case 'text': {
      const place = { content_index: 0, logprobs: [] };
      const part = (text: string): object => ({ content_index: 0, part: textPart(text) });
      return {
        before: [['response.content_part.added', part('')]],
        delta: 'response.output_text.delta',
        place,
        content: block.text,
        begun: block.text,
        after: [
          ['response.output_text.done', { ...place, text: block.text }],
          ['response.content_part.done', part(block.text)],
        ],
      };
    }
    case 'call':
      return item.type === 'custom_tool_call' ? programWords(block.command) : functionWords(argumentsOf(item, block));
  }
}

/** Cut anywhere after its first line, this is still a whole program: what makes a closed, cut call dangerous. */
function programWords(command: string): Words {
  const content = program(command);
  return {
    before: [],
    delta: 'response.custom_tool_call_input.delta',
    place: {},
    content,
    begun: `${content}\n//`,
    after: [['response.custom_tool_call_input.done', { input: content }]],
  };
}

function functionWords(content: string): Words {
  return {
    before: [],
    delta: 'response.function_call_arguments.delta',
    place: {},
    content,
    begun: content.slice(0, -2),
    after: [['response.function_call_arguments.done', { arguments: content }]],
  };
}

/** A new item, still empty. */
function open(block: Block, answer: Answer, { random }: Issued): Item {
  switch (block.kind) {
    case 'thinking':
      return { id: `rs_${random.id(40)}`, type: 'reasoning', summary: [] };
    case 'text':
      return { id: `msg_${random.id(40)}`, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
    case 'call': {
      const tool = block.use
        ? { ...namedTool(block.use.name), type: 'function' }
        : { ...shellTool(answer.body), namespace: undefined };
      const { name, namespace } = tool;
      const call = { status: 'in_progress', call_id: `call_${random.id(24)}`, name, ...(namespace ? { namespace } : {}) };
      return tool.type === 'custom'
        ? { id: `ctc_${random.id(40)}`, type: 'custom_tool_call', ...call, input: '' }
        : { id: `fc_${random.id(40)}`, type: 'function_call', ...call, arguments: '' };
    }
  }
}

function closed(item: Item, block: Block, issued: Issued): object {
  switch (block.kind) {
    case 'thinking': {
      const summary = [{ type: 'summary_text', text: block.text }];
      return { ...item, summary, encrypted_content: issued.seal(item.id) };
    }
    case 'text':
      return { ...item, status: 'completed', content: [textPart(block.text)] };
    case 'call': {
      const said = item.type === 'custom_tool_call' ? { input: program(block.command) } : { arguments: argumentsOf(item, block) };
      return { ...item, status: 'completed', ...said };
    }
  }
}

function textPart(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

/** `space.tool`: a tool of a namespace. */
function namedTool(path: string): { readonly name: string; readonly namespace: string | undefined } {
  const [name = '', namespace] = path.split('.').reverse();
  return { name, namespace };
}

/** Codex's `exec` takes a program; opencode's `bash` and Codex's older tools take JSON. */
function shellTool(body: JsonObject): { readonly name: string; readonly type: string } {
  const tools = offeredTools(body);
  for (const name of ['exec', 'exec_command', 'shell', 'shell_command', 'bash']) {
    const tool = tools.find((each) => each.name === name);
    if (tool) return { name, type: String(tool.type) };
  }
  throw new Error(`no shell among the tools ${tools.map((tool) => String(tool.name ?? tool.type)).join(', ')}`);
}

function program(command: string): string {
  return `text((await tools.exec_command(${JSON.stringify({ cmd: command })})).output);`;
}

function argumentsOf({ name }: Item, { command, use }: Block & { readonly kind: 'call' }): string {
  if (use) return JSON.stringify(use.input);
  switch (name) {
    case 'exec_command':
      return JSON.stringify({ yield_time_ms: 10_000, cmd: command });
    case 'shell':
      return JSON.stringify({ command: ['bash', '-c', command], justification: 'A step' });
    case 'shell_command':
      return JSON.stringify({ command, justification: 'A step' });
    default:
      return JSON.stringify(shellInput(command));
  }
}

function response({ id, model, at, body }: Answer): object {
  return {
    id,
    object: 'response',
    created_at: Math.floor(at / 1000),
    status: 'in_progress',
    model,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    store: body.store ?? true,
    tools: list(body.tools).map((tool) => ({ type: object(tool).type, name: object(tool).name })),
    service_tier: 'default',
  };
}

function usageOf({ turn: { usage } }: Answer): object {
  const input = usage.uncachedInput + usage.cacheRead + usage.cacheWrite30m;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite30m },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + usage.output,
  };
}
