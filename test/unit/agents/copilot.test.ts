import assert from 'node:assert/strict';
import { identify } from '../../../src/agents/registry.ts';
import { isGuessedTask } from '../../../src/core/guessedTask.ts';

describe('Copilot at the gateway', () => {
  const session = '21cd88f6-4fb9-4c6a-bbe9-b1a6d7dc30e5';
  const system = `You are the GitHub Copilot CLI, a terminal assistant built by GitHub.\n<session_context>\nSession folder: /home/u/.copilot/session-state/${session}\n`;
  /** Headers of the CLI 1.0.102, run. */
  const headers = { 'user-agent': 'Anthropic/JS 0.94.0', 'x-initiator': 'user', 'x-interaction-type': 'conversation-user' };
  const body = (said: string, more: object = {}) => ({
    system: [{ type: 'text', text: system }],
    messages: [{ role: 'user', content: [{ type: 'text', text: said }] }],
    tools: [{ name: 'bash' }],
    ...more,
  });
  const ask = (facts: { headers?: Record<string, string>; body: unknown }) =>
    identify({ headers, protocol: 'anthropic', path: '/v1/messages', ...facts });

  it('knows the CLI and its session by the prompt, in every protocol', () => {
    assert.deepEqual(ask({ body: body('Go.') }), {
      agent: 'copilot',
      task: `copilot:${session}`,
      mode: { kind: 'code', name: 'interactive' },
      kind: 'work',
    });
    const chat = {
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: 'Go.' },
      ],
      tools: [{}],
    };
    const responses = {
      instructions: system,
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Go.' }] }],
      tools: [{}],
    };
    for (const other of [chat, responses]) assert.equal(ask({ body: other }).task, `copilot:${session}`);
  });

  it('follows the notices of its modes', () => {
    const planned = '<mode_changed_notice>\n<plan_mode>\nWhen user messages are prefixed';
    assert.deepEqual(ask({ body: body(planned) }).mode, { kind: 'architect', name: 'plan' });
  });

  it("leaves a sub-agent's mode and task to its own record", () => {
    const system = 'You are an exploration agent. Answer the question as fast as possible, then stop.';
    const body = { system, messages: [{ role: 'user', content: 'Look around.' }], tools: [{ name: 'view' }] };
    const seen = ask({ headers: { 'user-agent': 'Anthropic/JS 0.94.0', 'x-initiator': 'agent' }, body });
    assert.deepEqual([seen.agent, isGuessedTask(seen.task), seen.mode], ['copilot', true, undefined]);
  });

  it('tells a compaction from work', () => {
    const compaction = { ...headers, 'x-interaction-type': 'conversation-compaction' };
    const seen = ask({ headers: compaction, body: body('Go.') });
    assert.deepEqual([seen.kind, seen.mode], ['summary', undefined]);
  });

  it('knows VS Code by its name, with a task that goes by the beginning of its conversation', () => {
    const editor = { 'user-agent': 'GitHubCopilotChat/0.67.0' };
    const seen = ask({ headers: editor, body: { messages: [{ role: 'user', content: 'Hello' }], tools: [{}] } });
    assert.equal(seen.agent, 'copilot');
    assert.ok(isGuessedTask(seen.task));
    const title = 'You are an expert in crafting ultra-compact titles for chatbot conversations.';
    const side = {
      messages: [
        { role: 'system', content: title },
        { role: 'user', content: 'Hello' },
      ],
    };
    assert.equal(ask({ headers: editor, body: side }).kind, 'title');
  });

  it("takes nobody else's requests for its own", () => {
    const plain = { 'user-agent': 'Anthropic/JS 0.94.0' };
    assert.notEqual(ask({ headers: plain, body: { messages: [{ role: 'user', content: 'Hello' }] } }).agent, 'copilot');
  });
});
