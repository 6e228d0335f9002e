import assert from 'node:assert/strict';
import type { ShownTask } from '../../../src/core/presentState.ts';
import { statusView } from '../../../src/core/presentStatus.ts';
import { runningTrees, taskTrees } from '../../../src/core/presentTasks.ts';
import { ago, input, nothing, now, someWeek, task, total } from './presentFixtures.ts';

const face = (...args: Parameters<typeof input>): readonly string[] => {
  const { text, severity } = statusView(input(...args));
  return severity === 'normal' ? [text] : [text, severity];
};
const running = (...tasks: ShownTask[]): Parameters<typeof input>[0] => ({ state: { tasks } });

describe('statusView', () => {
  it('shows cost and mode of the task that runs', () => {
    assert.deepEqual(face(running(task())), ['$(eye) $0.42 · code']);
    assert.deepEqual(face(running(task({ usd: '0.0042', mode: 'plan' }))), ['$(eye) $0.0042 · plan']);
    assert.deepEqual(face(running(task({ usd: '1234.5' }))), ['$(eye) $1,234.50 · code']);
  });

  it('marks plan value, and gives no number for what has no price', () => {
    assert.deepEqual(face(running(task({ billing: 'plan' }))), ['$(eye) ≈$0.42 · code']);
    assert.deepEqual(face(running(task({ billing: 'unknown' }))), ['$(eye) $0.42 · code']);
    assert.deepEqual(face(running(task({ usd: null, unpricedTokens: 12_345 }))), ['$(eye) unpriced · code']);
    assert.deepEqual(face(running(task({ unpricedTokens: 7 }))), ['$(eye) $0.42 + unpriced · code']);
  });

  it('sums what runs in parallel, and never mixes dollars with plan value', () => {
    const a = task();
    assert.deepEqual(face(running(a, task({ id: 'codex:b', usd: '1' }))), ['$(eye) $1.42 · 2 tasks']);
    assert.deepEqual(face(running(a, task({ id: 'codex:b', usd: '1', billing: 'plan' }))), ['$(eye) $0.42 + ≈$1.00 · 2 tasks']);
    assert.deepEqual(face(running(a, task({ id: 'codex:b', usd: '1', billing: 'unknown' }))), [
      '$(eye) $0.42 + $1.00? · 2 tasks',
    ]);
  });

  it('takes subtasks as part of their task, and shows the mode of the one that acts', () => {
    const parent = task({ id: 'kilo:p', mode: 'orchestrator', usd: '0.10', state: 'idle', lastAt: ago(1) });
    const child = task({ id: 'kilo:c', parent: 'kilo:p', mode: 'debug', usd: '0.20' });
    assert.deepEqual(face(running(child, parent)), ['$(eye) $0.30 · debug']);
    // Its parent is no longer listed.
    assert.deepEqual(face(running(child)), ['$(eye) $0.20 · debug']);
  });

  it('counts every task once when parents form a loop', () => {
    const a = task({ id: 'a', parent: 'b', usd: '1' });
    const b = task({ id: 'b', parent: 'a', usd: '2' });
    const below = task({ id: 'c', parent: 'a', usd: '4' });
    for (const tasks of [
      [a, b, below],
      [below, b, a],
      [b, below, a],
    ])
      assert.deepEqual(face(running(...tasks)), ['$(eye) $7.00 · code']);
  });

  it('tells a budget by number, word and colour', () => {
    const budget = (level: ShownTask['budget'], usd: string): readonly string[] =>
      face(running(task({ usd, budget: level, budgetUsd: '1.00' })));
    assert.deepEqual(budget('ok', '0.62'), ['$(eye) $0.62 · code · 62%']);
    assert.deepEqual(budget('ok', '0.001'), ['$(eye) $0.0010 · code · <1%']);
    assert.deepEqual(budget('warning', '0.82'), ['$(warning) $0.82 · code · 82% of budget']);
    assert.deepEqual(budget('exceeded', '1.02'), ['$(warning) $1.02 · code · over budget', 'warning']);
    assert.deepEqual(face(running(task({ budget: 'exceeded', budgetUsd: '0.1' }), task({ id: 'x', usd: '1' }))), [
      '$(warning) $1.42 · 2 tasks · over budget',
      'warning',
    ]);
  });

  it('never shows a share that contradicts the level', () => {
    // The budget is on the run: 0.30 of 1.00, whatever the task has cost before.
    assert.deepEqual(face(running(task({ usd: '5', budget: 'ok', budgetUsd: '1', run: { usd: '0.3' } }))), [
      '$(eye) $5.00 · code · 30%',
    ]);
    assert.deepEqual(face(running(task({ usd: '5', budget: 'ok', budgetUsd: '1' }))), ['$(eye) $5.00 · code']);
    assert.deepEqual(face(running(task({ usd: '5', budget: 'warning', budgetUsd: '1' }))), [
      '$(warning) $5.00 · code · near budget',
    ]);
    assert.deepEqual(face(running(task({ budget: 'exceeded', budgetUsd: '0' }))), [
      '$(warning) $0.42 · code · over budget',
      'warning',
    ]);
  });

  it('marks a sample and keeps it apart from real work', () => {
    const sample = task({ id: 'sample:1', agent: 'sample', sample: true, mode: 'architect' });
    assert.deepEqual(face(running(sample)), ['$(eye) $0.42 · architect · sample']);
    assert.deepEqual(face(running(sample, task({ usd: '2' }))), ['$(eye) $2.00 · code']);
  });

  it('says that a task was stopped, for a while', () => {
    const stopped = task({ state: 'stopped', budget: 'exceeded', budgetUsd: '0.1' });
    assert.deepEqual(face(running(stopped)), ['$(debug-stop) $0.42 · stopped', 'error']);
    assert.deepEqual(face(running({ ...stopped, sample: true })), ['$(debug-stop) $0.42 · stopped · sample', 'error']);
    assert.deepEqual(face(running({ ...stopped, lastAt: ago(30) })), ['$(eye) $1.23 today']);
    assert.deepEqual(face(running(stopped, task({ id: 'other', lastAt: ago(1) }))), ['$(eye) $0.42 · code']);
  });

  it('shows today when nothing runs, and what has just ended beside it', () => {
    assert.deepEqual(face(), ['$(eye) $1.23 today']);
    assert.deepEqual(face(running(task({ state: 'idle', lastAt: ago(1) }))), ['$(eye) $0.42 · code · $1.23 today']);
    assert.deepEqual(face(running(task({ state: 'idle', lastAt: ago(30) }))), ['$(eye) $1.23 today']);
  });

  it('shows the last task of another day when nothing was spent today', () => {
    const old = { today: total(), tasks: [task({ state: 'idle', lastAt: ago(3_000) })] };
    assert.deepEqual(face({ state: old }), ['$(history) $0.42 · code']);
    assert.deepEqual(face({ state: { today: total(), week: someWeek } }), ['$(eye) $0.00 today']);
  });

  it('counts the same running tasks wherever they are told', () => {
    const tasks = [
      task({ id: 'p', state: 'idle' }),
      task({ id: 'c', parent: 'p' }),
      task({ id: 'q' }),
      task({ id: 's', sample: true }),
    ];
    assert.deepEqual(
      runningTrees(taskTrees(tasks)).map(({ root }) => root.id),
      ['p', 'q'],
    );
    assert.deepEqual(
      runningTrees(taskTrees(tasks.slice(3))).map(({ root }) => root.id),
      ['s'],
    );
  });

  it('does not take a sample for the last task once it is no news', () => {
    const sample = task({ id: 'sample:1', sample: true, state: 'idle', lastAt: ago(20) });
    const real = task({ state: 'idle', usd: '3', lastAt: ago(3_000) });
    assert.deepEqual(face({ state: { today: total(), tasks: [sample, real] } }), ['$(history) $3.00 · code']);
    assert.deepEqual(face({ state: { ...nothing, tasks: [{ ...sample, lastAt: ago(1) }] } }), ['$(eye) $0.42 · code · sample']);
    assert.deepEqual(face({ state: { ...nothing, tasks: [sample] } }), ['$(eye) Spend Meter']);
  });

  it('keeps short whatever kinds of money there are: the tooltip has them all', () => {
    const all = { meteredUsd: '2.19', planUsd: '19.48', unknownUsd: '0.057', unpricedTokens: 9 };
    const today = total({ requests: 9, ...all });
    const ended = task({ state: 'idle', lastAt: ago(1) });
    assert.deepEqual(face({ state: { today, tasks: [ended] } }), ['$(eye) $0.42 · code · $2.19 + … today']);
    assert.deepEqual(face({ state: { today } }), ['$(eye) $2.19 + ≈$19.48 + … today']);
    const parallel = [task(), task({ id: 'b', billing: 'plan' }), task({ id: 'c', billing: 'unknown', unpricedTokens: 9 })];
    assert.deepEqual(face({ show: 'both', state: { today, tasks: parallel } }), [
      '$(eye) $0.42 + ≈$0.42 + … · 3 tasks · $2.19 + … today',
    ]);
    assert.match(statusView(input({ state: { today } })).label, /0\.057 US dollars.* 9 unpriced tokens/);
  });

  it('shows what the user chose', () => {
    const tasks = [task()];
    assert.deepEqual(face({ show: 'today', state: { tasks } }), ['$(eye) $1.23 today']);
    assert.deepEqual(face({ show: 'both', state: { tasks } }), ['$(eye) $0.42 · code · $1.23 today']);
    assert.deepEqual(face({ show: 'today', state: { tasks: [task({ state: 'idle' })] } }), ['$(eye) $1.23 today']);
    // A crossed budget is not hidden by the choice.
    assert.deepEqual(face({ show: 'today', state: { tasks: [task({ budget: 'exceeded', budgetUsd: '0.4' })] } }), [
      '$(warning) $0.42 · code · over budget',
      'warning',
    ]);
  });

  it('tells how it stands with the service', () => {
    assert.deepEqual(face({ state: null, link: { kind: 'starting' } }), ['$(pulse) Spend Meter']);
    assert.deepEqual(face({ link: { kind: 'off' } }), ['$(circle-slash) meter off']);
    assert.deepEqual(face({ link: { kind: 'problem', message: 'no node:sqlite' } }), ['$(circle-slash) meter cannot run']);
    // A restart that takes no time is no news.
    assert.deepEqual(face({ link: { kind: 'gone', since: now - 500 } }), ['$(eye) $1.23 today']);
    assert.deepEqual(face({ link: { kind: 'gone', since: now - 2_000 } }), ['$(debug-disconnect) meter gone']);
  });

  it('tells that it is still reading, or that there is nothing', () => {
    const scan = { files: 10, filesDone: 9, bytes: 1_000, bytesDone: 420, done: false, agents: [], skipped: [] };
    assert.deepEqual(face({ state: { ...nothing, scan } }), ['$(search) reading 42%']);
    assert.deepEqual(face({ state: { ...nothing, scan: { ...scan, bytes: 0 } } }), ['$(search) reading 90%']);
    assert.deepEqual(face({ state: { ...nothing, scan: { ...scan, bytes: 0, files: 0 } } }), ['$(search) reading 0%']);
    assert.deepEqual(face({ state: nothing }), ['$(eye) Spend Meter']);
    // As soon as something is known it is shown.
    assert.deepEqual(face({ state: { scan } }), ['$(eye) $1.23 today']);
  });

  it('lets no agent put an icon or a line break into the status bar', () => {
    assert.deepEqual(face(running(task({ mode: 'a $(error)\nb' }))), ['$(eye) $0.42 · a $ (error) b']);
    assert.deepEqual(face(running(task({ mode: 'x'.repeat(40) }))), [`$(eye) $0.42 · ${'x'.repeat(15)}…`]);
  });

  it('writes money as the reader does', () => {
    const view = statusView(input({ ...running(task({ usd: '1234.5' })), reader: { locale: 'de', t: input().reader.t } }));
    assert.equal(view.text, '$(eye) 1.234,50\u00a0$ · code');
  });
});

