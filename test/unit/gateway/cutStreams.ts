/** Streams cut at every kind of place, with the exact events that end them. Ids come from the rig: 1 is the request's own. */

export const note = 'Stopped: the budget of this task is spent.';

export interface CutStream {
  readonly what: string;
  readonly path: string;
  /** What has passed when the cut comes. */
  readonly before: string;
  /** Bytes of an unfinished event behind it, which never go on. */
  readonly tail?: string;
  /** The event that an agent would act on next, where there is one. */
  readonly acting?: string;
  readonly ending: string;
  /** Words of output in `before`. */
  readonly tokens: number;
  /** The provider's final count has come: it is no cut any more. */
  readonly whole?: boolean;
}

type Named = { readonly type: string } & Readonly<Record<string, unknown>>;

function named(...events: readonly Named[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

function bare(...events: readonly object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
}

const done = 'data: [DONE]\n\n';

// ---- Anthropic Messages

const messages = 'anthropic/v1/messages';
const start = {
  type: 'message_start',
  message: {
    id: 'msg_01',
    model: 'claude-sonnet-4-5',
    usage: {
      input_tokens: 12,
      cache_creation_input_tokens: 300,
      cache_read_input_tokens: 9000,
      output_tokens: 1,
      service_tier: 'standard',
    },
  },
};
const block = (index: number, content_block: object): Named => ({ type: 'content_block_start', index, content_block });
const delta = (index: number, inner: object): Named => ({ type: 'content_block_delta', index, delta: inner });
const stop = (index: number): Named => ({ type: 'content_block_stop', index });
const anthropicEnd = (output_tokens: number): string =>
  named(
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { input_tokens: 12, cache_creation_input_tokens: 300, cache_read_input_tokens: 9000, output_tokens },
    },
    { type: 'message_stop' },
  );
const newText = (index: number): string =>
  named(block(index, { type: 'text', text: '' }), delta(index, { type: 'text_delta', text: note }), stop(index));
const tool = { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} };

const anthropic: readonly CutStream[] = [
  {
    what: 'Anthropic text with a note in the open block',
    path: messages,
    before: named(start, block(0, { type: 'text', text: '' }), delta(0, { type: 'text_delta', text: 'one two' })),
    tail: 'event: content_block_delta\ndata: {"type":"content_bl',
    ending: named(delta(0, { type: 'text_delta', text: `\n\n${note}` }), stop(0)) + anthropicEnd(2),
    tokens: 2,
  },
  {
    what: 'Anthropic text of which nothing has come',
    path: messages,
    before: named(start, block(0, { type: 'text', text: '' })),
    ending: named(delta(0, { type: 'text_delta', text: note }), stop(0)) + anthropicEnd(0),
    tokens: 0,
  },
  {
    what: 'Anthropic between two blocks with a block of its own',
    path: messages,
    before: named(start, block(0, { type: 'text', text: '' }), delta(0, { type: 'text_delta', text: 'one' }), stop(0)),
    ending: newText(1) + anthropicEnd(1),
    tokens: 1,
  },
  {
    what: 'Anthropic thinking, which stays open, with a block of its own',
    path: messages,
    before: named(
      start,
      block(0, { type: 'thinking', thinking: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'I think so' }),
    ),
    ending: newText(1) + anthropicEnd(3),
    tokens: 3,
  },
  {
    what: 'Anthropic in a tool call, which stays open, with a block of its own',
    path: messages,
    before: named(
      start,
      block(0, { type: 'text', text: '' }),
      delta(0, { type: 'text_delta', text: 'one ' }),
      stop(0),
      block(1, tool),
      delta(1, { type: 'input_json_delta', partial_json: '{"command": "touch m_tr' }),
    ),
    acting: named(stop(1)),
    ending: newText(2) + anthropicEnd(4),
    tokens: 4,
  },
  {
    what: 'Anthropic behind its stop reason with the stop alone',
    path: messages,
    before: named(start, {
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 9 },
    }),
    ending: named({ type: 'message_stop' }),
    tokens: 0,
    whole: true,
  },
  {
    what: 'Anthropic before its first event with a whole message',
    path: messages,
    before: ': hello\n\n',
    ending:
      named({
        type: 'message_start',
        message: {
          id: 'msg_2',
          type: 'message',
          role: 'assistant',
          model: 'claude-sonnet-4-5',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 1234, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 },
        },
      }) +
      newText(0) +
      anthropicEnd(0).replace(
        '"input_tokens":12,"cache_creation_input_tokens":300,"cache_read_input_tokens":9000',
        '"input_tokens":1234,"cache_creation_input_tokens":0,"cache_read_input_tokens":0',
      ),
    tokens: 0,
  },
];

