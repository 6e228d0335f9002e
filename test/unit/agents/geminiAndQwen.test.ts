import assert from 'node:assert/strict';
import { guardCommand, guardEnvironment, identify } from '../../../src/agents/registry.ts';

const context = (tree: string) => `<session_context>\n- **Workspace Directories:**\n  - /w\n${tree}\n</session_context>`;

function gemini(system: string, ...texts: readonly string[]) {
  const body = {
    systemInstruction: { parts: [{ text: system }] },
    contents: [{ role: 'user', parts: texts.map((text) => ({ text })) }],
  };
  const headers = { 'user-agent': 'GeminiCLI-tui/0.61.0/gemini-3.8-flash (linux; x64; terminal)' };
  return identify({ headers, protocol: 'gemini', path: '/', body }, 'k');
}

describe('recognising Gemini CLI', () => {
  const main = 'You are Gemini CLI, an agent. You are currently operating in **Plan** mode.';

  it('goes by folder and first prompt, whatever the folder holds when it is resumed', () => {
    const one = gemini(main, context('a'), 'Do it.');
    assert.equal(one.task, gemini(main, context('a\nb'), 'Do it.').task);
    assert.notEqual(one.task, gemini(main, context('a'), 'Do that.').task);
    assert.deepEqual(
      [one.agent, one.workspace, one.mode, one.kind],
      ['gemini-cli', '/w', { kind: 'architect', name: 'plan' }, 'work'],
    );
  });

  it('tells the router', () => {
    assert.equal(gemini('\nYou are a specialized Task Routing AI. Your sole', 'x').kind, 'router');
  });

  it('gives a terminal no address that alone would break it, and `run` what it needs', () => {
    const bases = { gemini: 'http://127.0.0.1:1/s/gemini' };
    assert.deepEqual(guardEnvironment(bases), {});
    const launch = guardCommand(['npx', '-y', '@google/gemini-cli@0.61.0', '-p', 'x'], bases);
    assert.equal(launch.env.GOOGLE_GEMINI_BASE_URL, bases.gemini);
    assert.equal(launch.file?.variable, 'GEMINI_CLI_SYSTEM_DEFAULTS_PATH');
    assert.equal(guardCommand(['echo', 'gemini'], bases).file, undefined);
  });
});