describe('the spoken label', () => {
  const label = (...args: Parameters<typeof input>): string => statusView(input(...args)).label;

  it('says the same in words', () => {
    assert.equal(
      label(running(task({ budget: 'ok', budgetUsd: '1.00' }))),
      'Spend Meter: Claude Code, mode code, 0.42 US dollars; 42% of budget; today 1.23 US dollars; Watching, Guard is off',
    );
    assert.equal(
      label(running(task({ billing: 'plan' }), task({ id: 'b', usd: '1' }))),
      'Spend Meter: 2 tasks running, 1.00 US dollars + about 0.42 US dollars covered by a plan; today 1.23 US dollars; Watching, Guard is off',
    );
    assert.equal(
      label(running(task({ state: 'stopped', sample: true, agent: 'sample' }))),
      'Spend Meter: Sample agent, mode code, 0.42 US dollars; stopped; sample; Watching, Guard is off',
    );
    assert.equal(
      label(running(task({ usd: null, unpricedTokens: 12_345 }))),
      'Spend Meter: Claude Code, mode code, 12,345 unpriced tokens; today 1.23 US dollars; Watching, Guard is off',
    );
    assert.equal(label(), 'Spend Meter: today 1.23 US dollars; Watching, Guard is off');
    assert.match(face({ state: { guard: { on: true } } })[0] ?? '', /^\$\(pulse\) /);
    assert.match(label({ state: { guard: { on: true } } }), /; Guard is on$/);
    assert.equal(label({ state: nothing }), 'Spend Meter: no agent has spent anything yet; Watching, Guard is off');
    assert.equal(
      label({ link: { kind: 'problem', message: 'This editor is too old.' } }),
      'Spend Meter: This editor is too old.',
    );
    assert.equal(label({ link: { kind: 'gone', since: 0 } }), 'Spend Meter: the meter service is gone and is being started anew');
  });
});
