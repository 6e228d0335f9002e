import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { RequestFacts } from '../../../src/agents/agent.ts';
import {
  agentById,
  agents,
  guardCommand,
  guardEnvironment,
  identify,
  identifyByHeaders,
  requestKind,
} from '../../../src/agents/registry.ts';
import { agentName, english, readableAgents } from '../../../src/core/presentText.ts';

const anthropic = (headers: Record<string, string>, body?: unknown): RequestFacts => ({
  headers,
  protocol: 'anthropic',
  path: '/v1/messages',
  body,
});
const said = (...texts: string[]) => texts.map((text) => ({ role: 'user', content: [{ type: 'text', text }] }));
const tools = [{ name: 'bash' }];

describe('recognising Claude Code', () => {
  const headers = { 'user-agent': 'claude-cli/2.1.330 (external, cli)', 'x-claude-code-session-id': 's1' };

  it('takes session, prompt and sub-agent from the headers', () => {
    const sub = {
      ...headers,
      'x-claude-code-prompt-id': 'p1',
      'x-claude-code-agent-id': 'a1',
      'x-claude-code-agent-type': 'Explore',
    };
    assert.deepEqual(identifyByHeaders(anthropic(headers)), { agent: 'claude-code', task: 'claude-code:s1' });
    assert.deepEqual(identifyByHeaders(anthropic(sub)), {
      agent: 'claude-code',
      kind: 'search',
      task: 'claude-code:s1/a1',
      parent: 'claude-code:s1',
      run: 'claude-code:p1',
      mode: { kind: 'ask', name: 'Explore' },
    });
  });

  it('counts a side question to its session', () => {
    assert.equal(identify(anthropic({ ...headers, 'x-claude-code-agent-id': 'aside_question-9' }, {})).task, 'claude-code:s1');
  });

  it('takes the session from the body where old versions put it', () => {
    const old = { 'user-agent': 'claude-cli/1.0.100 (external, cli)' };
    const session = '11111111-2222-4333-8444-555555555555';
    assert.equal(identifyByHeaders(anthropic(old)), undefined);
    assert.equal(
      identify(anthropic(old, { metadata: { user_id: `user_ab_account_x_session_${session}` } })).task,
      `claude-code:${session}`,
    );
    assert.equal(
      identify(anthropic(old, { metadata: { user_id: JSON.stringify({ session_id: 's2' }) } })).task,
      'claude-code:s2',
    );
  });

  it('sees the plan mode in what it is told, not in what a tool read', () => {
    const plan = 'Plan mode is active. The user indicated';
    const read = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: plan }] };
    const mode = (messages: unknown) => identify(anthropic(headers, { messages, tools })).mode;
    assert.deepEqual(mode([...said(plan), { role: 'assistant', content: plan }]), { kind: 'architect', name: 'plan' });
    assert.deepEqual(mode([...said('hello'), read]), { kind: 'code', name: 'default' });
    assert.deepEqual(mode(said(plan, '<system-reminder>## Exited Plan Mode</system-reminder>')), {
      kind: 'code',
      name: 'default',
    });
    assert.deepEqual(mode([...said('hello'), { role: 'system', content: plan }]), { kind: 'architect', name: 'plan' });
  });

  it('tells side requests apart only when they are certain', () => {
    const kind = (body: unknown, more = {}) => requestKind(anthropic({ ...headers, ...more }, body));
    assert.equal(kind({ max_tokens: 1, messages: said('quota') }), 'classification');
    assert.equal(
      kind({ output_config: { format: { schema: { type: 'object', properties: { title: {} } } } }, messages: said('x') }),
      'title',
    );
    assert.equal(
      kind({ messages: said('Your task is to create a detailed summary of the conversation so far, paying') }),
      'summary',
    );
    assert.equal(kind({ messages: said('x'), tools }, { 'x-claude-code-request-class': 'compaction' }), 'summary');
    assert.equal(kind({ messages: said('x') }, { 'x-claude-code-request-class': 'auxiliary' }), 'other');
    assert.equal(kind({ max_tokens: 1, messages: said('x'), tools }), 'work');
    assert.equal(kind({ messages: said('please explain "You are a title generator"'), tools }), 'work');
  });
});

