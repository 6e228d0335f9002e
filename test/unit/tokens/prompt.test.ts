import assert from 'node:assert/strict';
import { BlockMemo } from '../../../src/tokens/blockMemo.ts';
import { PromptCounter, type PromptProtocol } from '../../../src/tokens/prompt.ts';
import { counterOf, oracle } from './tables.ts';
import { makeText, randomFrom } from './textMaker.ts';

const counter = new PromptCounter(counterOf);
const o200k = oracle('o200k_base');
const count = (body: unknown, protocol: PromptProtocol, model?: string) => counter.count(body, protocol, model);
const object = (properties: object, required?: readonly string[]) => ({ type: 'object', properties, required });
const user = (content: unknown) => ({ role: 'user', content });
const system = (content: unknown) => ({ role: 'system', content });

describe('a Chat Completions prompt', () => {
  const jargon = [
    system('You are a helpful, pattern-following assistant that translates corporate jargon into plain English.'),
    { role: 'system', name: 'example_user', content: 'New synergies will help drive top-line growth.' },
    { role: 'system', name: 'example_assistant', content: 'Things working well together will increase revenue.' },
    {
      role: 'system',
      name: 'example_user',
      content: "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    },
    { role: 'system', name: 'example_assistant', content: "Let's talk later when we're less busy about how to do better." },
    user("This late pivot means we don't have time to boil the ocean for the client deliverable."),
  ];
  // The first four as OpenAI reported them for these messages (its cookbook, "How to count tokens with tiktoken"); the
  // reasoning models are one less, as recorded for other prompts.
  for (const [model, tokens] of [
    ['gpt-3.5-turbo-0125', 129],
    ['gpt-4-0613', 129],
    ['gpt-4o', 124],
    ['gpt-4o-mini', 124],
    ['openai/gpt-4.1', 124],
    ['gpt-5.5', 123],
    ['o3-mini', 123],
  ] as const) {
    it(`counts text to the token for ${model}`, () => {
      const { tokens: counted, counted: how, plusMinus, parts } = count({ model, messages: jargon }, 'openai-chat');
      assert.deepEqual([counted, how, plusMinus], [tokens, 'exact', 0]);
      assert.equal(parts.system + parts.tools + parts.messages, tokens);
    });
  }

  const weather = {
    name: 'get_current_weather',
    description: 'Get the current weather in a given location',
    parameters: object(
      {
        location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' },
        unit: { type: 'string', description: 'The unit of temperature to return', enum: ['celsius', 'fahrenheit'] },
      },
      ['location'],
    ),
  };
  const asking = [
    system('You are a helpful assistant that can answer to questions about the weather.'),
    user("What's the weather like in San Francisco?"),
  ];
  // Reported by OpenAI as well, same source; GPT-5 has 80 more for its tools.
  for (const [model, tokens] of [
    ['gpt-3.5-turbo', 105],
    ['gpt-4', 105],
    ['gpt-4o', 101],
    ['gpt-5', 180],
  ] as const) {
    it(`counts a tool as ${model} sees it`, () => {
      const prompt = count({ model, messages: asking, tools: [{ type: 'function', function: weather }] }, 'openai-chat');
      assert.equal(prompt.tokens, tokens);
      assert.equal(prompt.counted, 'estimated');
      assert.ok(prompt.plusMinus > 0 && prompt.plusMinus < 0.05);
      assert.ok(prompt.parts.tools > 60);
    });
  }

  // Prompts as OpenAI reported them for gpt-3.5-turbo (hmarr/openai-chat-tokens).
  const foo = object({ bar: { type: 'string', enum: ['a', 'b', 'c'] }, baz: { type: 'boolean' } });
  const functions: readonly (readonly [object, number])[] = [
    [{ messages: [user('hello')], functions: [{ name: 'foo', parameters: object({}) }] }, 31],
    [{ messages: [user('hello')], functions: [{ name: 'foo', description: 'Do a foo', parameters: object({}) }] }, 36],
    [
      {
        messages: [user('hello')],
        functions: [{ name: 'bing_bong', description: 'Do a bing bong', parameters: object({ foo }) }],
      },
      68,
    ],
    [{ messages: [system('Hello'), user('Hi there')], functions: [{ name: 'do_stuff', parameters: object({}) }] }, 35],
    [
      {
        messages: [system('Hello:'), system('Hello'), user('Hi there')],
        functions: [{ name: 'do_stuff', parameters: object({}) }],
      },
      40,
    ],
    [{ messages: [user('hello world'), { role: 'function', name: 'do_stuff', content: '{}' }] }, 15],
    [
      {
        messages: [
          { role: 'assistant', content: '', function_call: { name: 'do_stuff', arguments: '{"foo": "bar", "baz": 1.5}' } },
        ],
      },
      26,
    ],
  ];
  functions.forEach(([body, tokens], i) => {
    it(`counts functions as reported (${i})`, () =>
      assert.equal(count({ model: 'gpt-3.5-turbo', ...body }, 'openai-chat').tokens, tokens));
  });

  it('counts calls and their results', () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'read_file', arguments: '{"path":"src/a.ts"}' } };
    const turn = [
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'const a = 1;' },
    ];
    const before = count({ model: 'gpt-4o', messages: [user('hi')] }, 'openai-chat').tokens;
    const { tokens, counted } = count({ model: 'gpt-4o', messages: [user('hi'), ...turn] }, 'openai-chat');
    assert.equal(tokens - before, o200k('read_file') + o200k('{"path":"src/a.ts"}') + o200k('const a = 1;') + 15);
    assert.equal(counted, 'estimated');
  });

  it('is an estimate for a model whose tokenizer is not public', () => {
    const { tokens, counted, plusMinus } = count(
      { model: 'deepseek-chat', messages: [user('word '.repeat(1000))] },
      'openai-chat',
    );
    assert.deepEqual([counted, plusMinus], ['estimated', 0.15]);
    assert.ok(tokens > 1040 && tokens < 1070);
  });
});