// ---- Chat Completions

const chat = 'openai/v1/chat/completions';
const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 17, model: 'gpt-5.5' };
const chunk = (inner: object, finish: string | null = null, rest: object = {}): object => ({
  ...head,
  choices: [{ index: 0, delta: inner, finish_reason: finish }],
  ...rest,
});
const chatUsage = (completion_tokens: number): object => ({
  prompt_tokens: 1234,
  completion_tokens,
  total_tokens: 1234 + completion_tokens,
});
const call = (args: string): object => ({
  tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'bash', arguments: args } }],
});
const chatError = bare({ error: { message: note, type: 'insufficient_quota', param: null, code: 'insufficient_quota' } });

const chats: readonly CutStream[] = [
  {
    what: 'Chat text with a note, a stop and the usage in it',
    path: chat,
    before: bare(chunk({ role: 'assistant', content: '' }), chunk({ content: 'one two' })),
    tail: 'data: {"id":"chatcmpl-1","cho',
    ending: bare(chunk({ content: `\n\n${note}` }), chunk({}, 'stop', { usage: chatUsage(2) })) + done,
    tokens: 2,
  },
  {
    what: 'Chat text with a usage chunk of its own where the client asked for one',
    path: chat,
    before: bare(chunk({ role: 'assistant', content: 'one' }, null, { usage: null })),
    ending: bare(chunk({ content: `\n\n${note}` }), chunk({}, 'stop'), { ...head, choices: [], usage: chatUsage(1) }) + done,
    tokens: 1,
  },
  {
    what: 'Chat thinking with a note as text',
    path: chat,
    before: bare(chunk({ role: 'assistant', reasoning_content: 'I think so', reasoning: 'I think so' })),
    ending: bare(chunk({ content: note }), chunk({}, 'stop', { usage: chatUsage(3) })) + done,
    tokens: 3,
  },
  {
    what: 'Chat in a tool call with an error',
    path: chat,
    before: bare(chunk({ role: 'assistant', content: 'one ' }), chunk(call('{"command": "touch m_tr'))),
    acting: bare(chunk({}, 'tool_calls')) + done,
    ending: chatError,
    tokens: 4,
  },
  {
    what: 'Chat behind its finish with the end alone',
    path: chat,
    before: bare(chunk({ role: 'assistant', content: 'one' }), chunk({}, 'stop')),
    ending: done,
    tokens: 1,
  },
  {
    what: 'Chat before its first chunk with a whole answer',
    path: chat,
    before: ': OPENROUTER PROCESSING\n\n',
    ending:
      bare(
        {
          id: 'chatcmpl-2',
          object: 'chat.completion.chunk',
          created: 1_700_000_000,
          model: 'claude-sonnet-4-5',
          choices: [{ index: 0, delta: { role: 'assistant', content: note }, finish_reason: null }],
        },
        {
          id: 'chatcmpl-2',
          object: 'chat.completion.chunk',
          created: 1_700_000_000,
          model: 'claude-sonnet-4-5',
          choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
          usage: chatUsage(0),
        },
      ) + done,
    tokens: 0,
  },
];

// ---- Responses