describe('recognising Codex', () => {
  const metadata = (more: object) =>
    JSON.stringify({ session_id: 't1', thread_id: 't1', turn_id: 'u1', root_turn_id: 'u1', request_kind: 'turn', ...more });
  const facts = (headers: Record<string, string>, body?: unknown): RequestFacts => ({
    headers: { originator: 'codex_cli_rs', ...headers },
    protocol: 'openai-responses',
    path: '/v1/responses',
    body,
  });

  it('takes thread, turn and parent', () => {
    assert.deepEqual(identifyByHeaders(facts({ 'session-id': 't1', 'thread-id': 't1', 'x-codex-turn-metadata': metadata({}) })), {
      agent: 'codex',
      task: 'codex:t1',
      run: 'codex:u1',
      kind: 'work',
    });
    const spawned = facts(
      {
        'session-id': 't1',
        'thread-id': 't2',
        'x-codex-parent-thread-id': 't1',
        'x-codex-turn-metadata': metadata({ thread_id: 't2', turn_id: 'u2' }),
      },
      {},
    );
    assert.deepEqual(identify(spawned), {
      agent: 'codex',
      task: 'codex:t2',
      parent: 'codex:t1',
      run: 'codex:u1',
      mode: { kind: 'code', name: 'default' },
      kind: 'work',
    });
  });

  it('reads the plan mode, titles and compactions', () => {
    const mode = (text: string) =>
      identify(
        facts(
          { 'thread-id': 't1' },
          { input: [{ type: 'message', role: 'developer', content: [{ type: 'input_text', text }] }] },
        ),
      ).mode?.kind;
    assert.equal(mode('<collaboration_mode># Plan Mode (Conversational)\n\nYou work in phases'), 'architect');
    assert.equal(mode('<collaboration_mode># Collaboration Mode: Default'), 'code');
    const kind = (more: object) => requestKind(facts({ 'thread-id': 't1', 'x-codex-turn-metadata': metadata(more) }, { tools }));
    assert.equal(kind({ thread_source: 'thread_title' }), 'title');
    assert.equal(kind({ request_kind: 'compaction' }), 'summary');
  });

  it('is refused in plain text, as it tries everything else again', () => {
    assert.equal(agentById('codex').refusal, 'plain-400');
    assert.ok(agents.every(({ id, refusal }) => id === 'codex' || id === 'sample' || (refusal ?? 'json-402') === 'json-402'));
  });
});

describe('recognising OpenCode and Kilo', () => {
  const opencode = { 'user-agent': 'opencode/1.18.33 ai-sdk/x', 'x-session-id': 'ses_1' };
  const kilo = { 'user-agent': 'Kilo-Code/7.7.7 ai-sdk/x', 'x-session-id': 'ses_1' };
  const mode = (headers: Record<string, string>, body: unknown) => identify(anthropic(headers, body)).mode;

  it('takes session and parent session', () => {
    assert.deepEqual(identify(anthropic({ ...opencode, 'x-parent-session-id': 'ses_0' }, { tools, messages: said('x') })), {
      agent: 'opencode',
      task: 'opencode:ses_1',
      parent: 'opencode:ses_0',
      kind: 'work',
    });
    assert.equal(identifyByHeaders(anthropic(kilo))?.task, 'kilo:ses_1');
  });

  it('knows OpenCode plan from build', () => {
    const plan = '<system-reminder>\n# Plan Mode - System Reminder\n\nCRITICAL: Plan mode ACTIVE';
    assert.deepEqual(mode(opencode, { tools, messages: said('x') }), { kind: 'code', name: 'build' });
    assert.deepEqual(mode(opencode, { tools, messages: said(`x ${plan}`) }), { kind: 'architect', name: 'plan' });
    assert.deepEqual(mode(opencode, { tools, messages: said('x', 'Your operational mode has changed from plan to build.') }), {
      kind: 'code',
      name: 'build',
    });
  });

  it('knows Kilo modes by header, by the last marker, by system prompt', () => {
    assert.deepEqual(mode({ ...kilo, 'x-kilocode-mode': 'debug' }, { tools, messages: said('# Native Plan Mode') }), {
      kind: 'debug',
      name: 'debug',
    });
    assert.deepEqual(
      mode(kilo, { tools, messages: said('# Native Plan Mode', 'The active agent has changed from plan to code.') }),
      { kind: 'code', name: 'code' },
    );
    assert.deepEqual(
      mode(kilo, {
        tools,
        messages: said('The active agent has changed from plan to code. Then: The active agent has changed from code to ask.'),
      }),
      { kind: 'ask', name: 'ask' },
    );
    assert.deepEqual(mode(kilo, { tools, messages: said('x', '# Native Plan Mode') }), { kind: 'architect', name: 'plan' });
    assert.deepEqual(
      mode(kilo, { tools, system: 'You are Kilo.\nYou are a strategic workflow orchestrator who', messages: said('x') }),
      { kind: 'orchestrator', name: 'orchestrator' },
    );
    assert.deepEqual(mode(kilo, { tools, messages: said('x') }), { kind: 'code', name: 'code' });
  });

  it('tells titles, summaries and commit messages', () => {
    const kind = (headers: Record<string, string>, body: unknown) => requestKind(anthropic(headers, body));
    assert.equal(
      kind(opencode, { system: 'You are a title generator. You output ONLY a thread title.', messages: said('x') }),
      'title',
    );
    assert.equal(kind({ ...kilo, 'x-session-id': 'title-ses_1' }, { messages: said('x') }), 'title');
    assert.equal(identify(anthropic({ ...kilo, 'x-session-id': 'title-ses_1' }, {})).task, 'kilo:ses_1');
    assert.equal(
      kind(opencode, { messages: said('Provide a detailed prompt for continuing our conversation above.') }),
      'summary',
    );
    assert.equal(
      kind(kilo, { messages: [{ role: 'system', content: '# Conventional Commit Message Generator\n' }, ...said('diff')] }),
      'commit message',
    );
  });
});

