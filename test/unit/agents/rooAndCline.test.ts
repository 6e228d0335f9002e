import assert from 'node:assert/strict';
import type { RequestFacts } from '../../../src/agents/agent.ts';
import { agentById, identify, identifyByHeaders, requestKind } from '../../../src/agents/registry.ts';
import { isGuessedTask } from '../../../src/core/guessedTask.ts';

const tool = (name: string) => ({ type: 'function', function: { name, parameters: {} } });
const details = (slug: string) =>
  `<environment_details>\n# Current Time\n2026\n\n# Current Mode\n<slug>${slug}</slug>\n<name>N</name>\n<model>m</model>\n</environment_details>`;

function chat(
  headers: Record<string, string>,
  messages: readonly object[],
  tools: readonly object[] = [tool('x')],
): RequestFacts {
  return { headers, protocol: 'openai-chat', path: '/v1/chat/completions', body: { model: 'm', messages, tools } };
}
const user = (...texts: readonly string[]) => ({ role: 'user', content: texts.map((text) => ({ type: 'text', text })) });
const system = (content: string) => ({ role: 'system', content });

describe('recognising the Roo family', () => {
  const roo = { 'user-agent': 'RooCode/3.52.1', 'x-title': 'Roo Code' };
  const start = [
    system('You are Roo, a highly skilled software engineer with'),
    user('<task>\nfix it\n</task>', details('code')),
  ];

  it('names the task by how it began, whatever the mode, and only from the body', () => {
    const first = identify(chat(roo, start), 'key');
    const later = identify(
      chat(roo, [
        system('You are Roo, an experienced technical leader'),
        ...start.slice(1),
        { role: 'assistant', content: 'x' },
        { role: 'tool', tool_call_id: 't', content: details('quoted') },
        user(details('architect')),
      ]),
      'key',
    );
    assert.ok(isGuessedTask(first.task) && first.task.startsWith('roo-code:'));
    assert.equal(later.task, first.task);
    assert.deepEqual([first.mode?.kind, later.mode?.kind], ['code', 'architect']);
    assert.notEqual(identify(chat(roo, start), 'other key').task, first.task);
    assert.notEqual(identify(chat(roo, [user('another', details('code'))]), 'key').task, first.task);
    assert.doesNotMatch(JSON.stringify(first), /fix it/);
    assert.equal(identifyByHeaders(chat(roo, [])), undefined);
  });

  it('knows who it is by header, and without one by the block in the prompt', () => {
    const agent = (headers: Record<string, string>, messages: readonly object[]) => identify(chat(headers, messages)).agent;
    assert.equal(agent({ 'user-agent': 'ZooCode/3.82.0' }, start), 'zoo-code');
    assert.equal(agent({ 'user-agent': 'Kilo-Code/5.10.4', 'x-title': 'Kilo Code' }, start), 'kilo');
    assert.equal(agent({ 'user-agent': 'Anthropic/JS 0.37.0' }, start), 'roo-code');
    assert.equal(agent({}, [system('You are Kilo Code, a highly'), ...start.slice(1)]), 'kilo');
    assert.equal(agent({}, [system('My own role'), user('x', details('my-mode'))]), 'roo-code');
    assert.equal(agent({}, [user('no block')]), 'other');
  });

  it('leaves Kilo 5 with its own provider, and Kilo 7, to their ids', () => {
    const headers = { 'user-agent': 'Kilo-Code/5.10.4', 'x-kilocode-taskid': 't1', 'x-kilocode-mode': 'architect' };
    const identity = identify(chat(headers, start));
    assert.deepEqual([identity.task, identity.mode?.kind], ['kilo:t1', 'architect']);
  });

  it('takes the mode from the role where the block is missing; a mode of the user’s is kept by name', () => {
    const mode = (...messages: readonly object[]) => identify(chat(roo, messages)).mode;
    for (const [role, kind] of [
      ['a strategic workflow orchestrator who', 'orchestrator'],
      ['an expert software debugger specializing', 'debug'],
      ['a knowledgeable technical assistant focused', 'ask'],
    ] as const)
      assert.equal(mode(system(`You are Roo, ${role}`), user('x'))?.kind, kind);
    assert.deepEqual(mode(user('x', details('docs-writer'))), { kind: 'other', name: 'docs-writer' });
    assert.equal(mode(user('x')), undefined);
  });

  it('tells summaries and prompt enhancement', () => {
    const kind = (...messages: readonly object[]) => requestKind(chat(roo, messages, []));
    assert.equal(
      kind(system('Your task is to create a detailed summary of the conversation so far, paying'), user('x')),
      'summary',
    );
    assert.equal(kind(user('x'), user('CRITICAL: This summarization request is a SYSTEM OPERATION, not')), 'summary');
    assert.equal(kind(user('Generate an enhanced version of this prompt (reply with only')), 'prompt enhancement');
    assert.equal(requestKind(chat(roo, [user('Generate an enhanced version of this prompt')])), 'work');
  });
});

