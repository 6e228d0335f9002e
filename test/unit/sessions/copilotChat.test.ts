import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { removeHomes, scanned, tempHome, write } from './support.ts';

/** Shapes of VS Code 1.139.1's own `storageSchema`, read in its workbench; microsoft/vscode, `chatSessionOperationLog.ts` and `objectMutationLog.ts`. */
const user = (home: string) => join(home, '.config/Code/User');
const log = (home: string) => join(user(home), 'workspaceStorage/ab12/chatSessions/c1.jsonl');
const line = (entry: object) => `${JSON.stringify(entry)}\n`;
const request = (id: string, more: object = {}) => ({
  requestId: id,
  timestamp: 1_795_600_000_000,
  message: { text: 'a secret', parts: [] },
  agent: { id: 'github.copilot.editsAgent', extensionId: { value: 'GitHub.copilot-chat' } },
  modelId: 'copilot/claude-sonnet-4.5',
  modeInfo: { kind: 'agent', isBuiltin: true, telemetryModeId: 'agent' },
  response: [],
  modelState: { value: 0 },
  ...more,
});

describe('VS Code chats of Copilot on disk', () => {
  afterEach(removeHomes);

  it('follows a turn through the log of changes, live and after a restart, and keeps none of its text', async () => {
    const home = tempHome();
    write(join(user(home), 'workspaceStorage/ab12/workspace.json'), JSON.stringify({ folder: 'file:///home/u/my%20work' }));
    write(log(home), line({ kind: 0, v: { version: 3, sessionId: 'c1', requests: [] } }));
    appendFileSync(log(home), line({ kind: 2, k: ['requests'], v: [request('r1')] }));
    const taken = await scanned(home);
    assert.deepEqual(taken.rows(), []);
    appendFileSync(log(home), line({ kind: 2, k: ['requests', 0, 'response'], v: [{ value: 'more of a secret' }] }));
    appendFileSync(log(home), line({ kind: 1, k: ['requests', 0, 'promptTokens'], v: 41_000 }));
    appendFileSync(log(home), line({ kind: 1, k: ['requests', 0, 'completionTokens'], v: 120 }));
    await scanned(home, taken);
    assert.equal(taken.rows()[0]?.usage.output, 120);
    appendFileSync(log(home), line({ kind: 1, k: ['requests', 0, 'completionTokens'], v: 500 }));
    appendFileSync(log(home), line({ kind: 1, k: ['requests', 0, 'copilotCredits'], v: 3.25 }));
    appendFileSync(log(home), line({ kind: 1, k: ['requests', 0, 'elapsedMs'], v: 9000 }));
    appendFileSync(log(home), line({ kind: 1, k: ['requests', 0, 'modelState'], v: { value: 1, completedAt: 1 } }));
    await scanned(home, taken);
    const [row, ...rest] = taken.rows();
    assert.ok(row && rest.length === 0);
    assert.deepEqual(
      [row.task, row.run, row.mode, row.provider, row.billing, row.model, row.workspace, row.reportedUsd],
      [
        'copilot:c1',
        'copilot:r1',
        { kind: 'code', name: 'agent' },
        'github-copilot',
        'plan',
        'claude-sonnet-4.5',
        '/home/u/my work',
        '0.0325',
      ],
    );
    assert.deepEqual([row.usage.uncachedInput, row.usage.output, row.counted], [41_000, 500, 'estimated']);
    assert.deepEqual(taken.reasons(), {});
    assert.ok(![...taken.cursors.values()].some((cursor) => /secret/.test(cursor)));
  });

  it('maps the modes, custom agents by their own name, and the model that Auto has chosen', async () => {
    const home = tempHome();
    const turns = [
      request('a', {
        modeInfo: { kind: 'ask' },
        promptTokens: 10,
        completionTokens: 1,
        result: { metadata: { toolCallRounds: [{}] } },
      }),
      request('p', { modeInfo: { kind: 'agent', modeInstructions: { name: 'Plan' } }, promptTokens: 10, completionTokens: 2 }),
      request('o', {
        modeInfo: { kind: 'agent', modeInstructions: { name: 'Reviewer' } },
        modelId: 'copilot/auto',
        result: { metadata: { resolvedModel: 'gpt-6-luna' } },
        promptTokens: 10,
        completionTokens: 3,
      }),
      request('b', { modelId: 'customendpoint/mine/glm-5.3', promptTokens: 10, completionTokens: 4 }),
    ];
    write(log(home), line({ kind: 0, v: { version: 3, sessionId: 'c1', requests: turns } }));
    const rows = (await scanned(home)).rows();
    const shown = rows.map(({ run, mode, model, provider, billing, counted }) => [
      run,
      mode?.kind,
      model,
      provider,
      billing,
      counted,
    ]);
    assert.deepEqual(shown.sort(), [
      ['copilot:a', 'ask', 'claude-sonnet-4.5', 'github-copilot', 'plan', 'reported'],
      ['copilot:b', 'code', 'glm-5.3', '', 'unknown', 'estimated'],
      ['copilot:o', 'other', 'gpt-6-luna', 'github-copilot', 'plan', 'estimated'],
      ['copilot:p', 'architect', 'claude-sonnet-4.5', 'github-copilot', 'plan', 'estimated'],
    ]);
  });

  it('counts turns whose usage is not told, and leaves those of other extensions alone', async () => {
    const home = tempHome();
    const done = { modelState: { value: 1 } };
    const turns = [
      request('u1', done),
      request('u2', done),
      request('x', { ...done, agent: { extensionId: { value: 'some.other' } } }),
    ];
    write(log(home), line({ kind: 0, v: { sessionId: 'c1', requests: turns } }));
    const taken = await scanned(home);
    assert.deepEqual([taken.rows(), taken.reasons()], [[], { 'c1.jsonl: no usage told': 2 }]);
  });

  it('reads the documents of before, in windows without a folder too', async () => {
    const home = tempHome();
    const path = join(user(home), 'globalStorage/emptyWindowChatSessions/old.json');
    const turns = [request('d1', { promptTokens: 7, completionTokens: 3 }), request('d2', { modelState: { value: 2 } })];
    write(path, JSON.stringify({ version: 3, sessionId: 'old', requests: [...turns, request('d3', { promptTokens: -1 })] }));
    write(path.replace('old.json', 'torn.json'), '[1, 2]');
    const taken = await scanned(home);
    assert.deepEqual(
      taken.rows().map(({ task, usage }) => [task, usage.output]),
      [['copilot:old', 3]],
    );
    assert.deepEqual(taken.reasons(), {
      'old.json: not understood': 1,
      'old.json: no usage told': 1,
      'torn.json: foreign file': 1,
    });
  });
});

