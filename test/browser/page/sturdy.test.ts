import assert from 'node:assert/strict';
import type { Browser, Locator } from 'playwright-core';
import { findChromium, noChromium } from '../../../scripts/host/chromium.mjs';
import type { TaskRow } from '../../../src/protocol/rows.ts';
import type { BreakdownRow } from '../../../src/protocol/state.ts';
import type { ToPage } from '../../../src/protocol/webview.ts';
import { firstNav } from '../../../src/webview/nav.ts';
import { buildPage, type OpenPage, openBrowser, openPage, type PageFiles, type View } from './harness.ts';
import { type SampleBreakdown, sampleBreakdown, sampleState } from './sampleState.ts';
import { sampleList, samplePlan, sampleWhere, sampleWhy, sampleWorth } from './sampleViews.ts';

const task = 'kilo:ses_review';

/** The same with hundreds of millions in place of every amount. */
function withLargeAmounts<T>(message: T): T {
  const isAmount = (key: string, value: unknown): boolean => /usd$/i.test(key) && typeof value === 'string' && value !== '0';
  return JSON.parse(JSON.stringify(message), (key, value) => (isAmount(key, value) ? '123456789.123456789' : value));
}

/** Agents choose what their modes, models and folders are called. */
function withLongNames(): View {
  const long = 'a_name_without_any_place_to_break_it_whatever_the_width_of_the_page';
  const state = sampleState();
  const breakdown = sampleBreakdown();
  const task = (row: TaskRow): TaskRow => ({
    ...row,
    mode: long,
    model: `vendor/${long}`,
    workspace: `/home/${long}`,
    transitions: row.transitions.map((transition) => ({ ...transition, to: long })),
  });
  const group = (row: BreakdownRow): BreakdownRow => ({ ...row, label: long });
  return {
    state: {
      ...state,
      tasks: state.tasks.map(task),
      suggestions: state.suggestions.map((row) => ({ ...row, what: long, from: long, to: long })),
      scan: { ...state.scan, agents: [long], skipped: [{ path: `/${long}`, reason: long, count: 1_234 }] },
    },
    breakdown: {
      ...breakdown,
      byMode: breakdown.byMode.map(group),
      byModel: breakdown.byModel.map(group),
      byAgent: breakdown.byAgent.map(group),
      tasks: breakdown.tasks.map(task),
      requests: breakdown.requests.map((row) => ({ ...row, mode: long, model: long, kind: long })),
    },
    told: told(long),
  };
}

/** What every view is told besides, with names of that kind in place of the usual ones. */
function told(long?: string): readonly ToPage[] {
  const where = sampleWhere();
  const why = sampleWhy();
  const plan = samplePlan();
  const worth = sampleWorth();
  const list = sampleList();
  if (long === undefined) {
    return [
      { kind: 'where', where },
      { kind: 'why', why },
      { kind: 'plan', plan },
      { kind: 'worth', worth },
      { kind: 'list', list },
    ];
  }
  const group = (row: BreakdownRow): BreakdownRow => ({ ...row, label: long });
  return [
    {
      kind: 'where',
      where: {
        ...where,
        byKind: where.byKind.map(group),
        byWorkspace: where.byWorkspace.map(group),
        byBranch: where.byBranch.map(group),
        bySubagent: where.bySubagent.map(group),
        transitions: where.transitions.map((cell, n) => ({ ...cell, from: `${long}${n}`, to: `${long}${n % 3}` })),
      },
    },
    {
      kind: 'why',
      why: {
        ...why,
        amplified: why.amplified.map((row) => ({ ...row, agent: long, workspace: `/home/${long}` })),
        waste: why.waste.map((row) => ({ ...row, agent: long, subject: long, detail: long })),
      },
    },
    { kind: 'plan', plan: { ...plan, agents: plan.agents.map((row, n) => ({ ...row, agent: n ? row.agent : long })) } },
    {
      kind: 'worth',
      worth: {
        ...worth,
        commits: worth.commits.map((row) => ({ ...row, subject: long, branch: long })),
        branches: worth.branches.map((row, n) => ({ ...row, workspace: `/home/${long}`, branch: `${long}${n}` })),
      },
    },
    { kind: 'list', list: { ...list, requests: list.requests.map((row) => ({ ...row, mode: long, model: long, kind: long })) } },
  ];
}

