import assert from 'node:assert/strict';
import { fields } from '../../../src/tokens/bodyFields.ts';
import { unusedToolTokens } from '../../../src/tokens/toolUse.ts';

/** One token a character: the sums can be checked by eye. */
const characters = (text: string): number => text.length;
const unused = (body: unknown): number => unusedToolTokens(fields(body), characters);

describe('schemas of tools that nothing has called', () => {
  const schema = { type: 'object' };

  it('are counted in each protocol, from the calls that stand in its history', () => {
    const anthropic = (name: string) => ({ name, description: 'd', input_schema: schema });
    const called = { role: 'assistant', content: [{ type: 'tool_use', name: 'Bash', input: {} }] };
    const idle = JSON.stringify(anthropic('Read')).length;
    assert.equal(unused({ tools: [anthropic('Bash'), anthropic('Read')], messages: [called] }), idle);
    assert.equal(
      unused({ tools: [{ ...anthropic('Read'), cache_control: { type: 'ephemeral' } }], messages: [] }),
      idle,
      'where the cache ends is no schema',
    );

    const chat = (name: string) => ({ type: 'function', function: { name, parameters: schema } });
    const chatCall = { role: 'assistant', tool_calls: [{ id: '1', function: { name: 'a', arguments: '{}' } }] };
    assert.equal(
      unused({ tools: [chat('a'), chat('b')], messages: [chatCall] }),
      JSON.stringify({ name: 'b', parameters: schema }).length,
    );

    const item = (name: string) => ({ type: 'function', name, parameters: schema });
    const responses = { tools: [item('a'), item('b')], input: [{ type: 'function_call', name: 'a', arguments: '{}' }] };
    assert.equal(unused(responses), JSON.stringify(item('b')).length);
    assert.equal(unused({ ...responses, previous_response_id: 'resp_1' }), 0, 'the provider keeps what was called');

    const declared = (name: string) => ({ name, parameters: schema });
    assert.equal(
      unused({
        tools: [{ functionDeclarations: [declared('a'), declared('b')] }],
        contents: [{ role: 'model', parts: [{ functionCall: { name: 'a' } }] }],
      }),
      JSON.stringify(declared('b')).length,
    );
  });

  it('are none where a tool is the provider’s own, or nothing of this shape is there', () => {
    assert.equal(unused({ tools: [{ type: 'web_search_20250305', name: 'web_search' }], messages: [] }), 0);
    assert.equal(unused({ tools: 'none', messages: 7, input: 'text', contents: null }), 0);
    assert.equal(unused(null), 0);
  });
});
