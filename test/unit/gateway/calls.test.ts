import assert from 'node:assert/strict';
import type { Call } from '../../../src/gateway/meter.ts';
import { wireOf } from '../../../src/gateway/wire/wire.ts';
import { anthropicDialect } from '../../standIn/anthropic.ts';
import { type Dialect, Issued } from '../../standIn/dialect.ts';
import { geminiDialect } from '../../standIn/gemini.ts';
import { openaiChatDialect } from '../../standIn/openaiChat.ts';
import { openaiResponsesDialect } from '../../standIn/openaiResponses.ts';
import { Random } from '../../standIn/random.ts';
import { type Block, drawUsage } from '../../standIn/turn.ts';

const use = (name: string, input: object): Block => ({ kind: 'call', command: '', use: { name, input } });
const made = [
  { tool: 'task', input: { prompt: 'Look at "these" files.\n', deep: true } },
  { tool: 'task', input: { prompt: '看看左边的文件。', deep: false } },
];

const dialects: Readonly<Record<string, { readonly of: (issued: Issued) => Dialect; readonly tools: unknown }>> = {
  anthropic: { of: anthropicDialect, tools: [{ name: 'bash' }, { name: 'task' }] },
  'openai-chat': { of: openaiChatDialect, tools: [{ function: { name: 'bash' } }] },
  'openai-responses': { of: openaiResponsesDialect, tools: [{ type: 'function', name: 'bash' }] },
  gemini: { of: geminiDialect, tools: [{ functionDeclarations: [{ name: 'task' }] }] },
};

describe('calls in an answer', () => {
  for (const [protocol, { of, tools }] of Object.entries(dialects)) {
    it(`are told whole, before the agent sees that they are: ${protocol}`, () => {
      const random = new Random(7);
      const dialect = of(new Issued(random));
      const wire = wireOf(dialect.protocol, { randomId: () => 'x', clock: () => 0, model: () => 'm' });
      const blocks: Block[] = [{ kind: 'text', text: 'Others will look.' }, ...made.map(({ tool, input }) => use(tool, input))];
      const turn = { blocks, usage: drawUsage(random, dialect.family, false) };
      const told: Call[] = [];
      for (const { sse } of dialect.stream({ id: dialect.newId(), model: 'm', turn, body: { tools }, at: 0 })) {
        const data = /^data: (.*)$/m.exec(sse)?.[1] ?? '';
        const event: unknown = data === '[DONE]' ? data : JSON.parse(data);
        const seen = wire?.look(event);
        if (seen?.calls?.length) assert.ok(seen.acts, 'the gateway would have let the agent see it first');
        told.push(...(seen?.calls ?? []));
        wire?.passed(event);
      }
      const values = told.map(({ tool, input }) => ({ tool, input: typeof input === 'string' ? JSON.parse(input) : input }));
      assert.deepEqual(values, made);
    });
  }

  it('of Chat Completions that nobody has numbered are told apart by their ids', () => {
    const wire = wireOf('openai-chat', { randomId: () => 'x', clock: () => 0, model: () => 'm' });
    const chunk = (id: string | undefined, name: string | undefined, text: string, finish: string | null = null) => ({
      choices: [{ index: 0, delta: { tool_calls: [{ id, function: { name, arguments: text } }] }, finish_reason: finish }],
    });
    for (const one of [chunk('a', 'task', '{"prompt":'), chunk(undefined, undefined, '"Look."}'), chunk('b', 'task', '{}')])
      wire?.passed(one);
    const seen = wire?.look({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] });
    assert.deepEqual(seen?.calls, [
      { tool: 'task', input: '{"prompt":"Look."}' },
      { tool: 'task', input: '{}' },
    ]);
  });

  it('of Chat Completions that come with their finish reason in one chunk are told, too', () => {
    const wire = wireOf('openai-chat', { randomId: () => 'x', clock: () => 0, model: () => 'm' });
    const fn = { name: 'task', arguments: '{"prompt":"Look."}' };
    const delta = { role: 'assistant', tool_calls: [{ index: 0, id: 'a', type: 'function', function: fn }] };
    const seen = wire?.look({ choices: [{ index: 0, delta, finish_reason: 'tool_calls' }] });
    assert.deepEqual(seen?.calls, [{ tool: 'task', input: '{"prompt":"Look."}' }]);
  });
});