describe('recognising Cline', () => {
  const cli = { 'user-agent': 'ai-sdk/openai-compatible/3.0.37 runtime/bun/1.3.13' };
  const own = ['read_files', 'search_codebase', 'run_commands', 'apply_patch'].map(tool);
  const prompt = system('You are Cline, an AI coding agent. Your primary goal');

  it('of the second generation by its prompt, and its sub-agents by their tools', () => {
    const main = identify(chat(cli, [prompt, user('do it')], own), 'key');
    assert.ok(isGuessedTask(main.task));
    assert.deepEqual([main.agent, main.mode, main.kind], ['cline', { kind: 'code', name: 'act' }, 'work']);
    const sub = identify(chat(cli, [system('You look at files.'), user('look')], own), 'key');
    assert.deepEqual([sub.agent, sub.mode], ['cline', undefined]);
    assert.notEqual(sub.task, main.task);
    assert.equal(identify(chat(cli, [system('You look at files.'), user('look')], [tool('run_commands')])).agent, 'other');
    assert.equal(identifyByHeaders(chat(cli, [])), undefined);
  });

  it('knows plan from act, in one task', () => {
    const planning = identify(chat(cli, [system(`${prompt.content}\n\n# Plan Mode\n`), user('do it')], own), 'key');
    const switching = identify(chat(cli, [prompt, user('do it')], [...own, tool('switch_to_act_mode')]), 'key');
    assert.deepEqual([planning.mode?.kind, switching.mode?.kind], ['architect', 'architect']);
    assert.equal(planning.task, identify(chat(cli, [prompt, user('do it')], own), 'key').task);
    const classic = (mode: string) =>
      identify(
        chat({ 'user-agent': 'Cline/4.0.12' }, [user('x', `<environment_details>\n# Current Mode\n${mode} MODE\nIn this`)]),
      ).mode;
    assert.deepEqual([classic('PLAN')?.kind, classic('ACT')?.name], ['architect', 'act']);
  });

  it('takes the session that its own provider is told; a ULID is only a mark', () => {
    const task = (id: string) => identify(chat({ 'user-agent': 'Cline/4.1.13', 'x-task-id': id }, [user('x')])).task;
    assert.equal(task('1795640798169_fc3it'), 'cline:1795640798169_fc3it');
    assert.equal(task('01KB0000000000000000000000'), 'cline:~01KB0000000000000000000000');
    assert.equal(
      identifyByHeaders({ ...chat({ 'user-agent': 'Cline/4', 'x-task-id': '1795640798169_fc3it' }, []) })?.kind,
      undefined,
    );
  });

  it('is refused in the protocol’s own shape', () => {
    for (const id of ['cline', 'roo-code', 'zoo-code'] as const) assert.equal(agentById(id).refusal, 'json-402');
  });
});
