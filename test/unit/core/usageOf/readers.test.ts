import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noUsage, type Usage, usage } from '../../../../src/core/usage.ts';
import { type UsageReader, usageReader, type Wire, wireOf } from '../../../../src/core/usageOf/usageReader.ts';

function read(wire: Wire, events: readonly unknown[], provider?: string): UsageReader {
  const reader = usageReader(wire, provider);
  for (const event of events) reader.event(event);
  return reader;
}

function counts(reader: UsageReader): Partial<Usage> {
  return Object.fromEntries(Object.entries(reader.usage ?? {}).filter(([, count]) => count !== 0));
}

const wires: readonly Wire[] = ['anthropic', 'openai-chat', 'openai-responses', 'gemini', 'bedrock', 'ollama', 'other'];

describe('usage readers', () => {
  it('never throw and never show anything but whole counts', () => {
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          type: fc.constantFrom('message_start', 'message_delta', 'response.completed', 'x'),
          message: fc.jsonValue(),
          response: fc.jsonValue(),
          delta: fc.jsonValue(),
          choices: fc.jsonValue(),
          candidates: fc.jsonValue(),
          usage: fc.dictionary(
            fc.constantFrom(
              'input_tokens',
              'output_tokens',
              'prompt_tokens',
              'completion_tokens',
              'prompt_tokens_details',
              'cost',
              'inputTokens',
              'iterations',
            ),
            fc.oneof(fc.jsonValue(), fc.integer(), fc.double()),
          ),
          usageMetadata: fc.dictionary(
            fc.constantFrom('promptTokenCount', 'cachedContentTokenCount', 'promptTokensDetails'),
            fc.jsonValue(),
          ),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...wires), fc.array(hostile, { maxLength: 6 }), (wire, events) => {
        const reader = read(wire, events, 'openrouter');
        for (const count of Object.values(reader.usage ?? noUsage))
          assert.ok(Number.isSafeInteger(count) ? count >= 0 : count > 0);
        assert.ok(reader.toolCalls >= 0);
      }),
    );
  });

  it('say nothing before anything was said', () => {
    for (const wire of wires) {
      const reader = read(wire, [{ hello: 1 }, null, 'x', 3]);
      assert.equal(reader.usage, undefined, wire);
      assert.equal(reader.final, false, wire);
    }
  });

  it('take zeros, nothing and nonsense for a usage that was not told', () => {
    const untold: readonly (readonly [Wire, object])[] = [
      ['openai-chat', { choices: [], usage: {} }],
      ['openai-chat', { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } }],
      ['openai-chat', { choices: [], usage: { prompt_tokens: -5, completion_tokens: 3 } }],
      ['openai-chat', { choices: [], usage: { prompt_tokens: 5, completion_tokens: 'many' } }],
      ['openai-chat', { choices: [], usage: { prompt_tokens: 1e300, completion_tokens: 1 } }],
      ['openai-responses', { object: 'response', usage: { input_tokens: 0, output_tokens: 0 } }],
      ['anthropic', { type: 'message', model: 'claude-opus-5', usage: { input_tokens: 0, output_tokens: 9 } }],
      ['gemini', { candidates: [], usageMetadata: { totalTokenCount: 3 } }],
      ['bedrock', { usage: { inputTokens: 0, outputTokens: 4 } }],
      ['ollama', { done: true, eval_count: 0 }],
    ];
    for (const [wire, event] of untold) {
      const reader = read(wire, [event]);
      assert.deepEqual([reader.usage, reader.final], [undefined, false], JSON.stringify(event));
    }
  });

  it('read counts that are written as text', () => {
    const reader = read('openai-chat', [{ choices: [], usage: { prompt_tokens: '812', completion_tokens: '300' } }]);
    assert.deepEqual(counts(reader), { uncachedInput: 812, output: 300 });
  });

  it('keep what was told when a later word tells nothing', () => {
    const told = { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } };
    assert.deepEqual(counts(read('openai-chat', [told, { choices: [], usage: {} }])), { uncachedInput: 7, output: 3 });
  });

  it('tell a dialect by its keys', () => {
    assert.equal(wireOf({ type: 'message_start', message: {} }), 'anthropic');
    assert.equal(wireOf({ type: 'message', usage: { input_tokens: 1 } }), 'anthropic');
    assert.equal(wireOf({ type: 'response.created' }), 'openai-responses');
    assert.equal(wireOf({ object: 'response' }), 'openai-responses');
    assert.equal(wireOf({ choices: [] }), 'openai-chat');
    assert.equal(wireOf({ object: 'list', usage: { prompt_tokens: 3, total_tokens: 3 } }), 'openai-chat');
    assert.equal(wireOf({ candidates: [] }), 'gemini');
    assert.equal(wireOf({ usage: { inputTokens: 1 } }), 'bedrock');
    assert.equal(wireOf({ eval_count: 1 }), 'ollama');
    assert.equal(wireOf({ data: [] }), undefined);
    assert.deepEqual(counts(read('other', [{ object: 'list', usage: { prompt_tokens: 3, total_tokens: 3 } }])), {
      uncachedInput: 3,
    });
  });
});

