import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from './waitUntil.ts';
import { Walk } from './walk.ts';

describe('a model that no price is known of', function () {
  this.timeout(120_000);
  let walk: Walk;

  before(async () => {
    walk = await Walk.start({
      prepare: ({ home }) => {
        const folder = join(home, '.claude', 'projects', '-home-somebody-shop');
        mkdirSync(folder, { recursive: true });
        const line = {
          type: 'assistant',
          isSidechain: false,
          sessionId: 'unpriced',
          cwd: '/home/somebody/shop',
          requestId: 'req_1',
          timestamp: new Date().toISOString(),
          message: {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            model: 'nobody-knows-1',
            content: [{ type: 'text', text: 'done' }],
            stop_reason: 'end_turn',
            usage: { input_tokens: 100_000, output_tokens: 100_000 },
          },
        };
        writeFileSync(join(folder, 'unpriced.jsonl'), `${JSON.stringify(line)}\n`);
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
    await walk.toast('1 past requests have a price now: $1.80').waitFor({ timeout: 30_000 });
    await shows(/\$1\.80\s*$/);
  });
});