describe('the agent traces of Copilot', () => {
  afterEach(removeHomes);

  /** Schema 2 of microsoft/vscode, `otelSqliteStore.ts`. */
  function traces(home: string): DatabaseSync {
    const folder = join(user(home), 'globalStorage/github.copilot-chat');
    mkdirSync(folder, { recursive: true });
    const db = new DatabaseSync(join(folder, 'agent-traces.db'));
    db.exec(`PRAGMA journal_mode = WAL;
      CREATE TABLE spans (span_id TEXT PRIMARY KEY, trace_id TEXT NOT NULL, parent_span_id TEXT, name TEXT NOT NULL,
        start_time_ms INTEGER NOT NULL, end_time_ms INTEGER NOT NULL, status_code INTEGER NOT NULL DEFAULT 0, status_message TEXT,
        operation_name TEXT, provider_name TEXT, agent_name TEXT, conversation_id TEXT, request_model TEXT, response_model TEXT,
        input_tokens INTEGER, output_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER,
        tool_name TEXT, tool_call_id TEXT, tool_type TEXT, chat_session_id TEXT, turn_index INTEGER, ttft_ms REAL,
        session_id TEXT GENERATED ALWAYS AS (COALESCE(conversation_id, chat_session_id)) STORED);
      CREATE TABLE span_attributes (span_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT, PRIMARY KEY (span_id, key));`);
    return db;
  }

  function span(
    db: DatabaseSync,
    id: string,
    operation: string,
    counts: readonly [number, number, number],
    more: Record<string, string> = {},
  ): void {
    db.prepare(
      `INSERT INTO spans (span_id, trace_id, name, start_time_ms, end_time_ms, operation_name, provider_name, agent_name, request_model,
         response_model, input_tokens, output_tokens, cached_tokens, chat_session_id)
       VALUES (?, 't', 'chat', 1795600000000, 1795600002000, ?, 'github', 'Explore', 'claude-sonnet-4.5', 'claude-sonnet-4.5', ?, ?, ?, ?)`,
    ).run(id, operation, ...counts, more.session ?? 'c1');
    for (const [key, value] of Object.entries(more))
      if (key.includes('.')) db.prepare('INSERT INTO span_attributes VALUES (?, ?, ?)').run(id, key, value);
  }

  it('tells each model call once, sub-agents and side requests apart, and never the sums of a run', async () => {
    const home = tempHome();
    const db = traces(home);
    span(db, 's1', 'chat', [5000, 200, 4000], {
      'gen_ai.response.id': 'msg_01aZ9kQ4mT7xW2vR5bN81',
      'gen_ai.usage.cache_creation.input_tokens': '500',
      'copilot_chat.copilot_usage_nano_aiu': '250000000',
      'copilot_chat.mode_name': 'plan',
    });
    span(db, 's2', 'chat', [100, 9, 0], { session: 'c2', 'copilot_chat.parent_chat_session_id': 'c1' });
    span(db, 's3', 'chat', [50, 5, 0], { 'copilot_chat.debug_log_label': 'title' });
    span(db, 's4', 'invoke_agent', [5150, 214, 4000]);
    span(db, 's5', 'chat', [0, 0, 0]);
    const taken = await scanned(home);
    const rows = taken.rows();
    assert.equal(rows.length, 3);
    const first = rows.find(({ keys }) => keys.includes('msg:msg_01aZ9kQ4mT7xW2vR5bN81'));
    assert.deepEqual(
      [
        first?.usage.uncachedInput,
        first?.usage.cacheRead,
        first?.usage.cacheWrite5m,
        first?.usage.output,
        first?.reportedUsd,
        first?.mode?.kind,
      ],
      [500, 4000, 500, 200, '0.0025', 'architect'],
    );
    const sub = rows.find(({ task }) => task === 'copilot:c2');
    assert.deepEqual([sub?.parent, sub?.mode], ['copilot:c1', { kind: 'ask', name: 'Explore' }]);
    assert.ok(rows.some(({ kind }) => kind === 'title'));
    assert.deepEqual(taken.reasons(), { 'agent-traces.db: no usage told': 1 });
    span(db, 's6', 'chat', [70, 7, 0]);
    await scanned(home, taken);
    assert.equal(taken.rows().length, 4);
    db.close();
  });
});