describe('Anthropic', () => {
  const start = {
    type: 'message_start',
    message: {
      id: 'msg_1',
      model: 'claude-x',
      content: [],
      usage: { input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 1, service_tier: 'standard' },
    },
  };

  it('grows with the stream and is final at its end', () => {
    const reader = usageReader('anthropic');
    reader.event(start);
    assert.deepEqual(counts(reader), { uncachedInput: 5, cacheRead: 7, output: 1 });
    assert.equal(reader.final, false);
    reader.event({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't' } });
    reader.event({ type: 'message_delta', delta: { stop_reason: null }, usage: { output_tokens: 30 } });
    assert.equal(reader.final, false);
    reader.event({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 44 } });
    assert.deepEqual(counts(reader), { uncachedInput: 5, cacheRead: 7, output: 44 });
    assert.deepEqual(
      [reader.final, reader.answerId, reader.model, reader.toolCalls, reader.serviceTier],
      [true, 'msg_1', 'claude-x', 1, 'standard'],
    );
  });

  it('keeps what a null in a later event does not know', () => {
    const reader = read('anthropic', [
      start,
      { type: 'message_delta', delta: {}, usage: { cache_read_input_tokens: null, output_tokens: 2 } },
    ]);
    assert.deepEqual(counts(reader), { uncachedInput: 5, cacheRead: 7, output: 2 });
  });

  it('reads the tier, the region and the kind of speed that were billed', () => {
    const reader = read('anthropic', [
      {
        id: 'm',
        model: 'c',
        content: [{ type: 'tool_use' }, { type: 'text' }],
        usage: { input_tokens: 1, output_tokens: 1, service_tier: 'standard', speed: 'fast', inference_geo: 'us' },
      },
    ]);
    assert.deepEqual([reader.serviceTier, reader.region, reader.toolCalls, reader.final], ['fast', 'us', 1, true]);
  });

  it('is not disturbed by an error in the stream', () => {
    const reader = read('anthropic', [start, { type: 'error', error: { type: 'overloaded_error' } }, { type: 'ping' }]);
    assert.deepEqual(counts(reader), { uncachedInput: 5, cacheRead: 7, output: 1 });
    assert.equal(reader.final, false);
  });
});

