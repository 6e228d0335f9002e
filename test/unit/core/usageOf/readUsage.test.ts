import assert from 'node:assert/strict';
import { readUsage } from '../../../../src/core/usageOf/readUsage.ts';

const line = (id: string, requestId: string | undefined, output: number, more: object = {}) => ({
  type: 'assistant',
  uuid: `${id}-${output}`,
  timestamp: '2026-11-20T10:00:00Z',
  ...(requestId ? { requestId } : {}),
  message: { id, model: 'claude-opus-5', content: [], usage: { input_tokens: 10, output_tokens: output } },
  ...more,
});
const outputs = (lines: readonly unknown[]) => readUsage('claude-code-jsonl', lines).map((facts) => facts.usage?.output);

describe('reading by api name', () => {
  it('refuses a name it does not know, and what objects inherit', () => {
    for (const api of ['', 'nope', 'constructor', 'toString[]', 'messages[][]'])
      assert.throws(() => readUsage(api, {}), RangeError);
  });

  it('leaves out answers without usage', () => {
    assert.deepEqual(readUsage('messages', { error: 'x' }), []);
    assert.equal(readUsage('messages[]', [{ usage: { input_tokens: 1 } }, {}]).length, 1);
  });

  it('bills a batch as one whatever its lines say', () => {
    const [anthropic] = readUsage('messages/batches', { usage: { input_tokens: 1, service_tier: 'standard' } });
    const [openai] = readUsage('batch', { object: 'response', output: [], usage: { input_tokens: 1 } });
    assert.deepEqual([anthropic?.serviceTier, openai?.serviceTier], ['batch', 'batch']);
  });

  it('repeats an answer', () => {
    const of = { choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } };
    assert.equal(readUsage('chat.completions[]', { repeat: 5, of }).length, 5);
    assert.throws(() => readUsage('chat.completions[]', { repeat: 1e12, of }), RangeError);
  });
});

describe('Claude Code lines', () => {
  it('count an answer once, at its fullest, whatever the order', () => {
    const lines = [line('a', 'r1', 2), line('a', 'r1', 300), line('a', 'r1', 300), line('b', 'r2', 7)];
    assert.deepEqual(outputs(lines), [300, 7]);
    assert.deepEqual(outputs([...lines].reverse()).sort(), [300, 7]);
    assert.deepEqual(outputs([...lines, ...lines]), [300, 7], 'a resumed session copies its lines');
  });

  it('do without request ids', () => {
    assert.deepEqual(outputs([line('a', undefined, 2), line('a', undefined, 5), line('b', undefined, 1)]), [5, 1]);
  });

  it('drop what a side thread replays and keep what it asked itself', () => {
    const side = { isSidechain: true };
    assert.deepEqual(outputs([line('a', 'r9', 5, side), line('a', 'r1', 5), line('c', 'r3', 4, side)]), [5, 4]);
  });

  it('pass over everything else', () => {
    assert.deepEqual(
      outputs([null, 'x', { type: 'user' }, { type: 'assistant' }, { type: 'summary', message: { usage: { input_tokens: 9 } } }]),
      [],
    );
  });
});

describe('lines of one Claude Code answer', () => {
  it('are one, also where only some have the request id, and two where an endpoint gives all its answers one id', () => {
    const line = (id: string, input: number, requestId?: string) => ({
      type: 'assistant',
      requestId,
      message: { id, model: 'claude-opus-5-5', usage: { input_tokens: input, output_tokens: 1 } },
    });
    const inputs = (lines: readonly object[]) => readUsage('claude-code-jsonl', lines).map((facts) => facts.usage?.uncachedInput);
    const id = 'msg_01XFDUDYJgAACzvnptvVoYEL';
    assert.deepEqual(inputs([line(id, 9), line(id, 9, 'req_1'), line(id, 9, 'req_2')]), [9]);
    assert.deepEqual(inputs([line('chatcmpl-42', 9), line('chatcmpl-42', 9, 'req_1'), line('chatcmpl-42', 20)]), [9, 20]);
  });
});

describe('Codex rollouts', () => {
  const total = (input: number, output: number) => ({ input_tokens: input, cached_input_tokens: 0, output_tokens: output });
  const event = (info: object | null, model?: string) => [
    ...(model ? [{ type: 'turn_context', payload: { model } }] : []),
    { type: 'event_msg', timestamp: '2026-11-20T10:00:00Z', payload: { type: 'token_count', info } },
  ];

  it('give one answer per step, with the model of its turn', () => {
    const lines = [
      ...event(null),
      ...event({ total_token_usage: total(10, 1), last_token_usage: total(10, 1) }, 'gpt-5'),
      ...event({ total_token_usage: total(10, 1), last_token_usage: total(10, 1) }),
      ...event({ total_token_usage: total(25, 3), last_token_usage: total(15, 2) }, 'gpt-5-mini'),
    ];
    const read = readUsage('codex-rollout', lines);
    assert.deepEqual(
      read.map((facts) => [facts.model, facts.usage?.uncachedInput, facts.usage?.output]),
      [
        ['gpt-5', 10, 1],
        ['gpt-5-mini', 15, 2],
      ],
    );
  });

  it('take the difference where only sums are told', () => {
    const lines = [...event({ total_token_usage: total(10, 1) }), ...event({ total_token_usage: total(25, 3) })];
    assert.deepEqual(
      readUsage('codex-rollout', lines).map((facts) => facts.usage?.uncachedInput),
      [10, 15],
    );
  });
});
