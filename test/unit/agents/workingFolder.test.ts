import assert from 'node:assert/strict';
import { workingFolder } from '../../../src/agents/workingFolder.ts';

const said = (...texts: readonly string[]) => ({
  messages: [{ role: 'user', content: texts.map((text) => ({ type: 'text', text })) }],
});

describe('the folder an agent works in', () => {
  // As the real programs said it.
  const cases: readonly (readonly [string, object])[] = [
    [
      'Claude Code',
      said(
        '<system-reminder>\n# Environment\n - Primary working directory: /home/me/shop\n - Is a git repository: false',
        'fix it',
      ),
    ],
    [
      'Codex',
      {
        input: [{ role: 'user', content: [{ type: 'input_text', text: '<environment_context>\n  <cwd>/home/me/shop</cwd>\n' }] }],
      },
    ],
    [
      'OpenCode',
      { system: [{ type: 'text', text: '<env>\n  Working directory: /home/me/shop\n  Is directory a git repo: no' }] },
    ],
    ['Kilo', said('fix it', '<environment_details>\nWorking directory: /home/me/shop\nWorkspace root folder: /\n')],
    [
      'Cline',
      { messages: [{ role: 'system', content: '<env>\n1. Platform: linux\n4. Working Directory: /home/me/shop\n</env>' }] },
    ],
    ['Roo', said('<environment_details>\n# Current Workspace Directory (/home/me/shop) Files\n')],
    ['Copilot CLI', { system: '* Current working directory: /home/me/shop\n* Git repository root: Not a git repository' }],
    [
      'Gemini CLI',
      { contents: [{ role: 'user', parts: [{ text: '- **Workspace Directories:**\n  - /home/me/shop\n- **Directory' }] }] },
    ],
    ['Qwen Code', said("I'm currently working in the directory: /home/me/shop\nHere is the folder structure")],
  ];
  for (const [agent, body] of cases) it(`is told by ${agent}`, () => assert.equal(workingFolder({ body }), '/home/me/shop'));

  it('is one of Windows, too', () => {
    assert.equal(workingFolder({ body: { system: 'Working directory: C:\\Users\\me\\shop\n' } }), 'C:\\Users\\me\\shop');
  });

  it('is not what a tool has read, nor what is no path', () => {
    const later = [...said('fix it').messages, { role: 'assistant', content: 'x' }, ...said('Working directory: /etc').messages];
    assert.equal(workingFolder({ body: { messages: later } }), undefined);
    assert.equal(workingFolder({ body: { system: 'Say the working directory: it matters' } }), undefined);
    assert.equal(workingFolder({ body: undefined }), undefined);
  });
});