describe('everything else', () => {
  const facts: RequestFacts = {
    headers: { 'user-agent': 'x/1' },
    protocol: 'openai-chat',
    path: '/v1/chat/completions',
    body: { messages: said('hello') },
  };

  it('is known by its terminal, else by the beginning of its conversation', () => {
    assert.deepEqual(identify({ ...facts, terminal: 't7' }), { agent: 'other', task: 'other:t7', kind: 'work' });
    const longer = { ...facts, body: { messages: [...said('hello'), { role: 'assistant', content: 'hi' }, ...said('go on')] } };
    assert.equal(identify(facts, 'key').task, identify(longer, 'key').task);
    assert.notEqual(identify(facts, 'key').task, identify({ ...facts, body: { messages: said('other') } }, 'key').task);
    assert.notEqual(identify(facts, 'key').task, identify(facts, 'another key').task);
    assert.equal(identifyByHeaders(facts), undefined);
  });

  it('is not shaken by bodies that are no bodies', () => {
    for (const body of [
      null,
      7,
      'x',
      [],
      { messages: 'x' },
      { messages: [null, 3] },
      { system: 4, tools: {} },
      { input: 'hello' },
    ])
      assert.equal(identify({ ...facts, body }).agent, 'other');
  });
});

describe('pointing agents at the gateway', () => {
  const bases = { anthropic: 'http://127.0.0.1:1/i/anthropic', openai: 'http://127.0.0.1:1/i/openai/v1' };

  it('sets what the agents obey', () => {
    assert.deepEqual(guardEnvironment(bases), {
      ANTHROPIC_BASE_URL: bases.anthropic,
      OPENAI_BASE_URL: bases.openai,
      CLAUDE_CODE_GATEWAY_HINT_HEADERS: '1',
    });
    assert.deepEqual(guardEnvironment({}), {});
  });

  it('gives Codex its setting right after its name', () => {
    const setting = 'openai_base_url="http://127.0.0.1:1/i/openai/v1"';
    const argv = (...words: string[]) => guardCommand(words, bases).argv;
    assert.deepEqual(argv('codex', 'exec', 'hi'), ['codex', '-c', setting, 'exec', 'hi']);
    assert.deepEqual(argv('/usr/bin/codex'), ['/usr/bin/codex', '-c', setting]);
    assert.deepEqual(argv('C:\\npm\\codex.cmd', 'x'), ['C:\\npm\\codex.cmd', '-c', setting, 'x']);
    assert.deepEqual(argv('npx', '-y', '@openai/codex@0.169.0', 'exec'), [
      'npx',
      '-y',
      '@openai/codex@0.169.0',
      '-c',
      setting,
      'exec',
    ]);
    assert.deepEqual(argv('claude', '-p', 'codex'), ['claude', '-p', 'codex']);
    assert.deepEqual(argv('grep', 'codex', 'x'), ['grep', 'codex', 'x']);
    assert.equal(guardCommand(['claude'], bases).env.ANTHROPIC_BASE_URL, bases.anthropic);
  });
});

describe('a kind that is certain', () => {
  const ask = (path: string, headers: Record<string, string> = {}) =>
    requestKind({ headers, protocol: 'other', path, body: { input: 'x' } });

  it('is embeddings by its path', () => {
    assert.equal(ask('/embeddings'), 'embeddings');
    assert.equal(ask('/v1beta/models/gemini-embedding-001:batchEmbedContents'), 'embeddings');
    assert.equal(ask('/embeddings/x'), 'work');
  });

  it('is a search where a sub-agent only looks things up', () => {
    const headers = {
      'user-agent': 'claude-cli/2.1.330',
      'x-claude-code-session-id': 's',
      'x-claude-code-agent-id': 'a',
      'x-claude-code-agent-type': 'Explore',
    };
    assert.equal(
      requestKind({ headers, protocol: 'anthropic', path: '/v1/messages', body: { messages: [], tools: [{}] } }),
      'search',
    );
  });
});

describe('what an agent is called where it is shown', () => {
  const read = agents.filter(({ sessions }) => (sessions?.length ?? 0) > 0);

  it('is the name its folder gives it', () => {
    for (const { id, name } of read) assert.equal(agentName(id, english), name, id);
  });

  it('covers every agent that is read, also where one is turned off', () => {
    const ids = read.map(({ id }) => id).sort();
    assert.deepEqual([...readableAgents].sort(), ids);
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    const { enum: offered } = manifest.contributes.configuration.properties['spendMeter.agentsOff'].items;
    assert.deepEqual([...offered].sort(), ids);
  });
});
