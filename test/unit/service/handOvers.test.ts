import assert from 'node:assert/strict';
import { HandOvers } from '../../../src/service/handOvers.ts';

describe('prompts that are handed over', () => {
  let now: number;
  let handOvers: HandOvers;
  const giver = (prompt: string, { agent = 'cline', task = 'cline:~new' } = {}) => handOvers.giver(agent, task, `#${prompt}`);

  beforeEach(() => {
    now = 0;
    handOvers = new HandOvers({ mark: (prompt) => `#${prompt}`, now: () => now });
    handOvers.give('cline', 'cline:~parent', [
      { tool: 'spawn_agent', input: '{"systemPrompt":"You look.","task":"Look at the files.","deep":["Look elsewhere."]}' },
      { tool: 'Agent', input: { prompt: 'Look at the others.' } },
      { tool: 'run_commands', input: '{"commands":["ls"],"why":"To see the files."}' },
      { tool: 'task', input: '{"prompt":"Torn in the mid' },
      { tool: 'task', input: '{"prompt":"go on"}' },
      { tool: 'task', input: 'null' },
      { tool: 'task', input: '{"description":"Look at what is new"}' },
      { tool: 'create_task', input: '{"title":"Fix the failing tests","task":"Fix the failing tests"}' },
    ]);
  });

  it('tell whose sub-agent a conversation is that begins with one', () => {
    assert.equal(giver('Look at the files.'), 'cline:~parent');
    assert.equal(
      giver('Look at the files.'),
      'cline:~parent',
      'also its next request, and the next sub-agent with the same prompt',
    );
    assert.equal(giver('Look at the others.'), 'cline:~parent');
    assert.equal(giver('Look into something.'), undefined);
    assert.equal(handOvers.giver('cline', 'cline:~new', undefined), undefined);
  });

  it('are those of calls that begin another agent, and long enough to tell anything', () => {
    const others = [
      'To see the files.',
      'Look elsewhere.',
      'Torn in the mid',
      'go on',
      'Look at what is new',
      'Fix the failing tests',
    ];
    for (const prompt of others) assert.equal(giver(prompt), undefined);
  });

  it('hold for the same agent only, and never make a task its own', () => {
    assert.equal(giver('Look at the files.', { agent: 'qwen-code' }), undefined);
    assert.equal(giver('Look at the files.', { task: 'cline:~parent' }), undefined);
  });

  it('are forgotten when nobody began with them, and never are many', () => {
    const calls = Array.from({ length: 2_000 }, (_, i) => ({ tool: 'task', input: { prompt: `Look at file ${i}.` } }));
    handOvers.give('cline', 'cline:~parent', calls);
    assert.equal(giver('Look at file 999.'), undefined);
    assert.equal(giver('Look at file 1999.'), 'cline:~parent');
    now += 10 * 60_000 + 1;
    assert.equal(giver('Look at file 1999.'), undefined);
  });
});
