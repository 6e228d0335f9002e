import assert from 'node:assert/strict';
import { narrow, type Theme, themes, Walk, wide } from './walk.ts';

describe('status bar and breakdown, walked through in a browser', function () {
  this.timeout(120_000);
  let walk: Walk;

  before(async () => {
    walk = await Walk.start();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await walk.failed(this.currentTest.title);
  });

  after(async () => {
    await walk?.close();
  });

  it('shows the meter in the status bar, with a spoken label', async () => {
    const item = walk.statusItem();
    await item.waitFor({ timeout: 30_000 });
    assert.notEqual((await item.textContent())?.trim(), '');
    assert.notEqual(((await item.getAttribute('aria-label')) ?? '').trim(), '');
    await walk.screenshot('status-bar');
  });

  it('tells more in its tooltip', async () => {
    const hover = await walk.tooltip();
    assert.notEqual((await hover.textContent())?.trim(), '');
    await walk.screenshot('tooltip');
    await walk.page.keyboard.press('Escape');
    await walk.page.mouse.move(0, 0);
  });

  it('opens the breakdown with a click', async () => {
    await walk.statusItem().locator('a').first().click();
    const page = walk.webview().locator('body');
    await page.locator('h1, h2, [role="tablist"]').first().waitFor({ timeout: 30_000 });
    await walk.screenshot('breakdown-dark');
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`looks right in ${theme}, wide and narrow`, async () => {
      await walk.theme(theme);
      await walk.screenshot(`breakdown-${theme}`);
      await walk.page.setViewportSize(narrow);
      await walk.screenshot(`breakdown-${theme}-narrow`);
      await walk.page.setViewportSize(wide);
    });
  }
});