/** What a page must stand: messages it cannot read, long lists, a task that ticks under the reader's hands. */
describe('the page under strain, in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let files: PageFiles;
  let open: OpenPage | undefined;

  const show = async (view: View = {}): Promise<OpenPage> => {
    open = await openPage(browser, files, { state: sampleState(), breakdown: sampleBreakdown(), ...view });
    return open;
  };
  /** Anything at all, as it is: not what the protocol allows. */
  const post = async (shown: OpenPage, data: unknown): Promise<void> => {
    await shown.page.evaluate((message) => window.postMessage(message, '*'), data);
    await shown.settle();
  };
  const complaint = (shown: OpenPage): Locator => shown.page.getByText('The meter sent something this page cannot read');

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
    assert.deepEqual(complaints, []);
  });

  after(async () => {
    await browser?.close();
  });

  for (const [name, data] of Object.entries<unknown>({
    'nothing at all': null,
    'a bare word': 'state',
    'a kind of its own': { kind: 'delta', rows: [] },
    'a state without tasks': { kind: 'state', state: { ...sampleState(), tasks: undefined } },
    'an amount that is none': { kind: 'state', state: sampleState({ week: { ...sampleState().week, resentUsd: '1e9' } }) },
    'a breakdown of a range nobody knows': {
      kind: 'breakdown',
      breakdown: { ...sampleBreakdown(), query: { range: 'century' } },
    },
  })) {
    it(`leaves out ${name}, says so, and goes on`, async () => {
      const shown = await show();
      await post(shown, data);
      assert.equal(await complaint(shown).count(), 1);
      assert.match((await shown.page.locator('main').textContent()) ?? '', /\$81\.20/, 'what was shown stays');
      await shown.page.getByRole('tab', { name: 'Where' }).click();
      await shown.page.getByRole('table', { name: 'By model' }).waitFor();
    });
  }

  const places = Object.entries<View>({
    now: {},
    where: { saved: { ...firstNav, tab: 'where' } },
    task: { saved: { ...firstNav, tab: 'where', task } },
    requests: { saved: { ...firstNav, tab: 'where', row: { by: 'mode', key: 'architect', label: 'architect', cursors: [] } } },
    why: { saved: { ...firstNav, tab: 'why' } },
    plan: { saved: { ...firstNav, tab: 'plan', inputs: { 'plan.claude-code': 'other' } } },
    worth: { saved: { ...firstNav, tab: 'worth' } },
    basis: { saved: { ...firstNav, tab: 'basis' } },
  });
  for (const [name, view] of places) {
    it(`has room for amounts of nine digits at 320 px: ${name}`, async () => {
      const shown = await show({
        ...view,
        width: 320,
        state: withLargeAmounts(sampleState()),
        breakdown: withLargeAmounts(sampleBreakdown()),
        told: told().map(withLargeAmounts),
      });
      assert.equal(await shown.overflow(), 0);
    });

    for (const [what, given] of [
      ['as usual', { told: told() }],
      ['with names that have no place to break', withLongNames()],
    ] as const) {
      it(`never scrolls sideways, at any width: ${name} ${what}`, async () => {
        const shown = await show({ ...given, ...view });
        const wide: number[] = [];
        for (let width = 320; width <= 1240; width += 40) {
          await shown.page.setViewportSize({ width, height: 900 });
          await shown.settle();
          if ((await shown.overflow()) > 0) wide.push(width);
        }
        assert.deepEqual(wide, []);
      });
    }
  }

  it('takes the complaint back with the next message of that kind that fits, not with one of another', async () => {
    const shown = await show({ theme: 'light', width: 600 });
    await post(shown, { kind: 'breakdown' });
    await shown.tell({ kind: 'state', state: sampleState({ now: sampleState().now + 500 }) });
    assert.equal(await complaint(shown).count(), 1);
    assert.deepEqual(await shown.findings(), []);
    await shown.screenshot('misfit');
    await shown.tell({ kind: 'breakdown', breakdown: sampleBreakdown() });
    assert.equal(await complaint(shown).count(), 0);
  });

  it('says it waits before anything came, and what is wrong when nothing can come', async () => {
    const shown = await show({ state: undefined, breakdown: undefined });
    await shown.page.getByText('Waiting for the meter…').waitFor();
    await shown.tell({ kind: 'problem', message: 'Run “Restart the meter service”.' });
    await shown.page.getByRole('heading', { name: 'The meter service cannot be reached' }).waitFor();
    assert.deepEqual(await shown.findings(), []);
    await shown.screenshot('unreachable');
  });

  it('does not say that nothing was spent on a quiet morning after a month of work', async () => {
    const { page } = await show({ state: sampleState({ tasks: [] }), breakdown: sampleBreakdown({ tasks: [], requests: [] }) });
    await page.getByText('No agent is running.').waitFor();
    assert.equal(await page.getByText('Nothing spent yet').count(), 0);
  });

  it('keeps the focus where it is while the task under it ticks', async () => {
    const shown = await show();
    const { page } = shown;
    const twistie = page.getByRole('button', { name: 'Hide details of Kilo Code, shop-api', exact: true });
    await twistie.focus();
    for (const usd of ['1.41', '1.4237', '1.5']) {
      const state = sampleState();
      const tasks = state.tasks.map((row) => (row.id === task ? { ...row, usd } : row));
      await shown.tell({ kind: 'state', state: { ...state, now: state.now + 300, tasks } });
    }
    await page.getByText('$1.50', { exact: true }).waitFor();
    assert.equal(await twistie.evaluate((element) => element === document.activeElement), true);
    const ring = await twistie.evaluate((element) => getComputedStyle(element).outlineStyle);
    assert.equal(ring, 'solid', 'a ring shows where the keyboard is');
    await twistie.press('Enter');
    assert.equal(await page.getByRole('table', { name: 'Requests, newest first' }).count(), 0);
  });

  it('lists the newest requests under a card, and all of them one press away', async () => {
    const shown = await show();
    const { page } = shown;
    const rows = page.locator('.requests tbody tr');
    assert.equal(await rows.count(), 6);
    await page.getByRole('button', { name: 'All 22 requests' }).press('Enter');
    await page.getByRole('button', { name: 'All tasks' }).waitFor();
    assert.equal(await rows.count(), 22);
    assert.equal(await page.getByRole('tab', { name: 'Where' }).getAttribute('aria-selected'), 'true');
  });

  it('walks through five thousand requests fifty at a time', async () => {
    const first = sampleBreakdown().requests.find((request) => request.task === task);
    assert.ok(first);
    const requests = Array.from({ length: 5_000 }, (_, n) => ({ ...first, id: `r${n}`, at: first.at - n * 1_000 }));
    const many = (count: number): SampleBreakdown => {
      const tasks = sampleBreakdown().tasks.map((row) => (row.id === task ? { ...row, requests: count } : row));
      return sampleBreakdown({ requests: requests.slice(0, count), tasks });
    };
    const shown = await show({ breakdown: many(5_000), saved: { ...firstNav, tab: 'where', task } });
    const { page } = shown;
    await page.getByText('1–50 of 5,000').waitFor();
    await page.getByRole('button', { name: 'Next' }).press('Enter');
    await page.getByText('51–100 of 5,000').waitFor();
    assert.equal(await page.locator('.requests tbody tr').count(), 50);
    await shown.tell({ kind: 'breakdown', breakdown: many(40) });
    assert.equal(await page.locator('.requests tbody tr').count(), 40);
  });
});