describe('a Responses prompt', () => {
  it('counts instructions as a system message', () => {
    const messages = [system('Be brief.'), user('Hello there')];
    const chat = count({ model: 'gpt-5', messages }, 'openai-chat');
    assert.deepEqual(
      count({ model: 'gpt-5', instructions: 'Be brief.', input: 'Hello there' }, 'openai-responses').tokens,
      chat.tokens,
    );
    const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello there' }] }];
    const listed = count({ model: 'gpt-5', instructions: 'Be brief.', input }, 'openai-responses');
    assert.deepEqual([listed.tokens, listed.counted], [chat.tokens, 'exact']);
  });

  it('says that it cannot know a history that the provider keeps', () => {
    const { counted, plusMinus } = count(
      { model: 'gpt-5', input: 'and now?', previous_response_id: 'resp_1' },
      'openai-responses',
    );
    assert.deepEqual([counted, plusMinus], ['estimated', 1]);
  });

  it('counts calls, outputs, custom tools and namespaces', () => {
    const tool = { type: 'function', name: 'shell', parameters: object({ command: { type: 'string' } }) };
    const plain = count({ model: 'gpt-4.1', input: 'x', tools: [tool] }, 'openai-responses').tokens;
    assert.equal(
      count({ model: 'gpt-4.1', input: 'x', tools: [{ type: 'namespace', name: 'n', tools: [tool] }] }, 'openai-responses')
        .tokens,
      plain,
    );
    const grammar = 'start: line+ '.repeat(100);
    const custom = { type: 'custom', name: 'apply_patch', description: 'd', format: { type: 'grammar', definition: grammar } };
    assert.ok(count({ model: 'gpt-4.1', input: 'x', tools: [tool, custom] }, 'openai-responses').tokens > plain + o200k(grammar));
    const items = [
      { type: 'function_call', call_id: 'c', name: 'shell', arguments: '{"command":"ls"}' },
      { type: 'function_call_output', call_id: 'c', output: 'a.txt b.txt' },
    ];
    const bare = count({ model: 'gpt-4.1', input: [] }, 'openai-responses').tokens;
    assert.equal(
      count({ model: 'gpt-4.1', input: items }, 'openai-responses').tokens - bare,
      o200k('shell') + o200k('{"command":"ls"}') + o200k('a.txt b.txt') + 15,
    );
  });
});

