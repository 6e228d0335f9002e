import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { kiloTasks, rooAgent } from '../../../src/agents/roo/agent.ts';
import { usage } from '../../../src/core/usage.ts';
import { discover } from '../../../src/sessions/discover.ts';
import { SkipLog } from '../../../src/sessions/skipLog.ts';
import { placesOf, removeHomes, scanned, tempHome } from './support.ts';
import { ask, request, say, taskPath, userTurn, writeTask } from './taskFolders.ts';

const roo = 'rooveterinaryinc.roo-cline';
const parent = '019b0000-0000-7000-8000-000000000001';
const child = '019b0000-0000-7000-8000-000000000002';
const t0 = 1_795_600_000_000;
const sonnet = 'claude-sonnet-4-5';

describe('tasks of the Roo family', () => {
  afterEach(removeHomes);

  it('are read request by request, with the mode and model that were in force, also when the user switched by hand', async () => {
    const home = tempHome();
    writeTask(
      taskPath(home, roo, parent),
      [
        say(t0, 'text', 'secret task'),
        request(t0 + 10, {
          apiProtocol: 'anthropic',
          tokensIn: 21_750,
          tokensOut: 812,
          cacheWrites: 1200,
          cacheReads: 20_000,
          cost: 0.0227,
        }),
        say(t0 + 4_000, 'text', 'I will switch.'),
        ask(t0 + 5_000, 'tool', '{"tool":"switchMode","mode":"code","reason":"x"}'),
        request(t0 + 9_000, {
          apiProtocol: 'anthropic',
          tokensIn: 22_900,
          tokensOut: 40,
          cacheWrites: 0,
          cacheReads: 21_000,
          cost: 0.01,
        }),
        say(t0 + 12_000, 'completion_result', 'done'),
        say(t0 + 600_000, 'user_feedback', 'more'),
        request(t0 + 600_010, { apiProtocol: 'anthropic' }),
      ],
      {
        'history_item.json': {
          id: parent,
          number: 1,
          ts: t0,
          task: 'secret',
          tokensIn: 0,
          tokensOut: 0,
          totalCost: 0,
          workspace: '/w',
        },
        'api_conversation_history.json': [
          userTurn(t0 + 40, 'architect', sonnet),
          { role: 'assistant', ts: t0 + 4_100, content: [{ type: 'text', text: 'x' }] },
          userTurn(t0 + 9_030, 'code', 'claude-haiku-4-5'),
        ],
      },
    );
    const rows = (await scanned(home)).rows();
    const task = `roo-code:${parent}`;
    assert.deepEqual(
      rows.map(({ keys, at, began, task, run, mode, model, usage, outcome, workspace, reportedUsd }) => ({
        keys,
        at,
        began,
        task,
        run,
        mode,
        model,
        usage,
        outcome,
        workspace,
        reportedUsd,
      })),
      [
        {
          keys: [`roo:${parent}/${t0 + 10}`],
          at: t0 + 5_000,
          began: t0 + 10,
          task,
          run: `${task}/${t0}`,
          mode: { kind: 'architect', name: 'architect' },
          model: sonnet,
          usage: usage({ uncachedInput: 550, cacheRead: 20_000, cacheWrite5m: 1200, output: 812 }),
          outcome: 'ok',
          workspace: '/w',
          // The cost in the file is Roo's own estimate.
          reportedUsd: undefined,
        },
        {
          keys: [`roo:${parent}/${t0 + 9_000}`],
          at: t0 + 12_000,
          began: t0 + 9_000,
          task,
          run: `${task}/${t0}`,
          mode: { kind: 'code', name: 'code' },
          model: 'claude-haiku-4-5',
          usage: usage({ uncachedInput: 1900, cacheRead: 21_000, output: 40 }),
          outcome: 'ok',
          workspace: '/w',
          reportedUsd: undefined,
        },
      ],
    );
    assert.doesNotMatch(JSON.stringify(rows), /secret/);
  });

  it('hang below the task that delegated to them, by their own file or by the index', async () => {
    for (const own of [true, false]) {
      const home = tempHome();
      const item = { id: child, parentTaskId: parent, rootTaskId: parent, workspace: '/w' };
      writeTask(
        taskPath(home, roo, child),
        [
          say(t0, 'text', 'x'),
          request(t0 + 1, { apiProtocol: 'openai', tokensIn: 100, tokensOut: 5, cacheWrites: 0, cacheReads: 60 }),
        ],
        own
          ? { 'history_item.json': item }
          : { '../_index.json': { version: 1, updatedAt: t0, entries: [{ id: parent }, item] } },
      );
      const [row] = (await scanned(home)).rows();
      assert.deepEqual([row?.task, row?.parent, row?.workspace], [`roo-code:${child}`, `roo-code:${parent}`, '/w']);
      assert.deepEqual(row?.usage, usage({ uncachedInput: 40, cacheRead: 60, output: 5 }));
    }
  });

  it('of before 3.29.5 counted input without the cache: one record shows it for the whole task', async () => {
    const home = tempHome();
    const info = { apiProtocol: 'anthropic', tokensOut: 1, cacheWrites: 0 };
    writeTask(taskPath(home, roo, parent), [
      say(t0, 'text', 'x'),
      request(t0 + 1, { ...info, tokensIn: 5000, cacheReads: 4000 }),
      request(t0 + 2, { ...info, tokensIn: 12, cacheReads: 9000 }),
    ]);
    const rows = (await scanned(home)).rows();
    assert.deepEqual(
      rows.map(({ usage: { uncachedInput, cacheRead } }) => [uncachedInput, cacheRead]),
      [
        [5000, 4000],
        [12, 9000],
      ],
    );
  });

  it('tell what was cancelled, what failed, and a summary that is only estimated', async () => {
    const home = tempHome();
    const counts = { apiProtocol: 'openai', tokensIn: 10, tokensOut: 1, cacheWrites: 0, cacheReads: 0 };
    writeTask(taskPath(home, roo, parent), [
      say(t0, 'text', 'x'),
      request(t0 + 1, { ...counts, cancelReason: 'user_cancelled' }),
      request(t0 + 2, { ...counts, cancelReason: 'streaming_failed', streamingFailedMessage: 'x' }),
      say(t0 + 3, 'condense_context', '', {
        contextCondense: { cost: 0.2, prevContextTokens: 90_000, newContextTokens: 4000, summary: 'x'.repeat(4000) },
      }),
    ]);
    const rows = (await scanned(home)).rows();
    assert.deepEqual(
      rows.map(({ kind, outcome, counted, usage: { uncachedInput, output } }) => [kind, outcome, counted, uncachedInput, output]),
      [
        ['work', 'cut', 'reported', 10, 1],
        ['work', 'error', 'reported', 10, 1],
        ['summary', 'ok', 'estimated', 90_000, 1000],
      ],
    );
  });

  it('are told apart by extension, in any editor; Kilo’s own provider reports its cost', async () => {
    const home = tempHome();
    const one = (ts: number, more = {}) => [
      say(ts, 'text', 'x'),
      request(ts + 1, {
        apiProtocol: 'openai',
        tokensIn: 10,
        tokensOut: ts - t0,
        cacheWrites: 0,
        cacheReads: 0,
        cost: 0.5,
        ...more,
      }),
    ];
    writeTask(taskPath(home, roo, parent, 'VSCodium'), one(t0 + 1));
    writeTask(taskPath(home, 'zoocodeorganization.zoo-code', child, 'Cursor'), one(t0 + 2));
    writeTask(taskPath(home, 'kilocode.kilo-code', child), one(t0 + 3, { inferenceProvider: 'Anthropic' }));
    writeTask(taskPath(home, 'kilocode.kilo-code', parent), one(t0 + 4, { usageMissing: true }));
    const rows = (await scanned(home)).rows();
    assert.deepEqual(
      rows.map(({ task, provider, reportedUsd, usage: { output } }) => [task, provider, reportedUsd, output]),
      [
        [`roo-code:${parent}`, 'unknown', undefined, 1],
        [`zoo-code:${child}`, 'unknown', undefined, 2],
        [`kilo:${child}`, 'kilo', '0.5', 3],
        [`kilo:${parent}`, 'unknown', undefined, 4],
      ],
    );
  });

  it('that are foreign or torn are skipped with a reason, nonsense in one is counted, and checkpoints are not walked', async () => {
    const home = tempHome();
    const counts = { apiProtocol: 'openai', tokensIn: 10, tokensOut: 7, cacheWrites: 0, cacheReads: 0 };
    writeTask(taskPath(home, roo, 'good'), [
      say(t0, 'text', 'x'),
      request(t0 + 1, { ...counts, tokensOut: -1 }),
      say(t0 + 2, 'api_req_started', '{"tokensIn":'),
      request(t0 + 3, counts),
    ]);
    writeTask(taskPath(home, roo, 'foreign'), { some: 'thing' } as never);
    writeTask(taskPath(home, roo, 'numbers'), [1, 2, 3] as never);
    writeTask(taskPath(home, roo, 'empty'), []);
    const git = join(taskPath(home, roo, 'good'), '..', 'checkpoints', '.git', 'objects', 'ab');
    mkdirSync(git, { recursive: true });
    writeTask(join(git, 'tasks', 'x', 'ui_messages.json'), [
      say(t0, 'text', 'x'),
      request(t0 + 1, { ...counts, tokensOut: 900 }),
    ]);
    const taken = await scanned(home);
    assert.equal(taken.output(), 7);
    const reasons = Object.entries(taken.reasons());
    assert.deepEqual(
      taken.batches
        .flatMap(({ skipped }) => skipped.map(({ path, reason, count }) => `${path.split('/').at(-2)} ${reason} ${count}`))
        .sort(),
      ['foreign foreign file 1', 'good not understood 2', 'numbers foreign file 1'],
    );
    assert.ok(reasons.length > 0);
    const [format] = rooAgent.sessions ?? [];
    assert.ok(format?.kind === 'document' && kiloTasks.kind === 'document');
    const [root] = format.roots(placesOf(home)).filter((path) => path.includes('/Code/'));
    const { folders } = discover(root ?? '', format.matches, new SkipLog(), format.enters);
    assert.ok(
      folders.every((folder) => !folder.includes('checkpoints')),
      folders.join(),
    );
  });
});
