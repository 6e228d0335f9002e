import assert from 'node:assert/strict';
import { openingMark, promptMarks } from '../../../src/agents/promptMarks.ts';

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

  it('of how it began are those of the prompt that somebody gave, whatever the agent says before, around or behind it', () => {
    const given = openingMark('Look at the files.', 'key');
    const begun = (content: unknown) => marks({ messages: [{ role: 'user', content }] }).opening;
    assert.equal(begun('Look at the files.'), given);
    assert.equal(
      begun('<task>\nLook at the files.\n</task>\n\n<environment_details>\n# Time\n10:00\n</environment_details>'),
      given,
    );
    assert.equal(begun('<user_input mode="act">Look at the files.</user_input>'), given);
    assert.equal(
      begun([
        { type: 'text', text: '<system-reminder>skills</system-reminder>' },
        { type: 'text', text: 'Look at the files.' },
      ]),
      given,
    );
    assert.notEqual(begun('Look at the other files.'), given);
    assert.notEqual(begun('I said: <task>Look at the files.</task>'), given);
  });

  it('are keyed, short, and hold nothing of the text', () => {
    assert.notDeepEqual(marks({}, 'other'), marks({}));
    assert.match(JSON.stringify(marks({})), /^\{"systemHash":"[\w-]{16}","toolsHash":"[\w-]{16}","opening":"[\w-]{16}"\}$/);
  });
});
