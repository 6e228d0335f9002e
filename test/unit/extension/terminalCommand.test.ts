import assert from 'node:assert/strict';
import { agentOfCommand } from '../../../src/extension/terminalCommand.ts';

describe('the command line of a terminal', () => {
  for (const [line, agent] of [
    ['claude', 'claude-code'],
    ['/usr/local/bin/claude -p "fix codex"', 'claude-code'],
    ['FOO=1 codex exec "x"', 'codex'],
    ['npx -y opencode@latest run', 'opencode'],
    ['spend-meter run -- gemini -p hi', 'gemini-cli'],
    ['"C:\\tools\\qwen.cmd" -p', 'qwen-code'],
    ['git commit -m claude', undefined],
    ['echo codex', undefined],
    ['constructor', undefined],
    ['', undefined],
  ] as const)
    it(`${line || 'an empty one'} starts ${agent ?? 'no agent'}`, () => assert.equal(agentOfCommand(line), agent));
});
