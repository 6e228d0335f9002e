import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { findChromium, noChromium } from '../../../scripts/host/chromium.mjs';
import type { Total } from '../../../src/protocol/state.ts';
import { firstNav, type Nav } from '../../../src/webview/nav.ts';
import { buildPage, type OpenPage, openBrowser, openPage, type PageFiles, type View } from './harness.ts';
import { sampleCards, samplePolicy } from './sampleAdvice.ts';
import { emptyBreakdown, emptyState, sampleBreakdown, sampleState } from './sampleState.ts';
import { sampleList, samplePlan, sampleWhere, sampleWhy, sampleWorth } from './sampleViews.ts';
import { themeNames } from './themes.ts';

const task = 'kilo:ses_review';

/** Where a reader may be, by the name of its screenshots. */
const places: Readonly<Record<string, View>> = {
  now: {},
  where: { saved: at({ tab: 'where' }), told: [{ kind: 'where', where: sampleWhere() }] },
  task: { saved: at({ tab: 'where', task }) },
  requests: {
    saved: at({ tab: 'where', row: { by: 'mode', key: 'architect', label: 'architect', cursors: [] } }),
    told: [{ kind: 'list', list: sampleList() }],
  },
  why: { saved: at({ tab: 'why' }), told: [{ kind: 'why', why: sampleWhy() }] },
  plan: {
    saved: at({ tab: 'plan', inputs: { 'plan.claude-code': 'claude-max', 'plan.copilot': 'copilot-pro' } }),
    told: [{ kind: 'plan', plan: samplePlan() }],
  },
  worth: { saved: at({ tab: 'worth' }), told: [{ kind: 'worth', worth: sampleWorth() }] },
  basis: { saved: at({ tab: 'basis' }) },
  empty: { state: emptyState(), breakdown: emptyBreakdown() },
};

function at(part: Partial<Nav>): Nav {
  return { ...firstNav, ...part };
}

async function words(shown: OpenPage, selector: string): Promise<string> {
  return (await shown.page.locator(selector).textContent()) ?? '';
}