describe('OpenAI chat', () => {
  it('reads stream chunks and counts each tool call once', () => {
    const call = (index: number, args: string) => ({
      id: 'c',
      model: 'gpt-5',
      choices: [{ index: 0, delta: { tool_calls: [{ index, function: { arguments: args } }] } }],
    });
    const reader = read(
      'openai-chat',
      [
        call(0, '{'),
        call(0, '}'),
        call(1, '{}'),
        {
          id: 'c',
          created: 1763600000,
          model: 'gpt-5',
          service_tier: 'default',
          choices: [],
          usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
        },
      ],
      'openai',
    );
    assert.deepEqual(counts(reader), { uncachedInput: 9, output: 4 });
    assert.deepEqual(
      [reader.toolCalls, reader.final, reader.answerId, reader.at, reader.serviceTier],
      [2, true, 'c', 1763600000000, 'default'],
    );
  });

  it('waits for the finish where every chunk carries a running usage', () => {
    const chunk = (output: number, finish?: string) => ({
      id: 'c',
      choices: [{ delta: { content: 'a' }, finish_reason: finish ?? null }],
      usage: { prompt_tokens: 9, completion_tokens: output, total_tokens: 9 + output },
    });
    const reader = read('openai-chat', [chunk(1), chunk(2)], 'moonshotai');
    assert.equal(reader.final, false);
    assert.equal(reader.usage?.output, 2);
    reader.event(chunk(3, 'stop'));
    assert.equal(reader.final, true);
  });

  it('puts written tokens where their seller keeps them', () => {
    const body = (model: string) => ({
      model,
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 3 } },
    });
    assert.deepEqual(counts(read('openai-chat', [body('gpt-6-sol')], 'openai')), {
      uncachedInput: 5,
      cacheRead: 2,
      cacheWrite30m: 3,
    });
    assert.deepEqual(counts(read('openai-chat', [body('openai/gpt-6-sol')], 'openrouter')), {
      uncachedInput: 5,
      cacheRead: 2,
      cacheWrite30m: 3,
    });
    assert.deepEqual(counts(read('openai-chat', [body('anthropic/claude-opus-5.5')], 'openrouter')), {
      uncachedInput: 5,
      cacheRead: 2,
      cacheWrite5m: 3,
    });
  });

  it('never shows less than nothing', () => {
    const reader = read('openai-chat', [
      { choices: [], usage: { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 50 } } },
    ]);
    assert.equal(reader.usage?.uncachedInput, 0);
  });

  it('takes reported costs of every seller', () => {
    const cost = (said: object) =>
      read('openai-chat', [{ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, ...said } }]).reportedUsd;
    assert.equal(cost({ cost: 0 }), '0');
    assert.equal(cost({ cost: 0.1, cost_details: { upstream_inference_cost: 0.2 }, is_byok: true }), '0.3');
    assert.equal(cost({ cost: 0.1, cost_details: { upstream_inference_cost: null }, is_byok: true }), '0.1');
    assert.equal(cost({ cost: { total_cost: 0.0053 } }), '0.0053');
    assert.equal(cost({ cost_in_usd_ticks: 1 }), '0.0000000001');
    assert.equal(cost({ cost: null }), undefined);
    assert.equal(cost({ cost: '1' }), undefined);
    assert.equal(cost({ cost: -1 }), undefined);
  });
});

describe('OpenAI Responses', () => {
  const usageSaid = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 5 },
    total_tokens: 120,
  };

  it('reads completed, incomplete and failed streams', () => {
    for (const type of ['response.completed', 'response.incomplete', 'response.failed']) {
      const reader = read('openai-responses', [
        { type: 'response.created', response: { id: 'resp_1', model: 'gpt-6-sol', usage: null, output: [] } },
        { type: 'response.output_item.done', item: { type: 'function_call' } },
        {
          type,
          response: {
            id: 'resp_1',
            model: 'gpt-6-sol',
            service_tier: 'flex',
            created_at: 1763600000,
            output: [],
            usage: usageSaid,
          },
        },
      ]);
      assert.deepEqual(counts(reader), { uncachedInput: 10, cacheRead: 60, cacheWrite30m: 30, output: 20, reasoning: 5 });
      assert.deepEqual([reader.final, reader.serviceTier, reader.toolCalls, reader.at], [true, 'flex', 1, 1763600000000]);
    }
  });

  it('knows no usage of a stream that was cut', () => {
    const reader = read('openai-responses', [
      { type: 'response.created', response: { id: 'resp_1', model: 'gpt-6-sol' } },
      { type: 'response.output_text.delta', delta: 'a' },
    ]);
    assert.deepEqual([reader.usage, reader.final, reader.answerId], [undefined, false, 'resp_1']);
  });

  it('reads a whole answer, with a cache kept for 12 hours', () => {
    const reader = read('openai-responses', [
      {
        object: 'response',
        id: 'resp_2',
        prompt_cache_retention: '12h',
        output: [{ type: 'custom_tool_call' }, { type: 'web_search_call' }],
        usage: usageSaid,
      },
    ]);
    assert.deepEqual(counts(reader), {
      uncachedInput: 10,
      cacheRead: 60,
      cacheWrite12h: 30,
      output: 20,
      reasoning: 5,
      webSearches: 1,
    });
    assert.equal(reader.toolCalls, 1);
  });
});