const responses = 'openai/v1/responses';
const response = { id: 'resp_1', object: 'response', created_at: 17, status: 'in_progress', model: 'gpt-5.5' };
const created = {
  type: 'response.created',
  sequence_number: 0,
  response: { ...response, instructions: 'long '.repeat(100), tools: [{}], error: null },
};
const text = (written: string): object => ({ type: 'output_text', text: written, annotations: [], logprobs: [] });
const say = (type: string, sequence_number: number, rest: object): Named => ({
  type: `response.${type}`,
  sequence_number,
  ...rest,
});
const completed = (sequence: number, item: object, output_tokens: number, base: object = { ...response, error: null }): Named =>
  say('completed', sequence, {
    response: {
      ...base,
      status: 'completed',
      error: null,
      incomplete_details: null,
      output: [item],
      usage: {
        input_tokens: 1234,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 1234 + output_tokens,
      },
    },
  });
/** A message of our own with the note, from its first event on, and the end. */
const ownMessage = (from: number, index: number, id: string, tokens: number, base?: object): string => {
  const item = { id, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
  const at = { item_id: id, output_index: index, content_index: 0 };
  const closed = { ...item, status: 'completed', content: [text(note)] };
  return named(
    say('output_item.added', from, { output_index: index, item }),
    say('content_part.added', from + 1, { ...at, part: text('') }),
    say('output_text.delta', from + 2, { ...at, delta: note, logprobs: [] }),
    say('output_text.done', from + 3, { ...at, text: note, logprobs: [] }),
    say('content_part.done', from + 4, { ...at, part: text(note) }),
    say('output_item.done', from + 5, { output_index: index, item: closed }),
    completed(from + 6, closed, tokens, base),
  );
};
const message = { id: 'msg_1', type: 'message', status: 'in_progress', role: 'assistant', phase: 'final_answer', content: [] };
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const begun = named(
  created,
  say('output_item.added', 1, { output_index: 0, item: message }),
  say('content_part.added', 2, { ...at, part: text('') }),
);
const textEnd = (from: number, before: string, index: number, contents: readonly string[], tokens: number): string => {
  const where = { ...at, content_index: index };
  const added = before ? `\n\n${note}` : note;
  const closed = { ...message, status: 'completed', content: contents.map(text) };
  return named(
    say('output_text.delta', from, { ...where, delta: added, logprobs: [] }),
    say('output_text.done', from + 1, { ...where, text: before + added, logprobs: [] }),
    say('content_part.done', from + 2, { ...where, part: text(before + added) }),
    say('output_item.done', from + 3, { output_index: 0, item: closed }),
    completed(from + 4, closed, tokens),
  );
};
const exec = { id: 'ctc_1', type: 'custom_tool_call', call_id: 'call_1', name: 'exec', input: '', status: 'in_progress' };

const responsesStreams: readonly CutStream[] = [
  {
    what: 'Responses text in the open message',
    path: responses,
    before: begun + named(say('output_text.delta', 3, { ...at, delta: 'one two' })),
    tail: 'event: response.output_text.delta\ndata: {"type":"resp',
    ending: textEnd(4, 'one two', 0, [`one two\n\n${note}`], 2),
    tokens: 2,
  },
  {
    what: 'Responses in a message whose text is closed, with a second part',
    path: responses,
    before:
      begun +
      named(
        say('output_text.delta', 3, { ...at, delta: 'one' }),
        say('output_text.done', 4, { ...at, text: 'one' }),
        say('content_part.done', 5, { ...at, part: text('one') }),
      ),
    ending:
      named(say('content_part.added', 6, { ...at, content_index: 1, part: text('') })) + textEnd(7, '', 1, ['one', note], 1),
    tokens: 1,
  },
  {
    what: 'Responses in reasoning, which stays open, with a message of its own',
    path: responses,
    before: named(
      created,
      say('output_item.added', 1, { output_index: 0, item: { id: 'rs_1', type: 'reasoning', summary: [] } }),
      say('reasoning_summary_text.delta', 2, { item_id: 'rs_1', output_index: 0, summary_index: 0, delta: 'I think so' }),
    ),
    ending: ownMessage(3, 1, 'msg_2', 3, { ...response, error: null }),
    tokens: 3,
  },
  {
    what: 'Responses in a custom tool call, which stays open, with a message of its own',
    path: responses,
    before: named(
      created,
      say('output_item.added', 1, { output_index: 0, item: exec }),
      say('custom_tool_call_input.delta', 2, {
        item_id: 'ctc_1',
        output_index: 0,
        delta: 'await tools.exec_command({cmd: "touch m"});',
      }),
    ),
    acting: named(say('output_item.done', 3, { output_index: 0, item: { ...exec, status: 'completed' } })),
    ending: ownMessage(3, 1, 'msg_2', 4, { ...response, error: null }),
    tokens: 4,
  },
  {
    what: 'Responses in a function call, which stays open, with a message of its own',
    path: responses,
    before: named(
      created,
      say('output_item.added', 1, { output_index: 0, item: { id: 'fc_1', type: 'function_call', name: 'bash', arguments: '' } }),
      say('function_call_arguments.delta', 2, { item_id: 'fc_1', output_index: 0, delta: '{"command": "touch' }),
    ),
    acting: named(say('function_call_arguments.done', 3, { item_id: 'fc_1', output_index: 0, arguments: '{}' })),
    ending: ownMessage(3, 1, 'msg_2', 2, { ...response, error: null }),
    tokens: 2,
  },
  {
    what: 'Responses before its first event with a whole response',
    path: responses,
    before: ': hello\n\n',
    ending: ((own) => named(say('created', 0, { response: { ...own, output: [] } })) + ownMessage(1, 0, 'msg_3', 0, own))({
      id: 'resp_2',
      object: 'response',
      created_at: 1_700_000_000,
      status: 'in_progress',
      model: 'claude-sonnet-4-5',
    }),
    tokens: 0,
  },
];

// ---- Gemini

const gemini = 'gemini/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse';
const part = (inner: object, rest: object = {}): object => ({
  candidates: [{ content: { parts: [inner], role: 'model' }, index: 0 }],
  usageMetadata: { promptTokenCount: 77, totalTokenCount: 80 },
  modelVersion: 'gemini-3-pro',
  responseId: 'r1',
  ...rest,
});
const geminiEnd = (
  written: string,
  tokens: number,
  prompt = 77,
  ids: object = { modelVersion: 'gemini-3-pro', responseId: 'r1' },
): string =>
  bare({
    candidates: [{ content: { parts: [{ text: written }], role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: tokens, totalTokenCount: prompt + tokens },
    ...ids,
  });

const geminiStreams: readonly CutStream[] = [
  {
    what: 'Gemini text',
    path: gemini,
    before: bare(part({ text: 'one two' })).replaceAll('\n', '\r\n'),
    tail: 'data: {"candi',
    ending: geminiEnd(`\n\n${note}`, 2),
    tokens: 2,
  },
  {
    what: 'Gemini thinking',
    path: gemini,
    before: bare(part({ text: 'I think so', thought: true })),
    ending: geminiEnd(note, 3),
    tokens: 3,
  },
  {
    what: 'Gemini before its first chunk',
    path: gemini,
    before: ': hello\n\n',
    ending: geminiEnd(note, 0, 1234, { modelVersion: 'claude-sonnet-4-5', responseId: '2' }),
    tokens: 0,
  },
];

export const cutStreams: readonly CutStream[] = [...anthropic, ...chats, ...responsesStreams, ...geminiStreams];

/** A Gemini call comes whole in one chunk: held back with it in the count of what was billed. */
export const geminiCall = {
  path: gemini,
  before: bare(part({ text: 'one two ' })),
  acting: bare(part({ functionCall: { name: 'run', args: { command: 'touch m' } } })),
  ending: geminiEnd(`\n\n${note}`, 4),
};