describe('the page by itself, in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let files: PageFiles;
  let open: OpenPage | undefined;

  const show = async (view: View = {}): Promise<OpenPage> => {
    open = await openPage(browser, files, { state: sampleState(), breakdown: sampleBreakdown(), ...view });
    return open;
  };

  before(async function () {
    if (!findChromium()) {
      console.warn(`      SKIPPED: ${noChromium}`);
      this.skip();
    }
    files = await buildPage();
    browser = await openBrowser();
  });

  afterEach(async () => {
    const complaints = open?.complaints ?? [];
    await open?.close();
    open = undefined;
    assert.deepEqual(complaints, [], 'the page is quiet, and its content policy had nothing to refuse');
  });

  after(async () => {
    await browser?.close();
  });

  for (const theme of themeNames) {
    for (const [place, view] of Object.entries(places)) {
      it(`${place} in ${theme}: nothing serious for axe, nothing sticks out`, async () => {
        const shown = await show({ theme, ...view });
        await shown.screenshot(`${place}-${theme}-1200`);
        assert.deepEqual(await shown.findings(), []);
        for (const width of [900, 600, 320]) {
          await shown.page.setViewportSize({ width, height: 900 });
          await shown.settle();
          assert.equal(await shown.overflow(), 0, `${width} px wide`);
          await shown.screenshot(`${place}-${theme}-${width}`);
        }
        assert.deepEqual(await shown.findings(), []);
      });
    }
  }

  for (const place of ['now', 'where', 'why', 'plan', 'worth', 'basis', 'empty']) {
    it(`${place} in Simplified Chinese, and enlarged to twice its size`, async () => {
      const shown = await show({ theme: 'light', language: 'zh-cn', ...places[place] });
      await shown.screenshot(`${place}-zh-cn`);
      assert.match(await words(shown, 'main'), /\p{Script=Han}/u);
      await shown.close();
      const large = await show({ zoom: 2, width: 1200, ...places[place] });
      assert.equal(await large.overflow(), 0);
      await large.screenshot(`${place}-zoom-2`);
    });
  }

  it('reads from right to left without sticking out', async () => {
    const shown = await show({ rightToLeft: true, width: 600 });
    await shown.screenshot('now-right-to-left');
    const outside = await shown.page.evaluate(() =>
      [...document.querySelectorAll('.band')].filter((band) => {
        const [name, ground] = ['.band-name', '.band-ground'].map((part) => band.querySelector(part)?.getBoundingClientRect());
        return name && ground && (name.left < ground.left || name.right > ground.right);
      }),
    );
    assert.equal(outside.length, 0, 'the names of modes stay in their bands');
    assert.equal(await shown.overflow(), 0);
  });

  it('tells what runs as the status bar does: tasks with their subtasks, without a sample beside them', async () => {
    const shown = await show();
    const running = shown.page.locator('dl.figures .figure').first();
    assert.match((await running.textContent()) ?? '', /\$1\.44.*1 task/);
    const { state, sample } = { state: sampleState(), sample: sampleState().tasks.filter((row) => row.sample) };
    await shown.tell({ kind: 'state', state: { ...state, now: state.now + 500, tasks: sample } });
    assert.match((await running.textContent()) ?? '', /sample.*1 task/);
  });

  it('says it is ready, then which view and range it shows, asks for the open task’s requests, and nothing more', async () => {
    const shown = await show();
    const list = { query: { range: 'task' as const, task }, by: 'task' as const, key: task };
    assert.deepEqual(shown.sent, [
      { kind: 'ready' },
      { kind: 'view', view: 'now', query: { range: '7d' } },
      { kind: 'list', list },
      // Anew with each breakdown, which comes when something was spent.
      { kind: 'list', list },
    ]);
  });

  it('goes through the views by keyboard', async () => {
    const { page } = await show();
    await page.getByRole('tab', { name: 'Now' }).focus();
    await page.keyboard.press('ArrowRight');
    const where = page.getByRole('tab', { name: 'Where' });
    assert.equal(await where.getAttribute('aria-selected'), 'true');
    assert.equal(await where.evaluate((tab) => tab === document.activeElement), true);
    await page.getByRole('table', { name: 'By model' }).waitFor();
    await page.keyboard.press('End');
    await page.getByRole('heading', { name: 'How sure these numbers are' }).waitFor();
    await page.keyboard.press('Home');
    await page.getByRole('heading', { name: 'Running' }).first().waitFor();
  });

  it('stops and resumes a task with a press, and says so politely', async () => {
    const shown = await show();
    const { page } = shown;
    const stop = page.getByRole('button', { name: /^Stop Kilo Code, shop-api:/ });
    await stop.press('Enter');
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), { kind: 'stop', task });
    assert.match((await stop.textContent()) ?? '', /Stopping/);

    const state = sampleState();
    const tasks = state.tasks.map((row) => (row.id === task ? { ...row, state: 'stopped' as const } : row));
    await shown.tell({ kind: 'state', state: { ...state, now: state.now + 400, tasks } });
    assert.match(await words(shown, '[role="status"]'), /^Kilo Code, shop-api stopped at \$1\.37\.$/);
    await page.getByRole('button', { name: /^Resume Kilo Code, shop-api:/ }).press('Enter');
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), { kind: 'resume', task });
  });

  it('stays silent while amounts tick', async () => {
    const shown = await show();
    const state = sampleState();
    const tasks = state.tasks.map((row) => ({ ...row, usd: row.usd === null ? null : '9.99' }));
    await shown.tell({ kind: 'state', state: { ...state, now: state.now + 500, tasks } });
    assert.match(await words(shown, 'main'), /\$9\.99/);
    assert.equal(await words(shown, '[role="status"]'), '');
  });

  it('asks for another range and tells its total once it is there', async () => {
    const shown = await show(places.where);
    await shown.page.getByLabel('Range', { exact: true }).selectOption('30d');
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), { kind: 'view', view: 'where', query: { range: '30d' } });
    await shown.page.getByText('Adding up…').waitFor();
    await shown.tell({ kind: 'breakdown', breakdown: sampleBreakdown({ query: { range: '30d' } }) });
    assert.match(await words(shown, '[role="status"]'), /^Last 30 days: \$2\.\d\d/);
  });

  it('says how sure the numbers are, and by how much the estimated part may be off', async () => {
    const shown = await show(places.basis);
    const row = shown.page.getByRole('table', { name: /^Cost of the range/ }).getByRole('row', { name: /^Estimated/ });
    assert.match((await row.textContent()) ?? '', /± \$0\.\d+/);
  });

  it('sorts a table from its headings and remembers how', async () => {
    const shown = await show(places.where);
    const table = shown.page.getByRole('table', { name: 'By agent' });
    const names = async (): Promise<readonly string[]> => table.locator('tbody th').allInnerTexts();
    assert.deepEqual(await names(), ['Claude Code', 'Kilo Code', 'Codex', 'OpenCode']);
    await table.getByRole('button', { name: 'Agent' }).press('Enter');
    await shown.settle();
    assert.deepEqual(await names(), ['Claude Code', 'Codex', 'Kilo Code', 'OpenCode']);
    assert.equal(await table.getByRole('columnheader', { name: 'Agent' }).getAttribute('aria-sort'), 'ascending');
    const kept = await shown.page.evaluate(() => JSON.stringify((window as unknown as { keptState: unknown }).keptState));
    assert.match(kept, /"agent":\{"column":"name","direction":"ascending"\}/);
    assert.doesNotMatch(kept, /usd|tokens/, 'what was measured is not kept');
  });

  it('leads from a task to its requests and back to where the reader was', async () => {
    const shown = await show(places.where);
    const { page } = shown;
    const row = page.getByRole('table', { name: 'Tasks' }).getByRole('button', { name: /^Claude Code/ });
    await row.press('Enter');
    const heading = page.getByRole('heading', { level: 2, name: /Claude Code/ });
    await heading.waitFor();
    assert.equal(await heading.evaluate((element) => element === document.activeElement), true);
    assert.equal(await page.locator('.requests tbody tr').count(), 50, 'of 170 requests a page is in the document');
    await page.getByRole('button', { name: 'Next' }).press('Enter');
    await page.getByText('51–100 of 170').waitFor();
    await page.getByRole('button', { name: 'All tasks' }).press('Enter');
    await row.waitFor();
    assert.equal(await row.evaluate((element) => element === document.activeElement), true);
  });

  it('narrows every view by agent, workspace and branch, and back', async () => {
    const shown = await show(places.why);
    const { page } = shown;
    await page.getByLabel('Branch', { exact: true }).selectOption('checkout');
    await page.getByLabel('Agent', { exact: true }).selectOption({ label: 'Kilo Code' });
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), { kind: 'view', view: 'why', query: { range: '7d', branch: 'checkout', agent: 'kilo' } });
    await page.getByText('Adding up…').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).press('Enter');
    await page.getByRole('table', { name: 'Turns × context × price' }).waitFor();
    await page.getByLabel('Workspace', { exact: true }).selectOption({ label: 'shop-api' });
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), { kind: 'view', view: 'why', query: { range: '7d', workspace: '/home/mira/shop-api' } });
  });

  it('asks for days of one’s own, whose end never lies before their beginning', async () => {
    const shown = await show();
    const { page } = shown;
    await page.getByLabel('Range', { exact: true }).selectOption('custom');
    await page.getByLabel('From').fill('2026-03-01');
    await page.getByLabel('To', { exact: true }).fill('2026-02-20');
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), {
      kind: 'view',
      view: 'now',
      query: { range: 'custom', from: '2026-02-20', to: '2026-02-20' },
    });
  });

  it('asks once for a date that is typed, when it is confirmed or left, and not for what it is on the way', async () => {
    const query = { range: 'custom' as const, from: '2026-03-01', to: '2026-03-10' };
    const shown = await show({ saved: at({ tab: 'where', query }) });
    const { page } = shown;
    const asked = () => shown.sent.flatMap((message) => (message.kind === 'view' ? [message.query] : []));
    const to = page.getByLabel('To', { exact: true });
    await to.focus();
    for (const key of '01112026') {
      await page.keyboard.press(key);
      // The page is told of new figures while somebody types.
      await shown.tell({ kind: 'state', state: sampleState({ now: sampleState().now + 100 }) });
    }
    assert.equal(await to.inputValue(), '2026-01-11');
    assert.deepEqual(asked(), [query]);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await shown.settle();
    assert.deepEqual(asked().slice(1), [{ ...query, from: '2026-01-11', to: '2026-01-11' }]);
    await page.getByLabel('From').focus();
    for (const key of '01010002') await page.keyboard.press(key);
    await page.getByLabel('Range', { exact: true }).focus();
    await shown.settle();
    assert.equal(asked().length, 2, 'a year nothing was metered in');
    assert.equal(await page.getByLabel('From').inputValue(), '2026-01-11');
  });

  it('offers days up to the one it is where the meter runs', async () => {
    const ahead = { timeZone: 'Pacific/Kiritimati' };
    const shown = await show({ init: ahead, state: sampleState({ now: Date.UTC(2026, 2, 12, 11) }) });
    await shown.page.getByLabel('Range', { exact: true }).selectOption('custom');
    assert.equal(await shown.page.getByLabel('To', { exact: true }).inputValue(), '2026-03-13');
    assert.equal(await shown.page.getByLabel('To', { exact: true }).getAttribute('max'), '2026-03-13');
  });

  it('looks at one task: the newest, or the one that was drilled into', async () => {
    const shown = await show(places.task);
    await shown.page.getByRole('button', { name: 'Only this task' }).press('Enter');
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), { kind: 'view', view: 'where', query: { range: 'task', task } });
    await shown.tell({ kind: 'breakdown', breakdown: sampleBreakdown({ query: { range: 'task', task } }) });
    await shown.page.getByText('Kilo Code, shop-api').first().waitFor();
  });

  it('leads from a row to its requests, page by page, and back to the row', async () => {
    const shown = await show(places.where);
    const { page } = shown;
    const row = page.getByRole('table', { name: 'By mode' }).getByRole('button', { name: 'architect' });
    await row.press('Enter');
    await shown.settle();
    const query = { range: '7d' as const };
    assert.deepEqual(shown.sent.at(-1), { kind: 'list', list: { query, by: 'mode', key: 'architect' } });
    const list = sampleList();
    await shown.tell({ kind: 'list', list });
    const heading = page.getByRole('heading', { level: 2, name: 'Requests: architect' });
    assert.equal(await heading.evaluate((element) => element === document.activeElement), true);
    assert.equal(await page.locator('.requests tbody tr').count(), list.requests.length);
    await page.getByRole('button', { name: 'Next' }).press('Enter');
    await shown.settle();
    const last = list.requests.at(-1);
    assert.deepEqual(shown.sent.at(-1), {
      kind: 'list',
      list: { query, by: 'mode', key: 'architect', before: { at: last?.at, id: last?.id } },
    });
    await page.getByText('Page 2').or(page.getByText('Adding up…')).first().waitFor();
    await page.getByRole('button', { name: 'All tables' }).press('Enter');
    await row.waitFor();
    assert.equal(await row.evaluate((element) => element === document.activeElement), true);
  });

  it('keeps the list of a row up to date, and says when it cannot be read', async () => {
    const shown = await show({ ...places.requests, told: [] });
    const { page } = shown;
    const list = { query: { range: '7d' as const }, by: 'mode' as const, key: 'architect' };
    const asked = () => shown.sent.filter(({ kind }) => kind === 'list').length;
    await shown.tell({ kind: 'failed', asked: { kind: 'list', list } });
    assert.equal(await page.getByText('Adding up…').count(), 0);
    const before = asked();
    await page.getByRole('button', { name: 'Try again' }).press('Enter');
    await shown.settle();
    assert.deepEqual([asked(), shown.sent.at(-1)], [before + 1, { kind: 'list', list }]);
    await page.getByText('Adding up…').waitFor();
    await shown.tell({ kind: 'list', list: sampleList() });
    const rows = page.locator('.requests tbody tr');
    assert.equal(await rows.count(), sampleList().requests.length);
    await shown.tell({ kind: 'breakdown', breakdown: sampleBreakdown() });
    assert.equal(asked(), before + 2, 'something was spent');
    await shown.tell({ kind: 'failed', asked: { kind: 'list', list } });
    assert.equal(await rows.count(), sampleList().requests.length, 'what was read stays');
    await page.getByText('This could not be read.').waitFor();
    await shown.tell({ kind: 'list', list: { ...sampleList(), requests: sampleList().requests.slice(1) } });
    assert.equal(await rows.count(), sampleList().requests.length - 1);
    assert.equal(await page.getByText('This could not be read.').count(), 0);
  });

  it('lists a task’s own requests, wherever they lie in time, page by page, and says which part is exported', async () => {
    const of = sampleBreakdown().tasks.find(({ agent }) => agent === 'claude-code');
    assert.ok(of);
    const shown = await show({ saved: at({ tab: 'where', task: of.id }) });
    const { page } = shown;
    const all = sampleBreakdown().requests.filter((request) => request.task === of.id).length;
    const exported = async () => {
      await page.getByRole('button', { name: 'Export…' }).press('Enter');
      await shown.settle();
      const sent = shown.sent.at(-1);
      assert.equal(sent?.kind, 'export');
      return sent.tables.find(({ caption }) => caption.startsWith('Requests'));
    };
    await page.getByText(`last 50 of ${all}`).waitFor();
    assert.equal((await exported())?.caption, `Requests, newest first · newest 50 of ${all}`);
    await page.getByText(`1–50 of ${all}`).waitFor();
    for (const range of [`51–100 of ${all}`, `101–150 of ${all}`, `151–${all} of ${all}`]) {
      await page.getByRole('button', { name: 'Next' }).press('Enter');
      await page.getByText(range).waitFor();
    }
    assert.equal(await page.getByRole('button', { name: 'Next' }).isDisabled(), true);
    await page.getByText(`last 120 of ${all}`).waitFor();
    const whole = await exported();
    assert.deepEqual([whole?.caption, whole?.rows.length], ['Requests, newest first', all]);
    shown.lists = 'failing';
    await shown.tell({ kind: 'breakdown', breakdown: sampleBreakdown() });
    await page.getByText('This could not be read.').waitFor();
    assert.equal((await exported())?.rows.length, all, 'what was read stays');
  });

  it('says when a view cannot be read, and asks for it again', async () => {
    const shown = await show({ saved: at({ tab: 'why' }) });
    const asked = { kind: 'view' as const, view: 'why' as const, query: { range: '7d' as const } };
    await shown.tell({ kind: 'failed', asked });
    await shown.page.getByRole('button', { name: 'Try again' }).press('Enter');
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), asked);
    await shown.tell({ kind: 'why', why: sampleWhy() });
    assert.equal(await shown.page.getByText('This could not be read.').count(), 0);
  });

  it('asks who pays where nobody has said', async () => {
    const shown = await show(places.where);
    await shown.page.getByRole('button', { name: 'Say Who Pays…' }).press('Enter');
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), { kind: 'command', command: 'setBilling' });
  });

  it('exports what is seen, with exact figures', async () => {
    const shown = await show(places.where);
    await shown.page.getByRole('button', { name: 'Export…' }).press('Enter');
    await shown.settle();
    const sent = shown.sent.at(-1);
    assert.equal(sent?.kind, 'export');
    const tables = sent.tables;
    assert.deepEqual(
      tables.map(({ caption }) => caption),
      [
        'By day',
        'By mode',
        'By model',
        'By agent',
        'By kind of request',
        'By workspace',
        'By branch',
        'Sub-agents',
        'Mode changes, from × to',
        'Tasks',
      ],
    );
    const branches = tables.find(({ caption }) => caption === 'By branch');
    assert.deepEqual(branches?.columns, ['Branch', 'Cost (USD)', '≈ Plan (USD)', 'Not known (USD)', 'Tokens']);
    assert.deepEqual(branches?.rows[0]?.slice(0, 3), ['main', '1.2', '6.4']);
    await shown.page.getByRole('tab', { name: 'Why' }).click();
    await shown.tell({ kind: 'why', why: sampleWhy() });
    await shown.page.getByRole('button', { name: 'Export…' }).press('Enter');
    await shown.settle();
    const later = shown.sent.at(-1);
    assert.ok(later?.kind === 'export' && later.tables.every(({ caption }) => caption !== 'By branch'), 'only what is seen');
  });

  it('exports every table with its headings in the reader’s language, each of them once', async () => {
    for (const [place, view] of Object.entries(places)) {
      const shown = await show({ language: 'zh-cn', ...view });
      await shown.page.locator('button.export').press('Enter');
      await shown.settle();
      const sent = shown.sent.at(-1);
      assert.equal(sent?.kind, 'export');
      for (const { caption, columns } of sent.tables) {
        assert.deepEqual(
          columns.filter((column) => !/\p{Script=Han}/u.test(column)),
          [],
          `${place}: ${caption}`,
        );
        assert.equal(new Set(columns).size, columns.length, `${place}: ${caption}: ${columns.join()}`);
      }
      await shown.close();
    }
    open = undefined;
  });

  it('says of what has no price that it has none, in totals and in exports, and never $0', async () => {
    const unpriced = (total: Total): Total => ({
      ...total,
      meteredUsd: '0',
      planUsd: '0',
      unknownUsd: '0',
      estimatedUsd: '0',
      unpricedTokens: 4_200,
    });
    const { total, byMode } = sampleBreakdown();
    const shown = await show({
      saved: at({ tab: 'where' }),
      breakdown: sampleBreakdown({
        total: unpriced(total),
        byMode: byMode.map((row) => ({ ...row, total: unpriced(row.total) })),
      }),
      told: [
        {
          kind: 'where',
          where: {
            ...sampleWhere(),
            transitions: sampleWhere().transitions.map((cell) => ({
              ...cell,
              meteredUsd: '0',
              planUsd: '0',
              unknownUsd: '0',
              unpriced: cell.count,
            })),
          },
        },
      ],
    });
    assert.match(await words(shown, 'dl.totals'), /^Real dollarsunpriced/);
    assert.match(
      (await shown.page
        .getByRole('table', { name: /^Mode changes/ })
        .last()
        .textContent()) ?? '',
      /unpriced/,
    );
    await shown.page.getByRole('button', { name: 'Export…' }).press('Enter');
    await shown.settle();
    const sent = shown.sent.at(-1);
    assert.equal(sent?.kind, 'export');
    const modes = sent.tables.find(({ caption }) => caption === 'By mode');
    assert.deepEqual(modes?.columns, ['Mode', 'Cost (USD)', 'Unpriced tokens', 'Tokens']);
    for (const row of modes?.rows ?? []) assert.deepEqual(row.slice(1, 3), [null, 4_200]);
    const changes = sent.tables.find(({ caption }) => caption.startsWith('Mode changes'));
    assert.equal(changes?.columns.at(-1), 'Times unpriced');
    assert.equal(changes?.rows[0]?.[4], null);
  });

  it('tells workspaces of the same name apart, in table, filter and export', async () => {
    const where = sampleWhere();
    const paths = ['/home/mira/shop/app', '/home/mira/blog/app'];
    const byWorkspace = where.byWorkspace.slice(0, 2).map((row, i) => ({ ...row, key: paths[i] ?? '', label: paths[i] ?? '' }));
    const { choices } = sampleBreakdown();
    const { page, ...shown } = await show({
      saved: at({ tab: 'where' }),
      breakdown: sampleBreakdown({ choices: { ...choices, workspaces: paths } }),
      told: [{ kind: 'where', where: { ...where, byWorkspace } }],
    });
    const names = ['app — blog', 'app — shop'];
    const table = page.getByRole('table', { name: 'By workspace' });
    assert.deepEqual([...(await table.locator('tbody th').allInnerTexts())].sort(), names);
    assert.deepEqual([...(await page.getByLabel('Workspace', { exact: true }).locator('option').allInnerTexts())].sort(), [
      'All workspaces',
      ...names,
    ]);
    assert.match(
      (await table.getByRole('button', { name: 'app — shop' }).getAttribute('title')) ?? '',
      /\/home\/mira\/shop\/app/,
    );
    await page.getByRole('button', { name: 'Export…' }).press('Enter');
    await open?.settle();
    const sent = shown.sent.at(-1);
    assert.equal(sent?.kind, 'export');
    const rows = sent.tables.find(({ caption }) => caption === 'By workspace')?.rows ?? [];
    assert.deepEqual(rows.map(([name]) => name).sort(), [...paths].sort());
  });

  it('compares a subscription with its value, and a machine of one’s own with other assumptions', async () => {
    const shown = await show({ ...places.plan, saved: at({ tab: 'plan' }) });
    const { page } = shown;
    const claude = page.getByRole('article', { name: 'Claude Code' });
    await claude.getByLabel('Your plan').selectOption('claude-max');
    // $212.93 of a plan of $100, 11 d 14.5 h into a month of 31 days.
    assert.match((await claude.textContent()) ?? '', /worth 2\.1× its price so far, 5\.7× at this pace/);
    await claude.getByLabel('Your plan').selectOption('other');
    await claude.getByLabel('Price per month (USD)').fill('50');
    assert.match((await claude.textContent()) ?? '', /worth 4\.3× its price/);
    assert.match(await words(shown, 'main'), /real dollars · It would not pay\./);
    await page.getByLabel('Hardware (USD)').fill('0');
    await page.getByLabel('Upkeep a month (USD)').fill('0');
    assert.match(await words(shown, 'main'), /real dollars · It would pay\./);
    const kept = await page.evaluate(() => JSON.stringify((window as unknown as { keptState: unknown }).keptState));
    assert.match(kept, /"own\.hardwareUsd":"0"/);
    for (const absurd of ['1e25', '1e-320', '-3']) {
      for (const input of await page.locator('fieldset.assumptions input').all()) await input.fill(absurd);
      assert.match(await words(shown, 'main'), /It would (not )?pay\./, absurd);
    }
  });

  it('says of one task nothing about days before it', async () => {
    const query = { range: 'task' as const, task };
    const shown = await show({
      saved: at({ tab: 'why', query }),
      told: [{ kind: 'why', why: { ...sampleWhy(), query, before: null } }],
    });
    const factors = shown.page.getByRole('table', { name: 'Turns × context × price' });
    assert.deepEqual(await factors.locator('thead th').allInnerTexts(), ['Factor', 'Now']);
    assert.doesNotMatch(await words(shown, 'main'), /before/i);
  });

  it('copies a task’s receipt', async () => {
    const shown = await show(places.task);
    await shown.page.getByRole('button', { name: 'Copy receipt' }).press('Enter');
    await shown.settle();
    assert.deepEqual(shown.sent.at(-1), { kind: 'receipt', task });
  });

  it('teaches how to start when there is nothing yet', async () => {
    const shown = await show(places.empty);
    await shown.page.getByRole('button', { name: 'Run a Sample Task' }).press('Enter');
    await shown.page.getByRole('button', { name: 'Guard Agents in the Terminal…' }).press('Enter');
    await shown.settle();
    assert.deepEqual(shown.sent.slice(-2), [
      { kind: 'command', command: 'runSample' },
      { kind: 'command', command: 'guardOn' },
    ]);
  });

  it('shows a suggestion with its range, the user’s own record, what came of others, and takes the answer', async () => {
    const shown = await show({
      saved: at({ tab: 'where' }),
      state: sampleState({ suggestions: sampleCards() }),
      told: [
        { kind: 'where', where: sampleWhere() },
        { kind: 'policy', policy: samplePolicy() },
      ],
    });
    const card = shown.page.getByRole('article', { name: /^One mode costs most/ }).first();
    const text = (await card.textContent()) ?? '';
    for (const part of ['$22.40', '$3.10–$8.05', '29 of 31', '6 of 7']) assert.ok(text.includes(part), `${part}: ${text}`);
    assert.match(await words(shown, 'main'), /Promised 77% less, cost 4% more/);
    assert.deepEqual(await shown.findings(), []);
    await shown.screenshot('suggestions');
    await shown.page.getByRole('button', { name: 'Apply: minimax/minimax-m3 for code…' }).click();
    await shown.page.getByRole('combobox', { name: 'Offer a cheaper model for Kilo Code · code' }).selectOption('never');
    const sent = shown.sent.filter(({ kind }) => kind === 'card' || kind === 'allow');
    assert.deepEqual(sent, [
      { kind: 'card', id: sampleCards()[0]?.id, action: 'apply' },
      { kind: 'allow', name: 'kilo/code', allow: 'never' },
    ]);
  });

  it('tells once, and quietly, what Guard would add; every task that runs can be stopped without it, and its budget raised', async () => {
    const shown = await show({ state: sampleState({ guard: { on: false, baseUrls: {}, environment: {} } }) });
    assert.equal(await shown.page.getByText('Watching only.').count(), 1);
    await shown.screenshot('now-guard-off');
    await shown.tell({ kind: 'breakdown', breakdown: sampleBreakdown({ requests: [] }) });
    const active = sampleState().tasks.filter(({ state }) => state !== 'idle');
    const running = active.filter(({ state }) => state === 'running');
    assert.equal(await shown.page.getByRole('button', { name: /^Stop / }).count(), running.length);
    const limited = active.filter(({ budget }) => budget !== 'none');
    assert.equal(await shown.page.getByRole('button', { name: /^Raise the budget/ }).count(), limited.length);
  });

  it('says what happened when the service is gone, keeps the numbers, and recovers', async () => {
    const shown = await show();
    await shown.tell({ kind: 'problem', message: 'The service does not answer. Reload the window to start it again.' });
    await shown.page.getByRole('heading', { name: 'The meter service cannot be reached' }).waitFor();
    assert.match(await words(shown, 'main'), /Reload the window[\s\S]*\$81\.20/);
    assert.deepEqual(await shown.findings(), []);
    await shown.screenshot('problem');
    await shown.tell({ kind: 'state', state: sampleState({ now: sampleState().now + 900 }) });
    assert.equal(await shown.page.getByRole('heading', { name: 'The meter service cannot be reached' }).count(), 0);
    assert.equal(await words(shown, '[role="status"]'), 'The meter service is back.');
  });

  it('stands still for those who asked for it', async () => {
    const shown = await show({ reducedMotion: true });
    const moving = await shown.page.evaluate(
      () => document.getAnimations().filter((each) => each.playState === 'running').length,
    );
    assert.equal(moving, 0);
  });

  it('keeps thousands of requests out of the document', async () => {
    const { requests, total } = sampleBreakdown();
    const [first] = requests.filter((request) => request.task === task);
    assert.ok(first);
    const many = Array.from({ length: 5_000 }, (_, n) => ({ ...first, id: `r${n}`, at: first.at - n * 1_000 }));
    const tasks = sampleState().tasks.map((row) => (row.id === task ? { ...row, requests: 5_000 } : row));
    const shown = await show({
      state: sampleState({ tasks }),
      breakdown: sampleBreakdown({ requests: many, total: { ...total, requests: 5_000 } }),
    });
    assert.ok((await shown.page.locator('*').count()) < 2_500);
    await shown.page.getByText('last 50 of 5,000').waitFor();
    await shown.page.getByRole('button', { name: 'All 5,000 requests' }).waitFor();
  });
});
