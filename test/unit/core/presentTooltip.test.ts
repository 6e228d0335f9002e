import assert from 'node:assert/strict';
import type { ShownState, ShownTask } from '../../../src/core/presentState.ts';
import { statusView } from '../../../src/core/presentStatus.ts';
import { type TooltipLink, tooltipMarkdown } from '../../../src/core/presentTooltip.ts';
import { ago, input, nothing, state, task, total } from './presentFixtures.ts';

/** The tooltip as text: blocks between `---`, links as `label→action(task)`. */
function tooltip(...args: Parameters<typeof input>): string {
  const { blocks, links } = statusView(input(...args)).tooltip;
  const row = links.map(({ label, action, task }) => `${label}→${action}${task ? `(${task})` : ''}`);
  return [...blocks.map((lines) => lines.join('\n')), row.join(' | ')].join('\n---\n');
}
const running = (...tasks: ShownTask[]): Parameters<typeof input>[0] => ({ state: { tasks } });

const sumsText = `Today: **$1.23**
Last 7 days: **$12.35 + ≈$4.10**
This month: **$40.10**
---
Most expensive task of 7 days: **$4.10** · Codex · plan
**68%** of what was sent in 7 days was history sent again: $5.12`;
const readText = `Session files read: 123 · Claude Code, Codex
Watching, Guard is off · prices as of 2026-11-20`;

describe('the tooltip', () => {
  it('tells about the task that runs', () => {
    assert.equal(
      tooltip(running(task({ budget: 'ok', budgetUsd: '1.00', run: { usd: '0.1' } }))),
      `**Claude Code** · code · \`claude-sonnet-4-6\`
**$0.42** · ▰▰▰▰▱▱▱▱▱▱ 42% of $1.00 budget · provider tokens at list price
This run: $0.10
Requests: 12
Tokens: 12.3K in, 401K cache read, 21K cache write, 3.21K out (1.1K reasoning)
---
${sumsText}
---
${readText}
---
Open breakdown→openBreakdown | Stop task→stopTask(claude-code:a) | Set budget→setBudget | What is read→showSources | Guard…→guardOn`,
    );
  });

  it('tells what is unpriced in tokens', () => {
    const text = tooltip(running(task({ usd: null, unpricedTokens: 12_345, basis: 'unpriced' })));
    assert.match(text, /^\*\*unpriced, 12,345 tokens\*\*$/m);
    assert.doesNotMatch(text.split('\n---\n')[0] ?? '', /\$/);
  });

  it('names others that run, the dearest first', () => {
    const others = ['0.2', '3', '0.1', '0.9', '0.5'].map((usd, at) =>
      task({ id: `codex:${at}`, agent: 'codex', mode: `m${at}`, usd, lastAt: ago(at + 1) }),
    );
    const sample = task({ id: 'sample:1', agent: 'sample', sample: true, usd: '9', lastAt: ago(9) });
    const text = tooltip(running(task(), sample, ...others));
    const block = text.split('\n---\n')[1];
    assert.equal(
      block,
      `**Also running**
Sample agent · code · $9.00 · sample
Codex · m1 · $3.00
Codex · m3 · $0.90
Codex · m4 · $0.50
and 2 more`,
    );
    assert.match(text, /Stop task→stopTask \|/);
  });

  it('tells a stopped task and offers to resume it', () => {
    const text = tooltip(running(task({ state: 'stopped', budget: 'exceeded', budgetUsd: '0.40', basis: 'estimated' })));
    assert.match(
      text,
      /^\*\*Claude Code\*\* · code · `claude-sonnet-4-6` · \*\*stopped\*\*\n\*\*\$0\.42\*\* · ▰{10} 105% of \$0\.40 budget · \*\*over budget\*\* · estimated$/m,
    );
    assert.match(text, /Resume task→resumeTask\(claude-code:a\)/);
    assert.doesNotMatch(text, /stopTask/);
  });

  it('tells the last task when nothing runs', () => {
    assert.match(tooltip(running(task({ state: 'idle' }))), /^\*\*Claude Code\*\* · code · `claude-sonnet-4-6` · last task$/m);
    assert.match(tooltip(running(task({ sample: true }))), /· sample, in no total$/m);
  });

  it('has one suggestion, as evidence and not as advice to switch', () => {
    const suggestion: ShownState['suggestions'][number] = {
      what: 'title',
      requests: 12,
      from: 'claude-opus-5-5',
      to: 'claude-haiku-5-5',
      spentUsd: '0.41',
      wouldUsd: '0.03',
      billing: 'metered',
      advice: { state: 'open', wouldLowUsd: '0.03', wouldHighUsd: '0.03' },
    };
    const text = tooltip({ state: { suggestions: [suggestion, { ...suggestion, what: 'x*y' }] } });
    assert.match(text, /^Cheaper: titles on `claude-opus-5-5` cost \$0\.41; the same tokens on `claude-haiku-5-5` \$0\.030$/m);
    assert.doesNotMatch(text, /x\\\*y/);
    for (const state of [undefined, 'applied', 'never']) {
      const other = { ...suggestion, advice: { state, wouldLowUsd: '0.03', wouldHighUsd: '0.03' } };
      assert.doesNotMatch(tooltip({ state: { suggestions: [other] } }), /Cheaper/);
    }
  });

  it('says that money of unknown kind is in the sums', () => {
    const unknown = { ...state().today, unknownUsd: '1' };
    assert.match(tooltip({ state: { today: unknown } }), /^Nobody has said yet whether a subscription covers part of this\.$/m);
  });

  it('teaches where nothing was found', () => {
    const openFile = {
      name: 'a`b.ts',
      quotes: [
        { model: 'claude-sonnet-4-6', tokens: 1_234, usd: '0.0037' },
        { model: 'new-model', tokens: 1_200, usd: null },
      ],
    };
    assert.equal(
      tooltip({ state: nothing, extras: { openFile } }),
      `**Nothing spent yet**
To send \`a'b.ts\` once would cost:
\`claude-sonnet-4-6\` · $0.0037 · 1,234 tokens
\`new-model\` · unpriced · 1,200 tokens
Start a coding agent in any terminal: what it costs appears here by itself.
---
${readText}
---
Open breakdown→openBreakdown | Run a sample task→runSample | What is read→showSources | Guard…→guardOn`,
    );
  });

  it('shows how far the reading is, and what was skipped', () => {
    const scan = {
      files: 10,
      filesDone: 4,
      bytes: 1_000,
      bytesDone: 420,
      done: false,
      agents: ['codex'],
      skipped: [{ count: 2 }, { count: 3 }],
    };
    assert.match(tooltip({ state: { scan } }), /^Reading session files: 42% · Codex · skipped: 5$/m);
  });

  it('says what is wrong and what can be done', () => {
    assert.equal(
      tooltip({ state: null, link: { kind: 'problem', message: 'No *SQLite* here.' } }),
      `**The meter cannot run here**
No \\*SQLite\\* here.
---
Restart the meter service→restartService | Show log→showLog`,
    );
    assert.match(tooltip({ link: { kind: 'off' } }), /Start it→restartService$/);
    assert.match(
      tooltip({ link: { kind: 'gone', since: 0 } }),
      /^\*\*The meter service is gone\*\*\nIt is being started anew\.\n---\nToday/,
    );
  });

  it('keeps Guard quiet: on or off is one word and one link', () => {
    assert.match(tooltip({ state: { guard: { on: true } } }), /^Guard is on · prices as of 2026-11-20$/m);
    assert.match(tooltip({ state: { guard: { on: true } } }), /Turn Guard off→guardOff$/);
  });
});