describe("LiteLLM's words in a chat usage", () => {
  it('are parts of the prompt, wherever they stand', () => {
    const claude = (usage: object) => counts(read('openai-chat', [{ model: 'claude-sonnet-4-5', choices: [], usage }], 'x'));
    const expected = { uncachedInput: 100, cacheRead: 700, cacheWrite5m: 200, output: 10 };
    const counted = { prompt_tokens: 1000, completion_tokens: 10 };
    assert.deepEqual(claude({ ...counted, prompt_tokens_details: { cached_tokens: 700, cache_creation_tokens: 200 } }), expected);
    assert.deepEqual(
      claude({ ...counted, prompt_tokens_details: { cached_tokens: 700 }, cache_creation_input_tokens: 200 }),
      expected,
    );
    assert.deepEqual(claude({ ...counted, cache_read_input_tokens: 700, cache_creation_input_tokens: 200 }), expected);
  });
});

describe('Anthropic iterations', () => {
  it('count a compaction to the answer, and an advisor as another model beside it', () => {
    const reader = read('anthropic', [
      {
        type: 'message',
        model: 'claude-opus-5-5',
        usage: {
          input_tokens: 100,
          output_tokens: 100,
          iterations: [
            { type: 'compaction', input_tokens: 1000, output_tokens: 50 },
            { type: 'advisor_message', model: 'claude-fable-5-2', input_tokens: 2000, output_tokens: 70 },
            { type: 'message', input_tokens: 100, output_tokens: 100 },
          ],
        },
      },
    ]);
    assert.deepEqual(counts(reader), { uncachedInput: 1100, output: 150 });
    assert.deepEqual(reader.asides, [{ model: 'claude-fable-5-2', usage: usage({ uncachedInput: 2000, output: 70 }) }]);
  });
});

describe('Gemini', () => {
  it('takes the last word of a stream, also as one list', () => {
    const chunk = (candidates: number, finish?: string) => ({
      responseId: 'r',
      modelVersion: 'gemini-2.5-pro',
      candidates: [{ content: { parts: [{ functionCall: {} }] }, finishReason: finish }],
      usageMetadata: { promptTokenCount: 8, candidatesTokenCount: candidates, thoughtsTokenCount: 4, trafficType: 'ON_DEMAND' },
    });
    for (const events of [
      [chunk(1), chunk(6, 'STOP')],
      [[chunk(1), chunk(6, 'STOP')]],
      [{ response: chunk(1) }, { response: chunk(6, 'STOP') }],
    ]) {
      const reader = read('gemini', events);
      assert.deepEqual(counts(reader), { uncachedInput: 8, output: 10, reasoning: 4 });
      assert.deepEqual([reader.final, reader.toolCalls, reader.answerId, reader.serviceTier], [true, 2, 'r', undefined]);
    }
  });

  it('knows a prompt before the first token', () => {
    const reader = read('gemini', [
      { candidates: [{ content: { parts: [] } }], usageMetadata: { promptTokenCount: 8, trafficType: 'ON_DEMAND_FLEX' } },
    ]);
    assert.deepEqual(reader.usage, usage({ uncachedInput: 8 }));
    assert.deepEqual([reader.final, reader.serviceTier], [false, 'flex']);
  });
});

describe('Bedrock and Ollama', () => {
  it('read the event that carries the usage', () => {
    const reader = read('bedrock', [
      { contentBlockStart: { start: { toolUse: { toolUseId: 't' } } } },
      { metadata: { usage: { inputTokens: 3, outputTokens: 4, cacheWriteInputTokens: 5 }, serviceTier: { type: 'priority' } } },
    ]);
    assert.deepEqual(counts(reader), { uncachedInput: 3, output: 4, cacheWrite5m: 5 });
    assert.deepEqual([reader.final, reader.toolCalls, reader.serviceTier], [true, 1, 'priority']);
  });

  it('read the last line, with a prompt that was still in memory', () => {
    const reader = read('ollama', [
      { model: 'm', message: { content: 'a' }, done: false },
      { model: 'm', created_at: '2026-11-20T00:00:00Z', done: true, eval_count: 6 },
    ]);
    assert.deepEqual([counts(reader), reader.final, reader.at], [{ output: 6 }, true, Date.parse('2026-11-20T00:00:00Z')]);
  });
});
