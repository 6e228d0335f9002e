import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readDiscovery } from '../../src/service/discovery.ts';
import { claudeFolder, claudeLine } from './claudeSession.ts';
import { waitUntil } from './waitUntil.ts';
import { Walk } from './walk.ts';

/** One more answer of the model nobody knows: 50,000 tokens in and out. */
function answer(home: string, id: string): void {
  const line = claudeLine({ session: 'unpriced', id, model: 'nobody-knows-1', input: 50_000, output: 50_000 });
  appendFileSync(join(home, claudeFolder, 'unpriced.jsonl'), line);
}

describe('a model that no price is known of', function () {
  this.timeout(120_000);
  let walk: Walk;

  before(async () => {
    walk = await Walk.start({
      prepare: ({ home }) => {
        mkdirSync(join(home, claudeFolder), { recursive: true });
        answer(home, '1');
      },
    });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await walk.failed(this.currentTest.title);
  });

  after(async () => {
    await walk?.close();
  });

  const shows = (text: RegExp) =>
    waitUntil(async () => (text.test((await walk.statusItem().textContent()) ?? '') ? true : undefined), 30_000);

  it('is told to be out of a budget’s sight, which leads to a price', async () => {
    await shows(/unpriced/);
    const { port, controlToken } = readDiscovery(join(walk.places.state, 'discovery.json')) ?? assert.fail('no service');
    const set = await fetch(`http://127.0.0.1:${port}/api/budgets`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${controlToken}` },
      body: JSON.stringify({ scope: 'day', usd: '5', action: 'stop' }),
    });
    assert.equal(set.status, 200);
    answer(walk.places.home, '2');
    const toast = walk.toast('The budget of $5.00 cannot hold for');
    await toast.getByText('no price of nobody-knows-1 is known').waitFor({ timeout: 30_000 });
    await walk.screenshot('unpriced-under-budget');
    await toast.getByText('Give it a price', { exact: true }).click();
    await walk.page.locator('.quick-input-title', { hasText: 'What does nobody-knows-1 cost?' }).waitFor();
    await walk.page.keyboard.press('Escape');
  });

  it('gets one from the list of the book, and its past tokens too, when the user says so', async () => {
    await shows(/unpriced/);
    await walk.command('Spend Meter: Give a model a price…');
    await walk.page.locator('.quick-input-title', { hasText: 'What does nobody-knows-1 cost?' }).waitFor();
    await walk.page.locator('.quick-input-widget input.input').fill('claude-sonnet-4-5');
    await walk.screenshot('give-a-price');
    await walk.pick('claude-sonnet-4-5');
    const toast = walk.toast('nobody-knows-1 has a price from now on');
    await toast.getByText('Price the past too').click({ timeout: 30_000 });
    // A tenth of a million tokens in at $3 a million, as much out at $15.
    await walk.toast('2 past requests have a price now: $1.80').waitFor({ timeout: 30_000 });
    await shows(/\$1\.80\s*$/);
  });
});
