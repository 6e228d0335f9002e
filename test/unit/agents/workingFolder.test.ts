import assert from 'node:assert/strict';
import { workingFolder } from '../../../src/agents/workingFolder.ts';

const content = (...texts: readonly string[]) => texts.map((text) => ({ type: 'text', text }));
const said = (...texts: readonly string[]) => ({ messages: [{ role: 'user', content: content(...texts) }] });
const env = (folder: string) => `<env>\n  Working directory: ${folder}\n  Is directory a git repo: no\n</env>`;

describe('the folder an agent works in', () => {
  // As the real programs said it.
  const cases: readonly (readonly [string, object])[] = [
    [
      'Claude Code',
      said(
        '<system-reminder>\n# Environment\n - Primary working directory: /home/me/shop\n - Is a git repository: false\n</system-reminder>',
        'fix it',
      ),
    ],
    [
      'Codex',
      {
        input: [
          { role: 'developer', content: content('You are Codex') },
          { role: 'user', content: content('# AGENTS.md\n<INSTRUCTIONS>\nWorking directory: /data/ci\n</INSTRUCTIONS>') },
          {
            role: 'user',
            content: content('<environment_context>\n  <cwd>/home/me/shop</cwd>\n  <shell>bash</shell>\n</environment_context>'),
          },
        ],
      },
    ],
    ['OpenCode', { system: content(`You are\n${env('/home/me/shop')}\nWorking directory: /data/ci`) }],
    [
      'Kilo',
      said(
        'it runs in the directory: /data/ci\nWorking directory: /data/ci',
        '\n\n<environment_details>\nMessage time: now\nWorking directory: /home/me/shop\nWorkspace root folder: /\n</environment_details>',
      ),
    ],
    [
      'Cline',
      { messages: [{ role: 'system', content: '<env>\n1. Platform: linux\n4. Working Directory: /home/me/shop\n</env>' }] },
    ],
    [
      'Roo',
      {
        messages: [
          { role: 'system', content: 'You are Roo' },
          ...said(
            'fix it',
            '<environment_details>\n# Current Workspace Directory (/home/me/shop) Files\na.ts\n</environment_details>',
          ).messages,
        ],
      },
    ],
    [
      'Copilot CLI',
      {
        system:
          '<environment_context>\n* Current working directory: /home/me/shop\n* Git repository root: none\n</environment_context>',
      },
    ],
    [
      'Gemini CLI',
      {
        contents: [
          {
            role: 'user',
            parts: [
              { text: '<session_context>\n- **Workspace Directories:**\n  - /home/me/shop\n- **Directory\n</session_context>' },
            ],
          },
        ],
      },
    ],
    [
      'Qwen Code',
      said(
        "<system-reminder>\nI'm currently working in the directory: /home/me/shop\nHere is the folder structure\n</system-reminder>",
      ),
    ],
  ];
  for (const [agent, body] of cases) it(`is told by ${agent}`, () => assert.equal(workingFolder({ body }), '/home/me/shop'));

  it('is whole, whatever is in its name, on Windows, too', () => {
    for (const folder of ['C:\\Users\\me\\My Project (old)', '\\\\server\\share\\shop', '/home/me/a <b> (c)'])
      assert.equal(workingFolder({ body: { system: env(folder) } }), folder);
    const roo =
      '<environment_details>\n# Current Workspace Directory (C:\\Program Files (x86)\\app) Files\n</environment_details>';
    assert.equal(workingFolder({ body: said(roo) }), 'C:\\Program Files (x86)\\app');
  });

  it('is not what a user or a tool says, nor what is no path', () => {
    const later = [...said('fix it').messages, { role: 'assistant', content: 'x' }, ...said(env('/etc')).messages];
    assert.equal(workingFolder({ body: { messages: later } }), undefined);
    assert.equal(workingFolder({ body: said('docker says "working directory: /data is not writable", fix it') }), undefined);
    assert.equal(workingFolder({ body: said('Working directory: /data') }), undefined);
    assert.equal(workingFolder({ body: { system: env('as it matters') } }), undefined);
    assert.equal(workingFolder({ body: undefined }), undefined);
  });
});