describe('an Anthropic prompt', () => {
  const model = 'claude-sonnet-4-5-20250929';
  const words = 'word '.repeat(2000).trim();

  it('is o200k times the ratio of the tokenizer, and its frame', () => {
    const { tokens, counted, parts } = count(
      { model, system: [{ type: 'text', text: words }], messages: [user(words)] },
      'anthropic',
    );
    assert.equal(tokens, 2 * Math.round(2000 * 1.15) + 7);
    assert.equal(counted, 'estimated');
    assert.deepEqual(parts, { system: 2300, tools: 0, messages: 2307 });
    assert.equal(count({ model: 'claude-opus-4-7', messages: [user(words)] }, 'anthropic').tokens, 3000 + 11);
  });

  it('has the hidden tools prompt, thinking, calls and results', () => {
    const tools = [{ name: 'Read', description: 'Reads a file', input_schema: object({ path: { type: 'string' } }) }];
    const plain = count({ model, messages: [user('hi')] }, 'anthropic').tokens;
    const auto = count({ model, messages: [user('hi')], tools }, 'anthropic').tokens - plain;
    const any = count({ model, messages: [user('hi')], tools, tool_choice: { type: 'any' } }, 'anthropic').tokens - plain;
    assert.ok(auto > 500 && auto < 560);
    assert.equal(any - auto, 110);
    assert.equal(
      count({ model, messages: [user('hi')], thinking: { type: 'enabled', budget_tokens: 9 } }, 'anthropic').tokens - plain,
      29,
    );
    const steps = [
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Read', input: { path: 'a.ts' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: words }] }] },
    ];
    const more = count({ model, messages: [user('hi'), ...steps] }, 'anthropic').tokens - plain;
    assert.ok(more > 2300 + 58 && more < 2300 + 58 + 15);
  });

  it('takes cache_control for no part of the prompt', () => {
    const tool = { name: 'Read', description: 'Reads', input_schema: object({}) };
    const cached = { ...tool, cache_control: { type: 'ephemeral', ttl: '1h' } };
    const block = { type: 'text', text: 'hello' };
    const one = count({ model, messages: [user([block])], tools: [tool] }, 'anthropic').tokens;
    assert.equal(count({ model, messages: [user([{ ...block, cache_control: {} }])], tools: [cached] }, 'anthropic').tokens, one);
  });
});

describe('a Gemini prompt', () => {
  it('is its parts, one for each turn and one for the instruction', () => {
    const text = 'word '.repeat(1000).trim();
    const body = {
      system_instruction: { parts: [{ text }] },
      contents: [{ role: 'user', parts: [{ text }] }],
      generationConfig: { maxOutputTokens: 9 },
    };
    const prompt = count(body, 'gemini', 'gemini-2.5-flash');
    assert.equal(prompt.tokens, 2 * 1121);
    assert.equal(prompt.body.maxOutput, 9);
    assert.equal(prompt.model, 'gemini-2.5-flash');
  });
});

