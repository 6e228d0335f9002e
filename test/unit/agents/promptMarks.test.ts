import assert from 'node:assert/strict';
import { promptMarks } from '../../../src/agents/promptMarks.ts';

describe('marks of a prompt', () => {
  const body = {
    system: [{ type: 'text', text: 'You work here.' }],
    tools: [{ name: 'Bash', input_schema: { type: 'object' } }],
    messages: [{ role: 'user', content: 'one' }],
  };
  const marks = (change: object, key = 'key') => promptMarks({ ...body, ...change }, key);

  it('stay the same while the conversation grows, and tell which of the two changed', () => {
    assert.deepEqual(marks({ messages: [...body.messages, { role: 'user', content: 'two' }] }), marks({}));
    const system = marks({ system: [{ type: 'text', text: 'You work there.' }] });
    assert.notEqual(system.systemHash, marks({}).systemHash);
    assert.equal(system.toolsHash, marks({}).toolsHash);
    const tools = marks({ tools: [] });
    assert.equal(tools.systemHash, marks({}).systemHash);
    assert.notEqual(tools.toolsHash, marks({}).toolsHash);
  });

  it('leave out what is not in the cache: where it ends, and what an agent counts its bills by', () => {
    const [tool] = body.tools;
    assert.deepEqual(marks({ tools: [{ ...tool, cache_control: { type: 'ephemeral' } }] }), marks({}));
    const header = (id: string) => [
      { type: 'text', text: `x-anthropic-billing-header: cc_version=2; cch=${id};` },
      ...body.system,
    ];
    assert.deepEqual(marks({ system: header('a1') }), marks({ system: header('b2') }));
  });

  it('are keyed, short, and hold nothing of the text', () => {
    assert.notDeepEqual(marks({}, 'other'), marks({}));
    assert.match(JSON.stringify(marks({})), /^\{"systemHash":"[\w-]{16}","toolsHash":"[\w-]{16}"\}$/);
  });
});
