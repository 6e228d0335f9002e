import assert from 'node:assert/strict';
import { loopsIn } from '../../../src/agents/loops.ts';

const times = <T>(count: number, of: (i: number) => readonly T[]): T[] => Array.from({ length: count }, (_, i) => of(i)).flat();
const command = { command: 'npm test' };
const change = (from: string, to: string) => ({ file_path: '/a.ts', old_string: from, new_string: to });

/** The same conversation in every protocol: a user's word, eight times the same call with the same result, a ninth with another. */
const bodies: Readonly<Record<string, unknown>> = {
  anthropic: {
    messages: [
      { role: 'user', content: 'fix it' },
      ...times(9, (i) => [
        {
          role: 'assistant',
          content: [
            { type: 'text', text: `try ${i}` },
            { type: 'tool_use', id: `t${i}`, name: 'Bash', input: command },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: `t${i}`,
              content: i < 8 ? 'failed' : 'passed',
              cache_control: { type: 'ephemeral' },
            },
            { type: 'text', text: '<system-reminder>do not forget</system-reminder>' },
          ],
        },
      ]),
    ],
  },
  'openai-chat': {
    messages: [
      { role: 'system', content: 's' },
      { role: 'user', content: [{ type: 'text', text: 'fix it' }] },
      ...times(9, (i) => [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: `t${i}`, function: { name: 'Bash', arguments: JSON.stringify(command) } }],
        },
        { role: 'tool', tool_call_id: `t${i}`, content: i < 8 ? 'failed' : 'passed' },
      ]),
    ],
  },
  'openai-responses': {
    input: [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'fix it' }] },
      ...times(9, (i) => [
        { type: 'reasoning', summary: [] },
        { type: 'function_call', call_id: `t${i}`, name: 'Bash', arguments: JSON.stringify(command) },
        { type: 'function_call_output', call_id: `t${i}`, output: i < 8 ? 'failed' : 'passed' },
      ]),
    ],
  },
  gemini: {
    contents: [
      { role: 'user', parts: [{ text: 'fix it' }] },
      ...times(9, (i) => [
        { role: 'model', parts: [{ functionCall: { name: 'Bash', args: command } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'Bash', response: { output: i < 8 ? 'failed' : 'passed' } } }] },
      ]),
    ],
  },
};

describe('loops in a conversation', () => {
  for (const [protocol, body] of Object.entries(bodies)) {
    it(`are seen in ${protocol}`, () => {
      assert.deepEqual(loopsIn(body), { repeated: 8, tool: 'Bash', undone: 0, sinceUser: 9 });
    });
  }

  it('begin anew with what a person writes', () => {
    const { messages } = bodies.anthropic as { messages: unknown[] };
    assert.deepEqual(loopsIn({ messages: [...messages, { role: 'user', content: 'try otherwise' }] }), {
      repeated: 0,
      tool: '',
      undone: 0,
      sinceUser: 0,
    });
  });

  it('are edits that are undone, too', () => {
    const edits = [change('a', 'b'), change('b', 'a'), change('a', 'b')];
    const messages = [
      { role: 'user', content: 'go' },
      ...edits.flatMap((input, i) => [
        { role: 'assistant', content: [{ type: 'tool_use', id: `e${i}`, name: 'Edit', input }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: `e${i}`, content: `${i}` }] },
      ]),
    ];
    assert.equal(loopsIn({ messages }).undone, 2);
  });

  it('are in no nonsense', () => {
    for (const body of [
      undefined,
      null,
      7,
      [],
      {},
      { messages: 'x' },
      { messages: [null, 1, { content: [null, { type: 'tool_use' }] }] },
    ])
      assert.equal(loopsIn(body).undone, 0);
  });
});
