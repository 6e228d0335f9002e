import assert from 'node:assert/strict';
import type { LineReader } from '../../../src/agents/agent.ts';
import { ClaudeLineReader } from '../../../src/agents/claudeCode/lineReader.ts';
import { RolloutReader } from '../../../src/agents/codex/rolloutReader.ts';
import { QwenChatReader } from '../../../src/agents/qwenCode/chatReader.ts';
import type { Observation } from '../../../src/core/request.ts';
import { RequestSet } from '../../../src/core/requestSet.ts';
import { usage } from '../../../src/core/usage.ts';

function rows(reader: LineReader, lines: readonly object[]): readonly Observation[] {
  const set = new RequestSet();
  for (const line of lines) for (const seen of reader.line(Buffer.from(JSON.stringify(line)))) set.add(seen);
  return [...set.rows()];
}

const noon = '2026-11-25T12:00:00Z';

describe('answers whose id is not theirs alone', () => {
  it('are different requests of Claude Code where their prompts differ, and one in their lines and their copies', () => {
    const line = (uuid: string, input: number, output: number, sessionId = 's') => ({
      type: 'assistant',
      sessionId,
      uuid,
      timestamp: noon,
      message: {
        id: 'chatcmpl-42',
        model: 'glm-5',
        stop_reason: 'end_turn',
        usage: { input_tokens: input, output_tokens: output },
      },
    });
    const lines = [line('u1', 5000, 1), line('u2', 5000, 10), line('u3', 9000, 20), line('u3', 9000, 20, 'fork')];
    assert.deepEqual(
      rows(new ClaudeLineReader(), lines).map((row) => [row.usage.uncachedInput, row.usage.output]),
      [
        [5000, 10],
        [9000, 20],
      ],
    );
  });

  it('are different requests of Qwen Code and of Codex', () => {
    const qwen = (uuid: string, input: number) => ({
      type: 'system',
      sessionId: 's',
      uuid,
      timestamp: noon,
      systemPayload: {
        uiEvent: {
          'event.name': 'qwen-code.api_response',
          model: 'gpt-4.1',
          response_id: 'chatcmpl-42',
          auth_type: 'openai',
          input_token_count: input,
          output_token_count: 3,
        },
      },
    });
    assert.equal(rows(new QwenChatReader(), [qwen('a', 5000), qwen('b', 9000)]).length, 2);
    const codex = (at: string, input: number) => ({
      type: 'token_usage_record',
      timestamp: at,
      payload: { response_id: 'resp_77', usage: { input_tokens: input, output_tokens: 3 } },
    });
    assert.equal(rows(new RolloutReader('t'), [codex(noon, 5000), codex('2026-11-25T12:01:00Z', 9000)]).length, 2);
  });
});

describe('what an answer took', () => {
  it('is not told by a record without a prompt: whoever counted it himself knows more', () => {
    const qwen = {
      type: 'system',
      sessionId: 's',
      uuid: 'u',
      timestamp: noon,
      systemPayload: {
        uiEvent: { 'event.name': 'qwen-code.api_response', model: 'glm-5', input_token_count: 0, output_token_count: 0 },
      },
    };
    const claude = {
      type: 'assistant',
      sessionId: 's',
      timestamp: noon,
      message: {
        id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
        model: 'glm-5',
        stop_reason: 'end_turn',
        usage: { input_tokens: 0, output_tokens: 7 },
      },
    };
    const [qwens, claudes] = [new QwenChatReader(), new ClaudeLineReader()];
    assert.deepEqual([rows(qwens, [qwen]), rows(claudes, [claude, claude])], [[], []]);
    assert.deepEqual([new QwenChatReader(qwens.state()).untold(), new ClaudeLineReader(claudes.state()).untold()], [1, 1]);
    const told = { ...claude, message: { ...claude.message, usage: { input_tokens: 5, output_tokens: 7 } } };
    assert.equal(rows(claudes, [told]).length, 1);
    assert.equal(claudes.untold(), 0);
  });

  it('is our own count in an answer of Claude Code that was cut, over all its lines, and survives a restart', () => {
    const line = (block: object) => ({
      type: 'assistant',
      sessionId: 's',
      version: '2.1.330',
      timestamp: noon,
      message: {
        id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
        model: 'claude-opus-5-5',
        content: [block],
        stop_reason: null,
        usage: { input_tokens: 3, cache_read_input_tokens: 50_000, output_tokens: 1 },
      },
    });
    const reader = new ClaudeLineReader();
    const [first] = rows(reader, [line({ type: 'text', text: 'x'.repeat(8000) })]);
    assert.deepEqual([first?.outcome, first?.counted, first?.usage.output], ['cut', 'estimated', 2000]);
    const [both] = rows(new ClaudeLineReader(reader.state()), [line({ type: 'thinking', thinking: 'y'.repeat(400) })]);
    assert.equal(both?.usage.output, 2100);
  });

  it("is a row of its own for an advisor's part", () => {
    const iterations = [{ type: 'advisor_message', model: 'claude-fable-5-2', input_tokens: 2000, output_tokens: 70 }];
    const line = {
      type: 'assistant',
      sessionId: 's',
      timestamp: noon,
      message: {
        id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
        model: 'claude-opus-5-5',
        stop_reason: 'end_turn',
        usage: { input_tokens: 100, output_tokens: 100, iterations },
      },
    };
    assert.deepEqual(
      rows(new ClaudeLineReader(), [line, line]).map((row) => [row.model, row.keys[0], row.usage.uncachedInput]),
      [
        ['claude-opus-5-5', 'msg:msg_01XFDUDYJgAACzvnptvVoYEL', 100],
        ['claude-fable-5-2', 'msg:msg_01XFDUDYJgAACzvnptvVoYEL/advisor/0', 2000],
      ],
    );
  });

  it('is the difference of two totals in a rollout that tells only these, after a restart and a copied history, too', () => {
    const event = (total: object) => ({
      type: 'event_msg',
      timestamp: noon,
      payload: { type: 'token_count', info: { total_token_usage: total } },
    });
    const reader = new RolloutReader('t');
    const before = rows(reader, [
      event({ input_tokens: 1000, output_tokens: 10 }),
      event({ input_tokens: 1000, output_tokens: 10 }),
    ]);
    const after = rows(new RolloutReader('t', reader.state()), [event({ input_tokens: 2500, output_tokens: 30 })]);
    assert.deepEqual(
      [...before, ...after].map((row) => row.usage),
      [usage({ uncachedInput: 1000, output: 10 }), usage({ uncachedInput: 1500, output: 20 })],
    );
  });

  it('holds the thoughts of a Gemini model in Qwen Code, which lie outside of its output', () => {
    const line = (thoughts: number, total: number) => ({
      type: 'system',
      sessionId: 's',
      uuid: `u${total}`,
      timestamp: noon,
      systemPayload: {
        uiEvent: {
          'event.name': 'qwen-code.api_response',
          model: 'gemini-2.5-pro',
          auth_type: 'gemini',
          input_token_count: 1000,
          output_token_count: 100,
          thoughts_token_count: thoughts,
          total_token_count: total,
        },
      },
    });
    assert.deepEqual(
      rows(new QwenChatReader(), [line(5000, 6100), line(60, 1100)]).map((row) => [row.usage.output, row.usage.reasoning]),
      [
        [5100, 5000],
        [100, 60],
      ],
    );
  });
});
