import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { waitUntil } from './waitUntil.ts';
import { narrow, type Theme, themes, Walk, wide } from './walk.ts';

/** What a newcomer does in the first minutes, without an agent and without a key. */
describe('status bar, breakdown and Stop, walked through in a browser', function () {
  this.timeout(120_000);
  let walk: Walk;
  const stopButton = (): Locator => walk.webview().getByRole('button', { name: /^Stop .*: cut its answer/ });
  const statusText = async (): Promise<string> => ((await walk.statusItem().textContent()) ?? '').trim();

  before(async () => {
    // The sample's answers at twice their pace: long enough to be stopped, short enough to be seen to its end.
    walk = await Walk.start({
      env: { SPEND_METER_SAMPLE_PACE: '0.5' },
      prepare: ({ workspace }) => writeFileSync(join(workspace, 'notes.md'), 'a line of notes\n'.repeat(2_000)),
    });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await walk.failed(this.currentTest.title);
  });

  after(async () => {
    await walk?.close();
  });

  it('shows a meter that works in the status bar, with a spoken label', async () => {
    const item = walk.statusItem();
    await item.waitFor({ timeout: 30_000 });
    const label = await waitUntil(async () => {
      const spoken = (await item.getAttribute('aria-label')) ?? '';
      return /starting|reading/.test(spoken) ? undefined : spoken;
    }, 30_000);
    assert.match(label, /Spend Meter: no agent has spent anything yet/);
    await walk.screenshot('status-bar');
  });

  it('tells in its tooltip what the open file would cost to send, and how to begin', async () => {
    await walk.page.keyboard.press('Control+P');
    await walk.page.keyboard.type('notes.md');
    await walk.pick('notes.md');
    const text = await waitUntil(async () => {
      const hover = await walk.tooltip();
      const shown = (await hover.textContent()) ?? '';
      if (shown.includes('notes.md')) return shown;
      await walk.leaveTooltip();
      return undefined;
    }, 30_000);
    await walk.screenshot('tooltip');
    assert.match(text, /To send notes\.md once would cost/);
    assert.match(text, /\$0\.\d+/);
    await walk.leaveTooltip();
  });

  it('prices the open file on a few models', async () => {
    await walk.command('Spend Meter: Price this selection or file');
    const rows = walk.page.locator('.quick-input-list .monaco-list-row');
    await rows
      .filter({ hasText: /claude-/ })
      .first()
      .waitFor({ timeout: 30_000 });
    assert.ok((await rows.count()) >= 3);
    await walk.screenshot('price-file');
    await walk.page.keyboard.press('Escape');
  });

  it('opens the breakdown with a click', async () => {
    await walk.statusItem().locator('a').first().click();
    await walk.webview().getByRole('tablist').waitFor({ timeout: 30_000 });
    assert.equal(await walk.webview().locator('.problem').count(), 0);
    await walk.screenshot('breakdown-empty');
  });

  it('ticks while the sample task runs, in status bar and breakdown', async () => {
    await walk.command('Spend Meter: Run a sample task');
    await walk.toast('A sample task runs').waitFor({ timeout: 30_000 });
    const first = await waitUntil(async () => {
      const text = await statusText();
      return /\$\d.*sample/.test(text) ? text : undefined;
    }, 30_000);
    const later = await waitUntil(async () => {
      const text = await statusText();
      return text !== first && /\$\d.*sample/.test(text) ? text : undefined;
    }, 30_000);
    assert.notEqual(later, first);
    await stopButton().first().waitFor({ timeout: 30_000 });
    await walk.screenshot('sample-running');
  });

  it('keeps an open tooltip still while the amount ticks', async () => {
    await walk.tooltip();
    await walk.page.evaluate(() => {
      const seen = { written: 0 };
      Object.assign(window, { hoverSeen: seen });
      const hover = document.querySelector('.workbench-hover-container');
      new MutationObserver(() => seen.written++).observe(hover ?? document.body, { childList: true, subtree: true });
    });
    let ticks = 0;
    let last = await statusText();
    await waitUntil(async () => {
      const text = await statusText();
      if (text !== last) ticks++;
      last = text;
      return ticks >= 8 ? true : undefined;
    }, 30_000);
    const written = await walk.page.evaluate(() => (window as unknown as { hoverSeen: { written: number } }).hoverSeen.written);
    assert.ok(written < ticks / 2, `written ${written} times in ${ticks} ticks`);
    await walk.leaveTooltip();
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`is shown in ${theme}, wide and narrow`, async () => {
      await walk.theme(theme);
      await walk.screenshot(`breakdown-${theme}`);
      await walk.page.setViewportSize(narrow);
      await walk.screenshot(`breakdown-${theme}-narrow`);
      await walk.page.setViewportSize(wide);
    });
  }

  it('stops the task with a click and says what was cut', async () => {
    await walk.theme('dark');
    await stopButton().first().click();
    await walk.toast(/is stopped at/).waitFor({ timeout: 30_000 });
    await waitUntil(async () => (/stopped/.test(await statusText()) ? true : undefined), 10_000);
    await walk.screenshot('sample-stopped');
  });

  it('shows a whole run: every mode, the price of each change, the budget reached', async () => {
    await walk.command('Spend Meter: Run a sample task');
    await walk.toast('A sample task runs').waitFor({ timeout: 30_000 });
    await walk
      .toast(/is over its budget/)
      .first()
      .waitFor({ timeout: 60_000 });
    await waitUntil(async () => (/debug/.test(await statusText()) ? true : undefined), 60_000);
    for (const mode of ['orchestrator', 'architect', 'code', 'debug']) {
      assert.notEqual(await walk.webview().getByText(mode, { exact: true }).count(), 0, mode);
    }
    await walk.command('Notifications: Clear All Notifications');
    await walk.page.setViewportSize({ width: 1280, height: 1000 });
    await walk.screenshot('sample-whole-run');
  });
});