describe('tooltipMarkdown', () => {
  it('shows what agents wrote as text and nothing else', () => {
    const evil = task({ mode: '[x](command:evil)<img>$(error)\n# h', model: 'm`](command:evil)', agent: 'a*b' });
    const text = tooltipMarkdown(statusView(input(running(evil))).tooltip, () => 'command:own');
    const first = text.split('\n')[0];
    assert.equal(first, "**a\\*b** · \\[x\\](command:evil)\\<img\\>$ (error) \\# h · `m'](command:evil)`  ");
  });

  it('divides blocks by rules and links by dots', () => {
    const link = ({ action, task: id }: TooltipLink): string => `command:${action}${id ? `?${id}` : ''}`;
    const text = tooltipMarkdown(
      {
        blocks: [['a', 'b'], ['c']],
        links: [
          { label: 'A', action: 'openBreakdown' },
          { label: 'B', action: 'stopTask', task: 't' },
        ],
      },
      link,
    );
    assert.equal(text, 'a  \nb\n\n---\n\nc\n\n---\n\n[A](command:openBreakdown) · [B](command:stopTask?t)');
    assert.equal(tooltipMarkdown({ blocks: [['a']], links: [] }, link), 'a');
  });

  it('offers to say how an agent is billed while nobody has', () => {
    assert.doesNotMatch(tooltip(running(task())), /setBilling/);
    const today = total({ requests: 1, unknownUsd: '1.15' });
    assert.match(tooltip({ state: { tasks: [task()], today } }), /\| Say how it is billed…→setBilling \|/);
  });
});
