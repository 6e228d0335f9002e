import { type JsonObject, list, object } from '../../src/core/usageOf/json.ts';
import { shellInput } from './anthropic.ts';
import { type Answer, type Dialect, type Issued, pieces, type Sent } from './dialect.ts';
import { Reject } from './served.ts';
import { type Block, endlessWords } from './turn.ts';

/** OpenAI Chat Completions. */
export function openaiChatDialect(issued: Issued): Dialect {
  return {
    protocol: 'openai-chat',
    family: 'openai',
    check,
    offersTools: (body) => list(body.tools).length > 0,
    newId: () => `chatcmpl-${issued.random.id(24)}`,
    stream: (answer) => stream(answer, issued),
    whole: (answer) => whole(answer, issued),
    error: openaiError,
  };
}

export function openaiError(status: number, message: string): object {
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type, param: null, code: null } };
}

/** What the real API refuses. Source: https://platform.openai.com/docs/guides/function-calling, …/api-reference/chat */
function check(body: JsonObject): void {
  if (typeof body.model !== 'string') throw new Reject('you must provide a model parameter');
  const messages = list(body.messages).map(object);
  if (messages.length === 0) throw new Reject("Invalid 'messages': empty array.");
  let owed = new Set<string>();
  for (const [at, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!owed.delete(String(message.tool_call_id)))
        throw new Reject(
          `Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls' (messages.[${at}])`,
        );
      continue;
    }
    if (owed.size > 0) throw unanswered(owed);
    if (message.role !== 'assistant') continue;
    const calls = list(message.tool_calls).map(object);
    if (calls.length === 0 && message.content === undefined) throw new Reject(`Invalid value for 'messages[${at}].content'`);
    if (Array.isArray(message.tool_calls) && calls.length === 0)
      throw new Reject(`Invalid 'messages[${at}].tool_calls': empty array.`);
    owed = new Set(calls.map((call) => String(call.id)));
  }
  if (owed.size > 0) throw unanswered(owed);
}

function unanswered(owed: ReadonlySet<string>): Reject {
  return new Reject(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...owed].join(', ')}`,
  );
}

function* stream(answer: Answer, issued: Issued): Generator<Sent> {
  const { blocks, endless } = answer.turn;
  const asked = object(answer.body.stream_options).include_usage === true;
  const chunk = (delta: object, finish: string | null = null): Sent => ({
    sse: line({
      ...head(answer, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...(asked ? { usage: null } : {}),
    }),
  });
  yield chunk({ role: 'assistant', content: '' });
  let calls = 0;
  const shell = shellName(answer.body);
  for (const [index, block] of blocks.entries()) {
    const at = block.kind === 'call' ? calls++ : 0;
    if (block.kind === 'call') {
      const fn = { name: block.use?.name ?? needed(shell, answer.body), arguments: '' };
      yield chunk({ tool_calls: [{ index: at, id: `call_${issued.random.id(20)}`, type: 'function', function: fn }] });
    }
    const piece = (text: string): Sent => ({ ...chunk(deltaOf(block, at, text)), written: text });
    const isEndless = endless !== undefined && index === blocks.length - 1;
    for (const text of pieces(content(block, isEndless, shell))) yield piece(text);
    if (isEndless) for (const word of endlessWords()) yield { ...piece(word), piece: true };
  }
  yield chunk({}, finish(answer));
  if (asked) yield { sse: line({ ...head(answer, 'chat.completion.chunk'), choices: [], usage: usageOf(answer) }) };
  yield { sse: 'data: [DONE]\n\n' };
}

function line(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function whole(answer: Answer, issued: Issued): object {
  const { blocks } = answer.turn;
  const shell = shellName(answer.body);
  const said = blocks.filter((block) => block.kind === 'text').map((block) => block.text);
  const calls = blocks
    .filter((block) => block.kind === 'call')
    .map((block) => ({
      id: `call_${issued.random.id(20)}`,
      type: 'function',
      function: { name: block.use?.name ?? needed(shell, answer.body), arguments: content(block, false, shell) },
    }));
  const message = { role: 'assistant', content: said.join('\n') || null, ...(calls.length ? { tool_calls: calls } : {}) };
  return {
    ...head(answer, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finish(answer) }],
    usage: usageOf(answer),
  };
}

function head({ id, model, at }: Answer, kind: string): object {
  return { id, object: kind, created: Math.floor(at / 1000), model };
}

function content(block: Block, endless: boolean, shell: string | undefined): string {
  if (block.kind !== 'call') return block.text;
  const input = block.use?.input ?? (shell === severalCommands ? { commands: [block.command] } : shellInput(block.command));
  const text = JSON.stringify(input);
  // Up to inside of the last string.
  return endless ? text.replace(/"[\]}]*$/, '') : text;
}

function deltaOf(block: Block, at: number, text: string): object {
  switch (block.kind) {
    case 'thinking':
      return { reasoning_content: text };
    case 'text':
      return { content: text };
    case 'call':
      return { tool_calls: [{ index: at, function: { arguments: text } }] };
  }
}

/** Cline's shell. */
const severalCommands = 'run_commands';

function shellName(body: JsonObject): string | undefined {
  const names = toolNames(body);
  return names.find((each) => each.toLowerCase() === 'bash' || each === 'run_shell_command' || each === severalCommands);
}

function needed(name: string | undefined, body: JsonObject): string {
  if (!name) throw new Error(`no shell among the tools ${toolNames(body).join(', ')}`);
  return name;
}

function toolNames(body: JsonObject): string[] {
  return list(body.tools).map((tool) => String(object(object(tool).function).name));
}

function finish({ turn }: Answer): string {
  return turn.blocks.some((block) => block.kind === 'call') ? 'tool_calls' : 'stop';
}

function usageOf({ turn: { usage } }: Answer): object {
  const prompt = usage.uncachedInput + usage.cacheRead + usage.cacheWrite30m;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite30m, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: 0 },
  };
}