describe('images', () => {
  const png = (width: number, height: number): string => {
    const bytes = Buffer.alloc(64);
    bytes.writeUInt32BE(0x89504e47, 0);
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return bytes.toString('base64');
  };
  const inChat = (model: string, width: number, height: number, detail?: string): number => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${png(width, height)}`, detail } };
    return (
      count({ model, messages: [user([image])] }, 'openai-chat').tokens -
      count({ model, messages: [user('')] }, 'openai-chat').tokens
    );
  };
  // OpenAI's vision guide has the first three as worked examples.
  for (const [model, width, height, detail, tokens] of [
    ['gpt-4o', 1024, 1024, 'high', 765],
    ['gpt-4o', 2048, 4096, 'high', 1105],
    ['gpt-4o', 4096, 8192, 'low', 85],
    ['gpt-5', 1024, 1024, undefined, 630],
    ['gpt-4.1-mini', 1024, 1024, undefined, Math.ceil(1024 * 1.62)],
  ] as const) {
    it(`${width} × ${height} (${detail}) for ${model} makes ${tokens} tokens`, () =>
      assert.equal(inChat(model, width, height, detail), tokens));
  }

  it('are measured by their patches for Claude, and never larger than its most', () => {
    const tokens = (width: number, height: number): number => {
      const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png(width, height) } };
      return count({ model: 'claude-sonnet-4-5', messages: [user([image])] }, 'anthropic').tokens - 7;
    };
    assert.equal(tokens(280, 280), 100);
    assert.equal(tokens(9000, 9000), 1600);
  });

  it('are never counted as the text of their bytes', () => {
    const data = Buffer.alloc(3_000_000, 7).toString('base64');
    const { tokens, plusMinus, body } = count(
      { model: 'claude-sonnet-4-5', messages: [user([{ type: 'image', source: { type: 'base64', data } }])] },
      'anthropic',
    );
    assert.ok(tokens < 2000);
    assert.ok(plusMinus > 0.5);
    assert.equal(body.images, 1);
  });
});

describe('any body', () => {
  const protocols: readonly PromptProtocol[] = ['anthropic', 'openai-chat', 'openai-responses', 'gemini', 'other'];

  it('is answered, whatever its shape', () => {
    const shapes = [
      null,
      7,
      'x',
      [],
      {},
      { messages: 7 },
      { messages: [null, [], { content: [null, { type: 7 }] }] },
      { tools: [null, 3, {}], input: [null], contents: [{}] },
    ];
    for (const protocol of protocols) {
      for (const shape of shapes) assert.ok(Number.isFinite(count(shape, protocol, 'gpt-4o').tokens));
    }
  });

  it('of embeddings is its text', () => {
    const body = { model: 'text-embedding-3-small', input: ['hello world', 'hello'] };
    const { tokens, counted, encoding } = count(body, 'other');
    assert.deepEqual([tokens, counted, encoding], [3, 'exact', 'cl100k_base']);
  });
});

describe('the memory of blocks', () => {
  /** A conversation that grows by a call and its result per turn. */
  function* turns(protocol: PromptProtocol): Generator<object> {
    const random = randomFrom(21);
    const long = (): string => Array.from({ length: 12 }, () => makeText(random)).join('\n');
    const messages: object[] = [user(long())];
    for (let i = 0; i < 12; i++) {
      messages.push({ role: 'assistant', content: long() }, user(long()));
      if (i === 8) messages.splice(2, 6);
      yield protocol === 'openai-responses'
        ? { model: 'gpt-5', instructions: 'x', input: messages }
        : { model: 'gpt-5', system: 'x', messages };
    }
  }

  for (const protocol of ['anthropic', 'openai-chat', 'openai-responses'] as const) {
    it(`changes no count (${protocol})`, () => {
      const memo = new BlockMemo();
      const remembering = new PromptCounter(counterOf, memo);
      const forgetting = new PromptCounter(counterOf, null);
      for (const body of turns(protocol)) assert.deepEqual(remembering.count(body, protocol), forgetting.count(body, protocol));
      assert.ok(memo.hits > 50);
      assert.ok(memo.misses < 30);
    });
  }

  it('is bounded and keeps what was used last', () => {
    const memo = new BlockMemo(3);
    const text = (n: number): string => `${n}`.repeat(600);
    let counted = 0;
    const ask = (n: number): number => memo.count(text(n), 'k', () => ++counted);
    for (const n of [1, 2, 3, 1, 4]) ask(n);
    assert.equal(memo.size, 3);
    ask(1);
    assert.equal(counted, 4);
    ask(2);
    assert.equal(counted, 5);
  });

  it('tells encodings apart', () => {
    const text = 'Ünïcödé 中文 '.repeat(100);
    assert.equal(counter.countText(text, 'gpt-4').tokens, oracle('cl100k_base')(text));
    assert.equal(counter.countText(text, 'gpt-4o').tokens, o200k(text));
  });
});
