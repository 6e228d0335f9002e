import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ClaudeAnswer, claudeFolder, claudeLine } from './claudeSession.ts';
import { waitUntil } from './waitUntil.ts';
import { type Places, Walk } from './walk.ts';

const minute = 60_000;

/** Amounts are at Sonnet 4.5's prices. */
function answer(id: string, at: number, usage: Omit<ClaudeAnswer, 'session' | 'id'>): string {
  return claudeLine({ session: 'first-minute', id, at, ...usage });
}

function userLine(at: number): string {
  return `${JSON.stringify({
    type: 'user',
    isSidechain: false,
    sessionId: 'first-minute',
    cwd: '/home/somebody/shop',
    permissionMode: 'plan',
    promptId: 'prompt-1',
    timestamp: new Date(at).toISOString(),
    message: { role: 'user', content: 'plan it' },
  })}\n`;
}

/** A home in which three agents have worked: Claude Code a moment ago, Codex two and OpenCode three days ago. */
function leaveTraces({ home }: Places): string {
  const now = Date.now();
  const claude = join(home, claudeFolder);
  mkdirSync(claude, { recursive: true });
  const session = join(claude, 'first-minute.jsonl');
  // $0.003 + $0.075 + $0.0075, then $0.00003 + $0.0063 + $0.0075 + $0.0045: $0.10383 in all, 21,000 tokens of it sent again.
  writeFileSync(
    session,
    userLine(now - 2 * minute) +
      answer('1', now - 1.9 * minute, { input: 1_000, write: 20_000, read: 0, output: 500 }) +
      answer('2', now - 1.8 * minute, { input: 10, write: 2_000, read: 21_000, output: 300 }),
  );

  const then = new Date(now - 2 * 24 * 60 * minute).toISOString();
  const codex = join(home, '.codex', 'sessions', then.slice(0, 4), then.slice(5, 7), then.slice(8, 10));
  mkdirSync(codex, { recursive: true });
  const thread = '0199aaaa-0000-7000-8000-000000000001';
  const line = (type: string, payload: object): string => `${JSON.stringify({ timestamp: then, type, payload })}\n`;
  const counts = {
    input_tokens: 10_000,
    cached_input_tokens: 4_000,
    output_tokens: 1_000,
    reasoning_output_tokens: 200,
    total_tokens: 11_000,
  };
  writeFileSync(
    join(codex, `rollout-${then.slice(0, 19).replaceAll(':', '-')}-${thread}.jsonl`),
    line('session_meta', {
      id: thread,
      timestamp: then,
      cwd: '/home/somebody/shop',
      originator: 'codex_cli_rs',
      cli_version: '0.63.0',
      source: 'cli',
    }) +
      line('turn_context', { cwd: '/home/somebody/shop', model: 'gpt-5-codex', approval_policy: 'on-request' }) +
      line('event_msg', {
        type: 'token_count',
        info: { total_token_usage: counts, last_token_usage: counts },
        rate_limits: null,
      }),
  );

  const folder = join(home, '.local', 'share', 'opencode');
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'opencode.db'));
  db.exec(`PRAGMA journal_mode=WAL;
    CREATE TABLE session (id TEXT PRIMARY KEY, project_id TEXT, parent_id TEXT, directory TEXT, title TEXT, agent TEXT, time_created INTEGER, time_updated INTEGER);
    CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);
    CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);`);
  const old = now - 3 * 24 * 60 * minute;
  db.prepare('INSERT INTO session VALUES (?,?,?,?,?,?,?,?)').run(
    'ses_1',
    'p',
    null,
    '/home/somebody/shop',
    '',
    'build',
    old,
    old,
  );
  db.prepare('INSERT INTO message VALUES (?,?,?,?,?)').run(
    'msg_1',
    'ses_1',
    old,
    old,
    JSON.stringify({
      role: 'assistant',
      agent: 'build',
      mode: 'build',
      providerID: 'anthropic',
      modelID: 'claude-sonnet-4-5',
      time: { created: old, completed: old },
    }),
  );
  db.prepare('INSERT INTO part VALUES (?,?,?,?,?,?)').run(
    'prt_1',
    'msg_1',
    'ses_1',
    old,
    old,
    JSON.stringify({
      type: 'step-finish',
      reason: 'stop',
      cost: 0,
      tokens: { input: 5_000, output: 400, reasoning: 0, cache: { read: 0, write: 0 } },
    }),
  );
  db.close();
  return session;
}

describe('the first minute, without any set-up', function () {
  this.timeout(120_000);
  let walk: Walk;
  let session = '';
  const spoken = async (): Promise<string> => (await walk.statusItem().getAttribute('aria-label')) ?? '';
  const notice = () => walk.toast(/session files/i);

  before(async () => {
    walk = await Walk.start({
      prepare: (places) => {
        session = leaveTraces(places);
      },
    });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await walk.failed(this.currentTest.title);
  });

  after(async () => {
    await walk?.close();
  });

  it('shows the newest task, its cost and its mode', async () => {
    const text = await waitUntil(async () => {
      const shown =
        (await walk
          .statusItem()
          .textContent()
          .catch(() => '')) ?? '';
      return /\$0\.10\b.*plan/.test(shown) ? shown : undefined;
    }, 30_000);
    assert.match(text, /\$0\.10/);
    await walk.screenshot('first-minute');
  });

  it('says once what is read and that nothing is sent', async () => {
    await notice().first().waitFor({ timeout: 30_000 });
    await walk.screenshot('first-notice');
  });

  it('tells something worth knowing in its tooltip: seven days, the dearest task, what was sent again', async () => {
    const hover = await walk.tooltip();
    const text = ((await hover.textContent()) ?? '').replaceAll(/\s+/g, ' ');
    await walk.screenshot('first-tooltip');
    // Codex: $0.0075 + $0.0005 + $0.01; OpenCode: $0.015 + $0.006. With Claude's $0.10383: $0.14283.
    assert.match(text, /7 days/i);
    assert.match(text, /\$0\.14/);
    assert.match(text, /Most expensive task.*Claude Code/i);
    assert.match(text, /sent again/i);
    await walk.leaveTooltip();
  });

  it('follows the agent’s own record as it grows', async () => {
    // $0.003 + $0.0069 + $0.0015 more: $0.115
    appendFileSync(session, answer('3', Date.now(), { input: 1_000, write: 0, read: 23_000, output: 100 }));
    await waitUntil(async () => (/\$0\.12/.test((await walk.statusItem().textContent()) ?? '') ? true : undefined), 30_000);
  });

  it('says it no second time', async () => {
    await walk.open();
    await waitUntil(async () => (/plan/.test(await spoken()) ? true : undefined), 30_000);
    assert.equal(await notice().count(), 0);
  });
});
