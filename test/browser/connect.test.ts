import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claudeFolder, claudeLine } from './claudeSession.ts';
import { waitUntil } from './waitUntil.ts';
import { Walk } from './walk.ts';

/** Something that was spent: when the status bar shows it, window and service are ready. */
const spent = claudeLine({ session: 'connect', id: '1', input: 100_000, output: 1_000 });

/** As their owner wrote them. */
const own = {
  '.claude/settings.json': '{\n    // mine\n    "cleanupPeriodDays": 20,\n}\n',
  '.config/Code/User/settings.json': '{\n\t"editor.fontSize": 13\n}\n',
};

describe('connecting an agent in a window', function () {
  this.timeout(120_000);
  let walk: Walk;

  before(async () => {
    walk = await Walk.start({
      prepare: ({ home }) => {
        const session = { [`${claudeFolder}/connect.jsonl`]: spent };
        for (const [name, text] of Object.entries({ ...own, ...session })) {
          mkdirSync(dirname(join(home, name)), { recursive: true });
          writeFileSync(join(home, name), text);
        }
      },
    });
    await waitUntil(async () => (/\$/.test((await walk.statusItem().textContent()) ?? '') ? true : undefined), 60_000);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await walk.failed(this.currentTest.title);
  });

  after(async () => {
    await walk?.close();
  });

  const text = (name: keyof typeof own): string => readFileSync(join(walk.places.home, name), 'utf8');
  const launcher = (): string => join(walk.places.state, 'bin', 'spend-meter-hook');
  const row = (agent: string, kind: string) =>
    walk.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: agent }).filter({ hasText: kind });
  const choose = async (agent: string, kind: string): Promise<void> => {
    await walk.command('Spend Meter: Connect an agent…');
    await row(agent, kind).first().click();
  };

  it('shows what it would change, and changes nothing on Cancel', async () => {
    await choose('Claude Code', 'hooks');
    await walk.page.locator('.editor.modified', { hasText: 'spend-meter-hook' }).waitFor();
    const toast = walk.toast('It can be undone');
    await toast.waitFor();
    await walk.screenshot('connect-difference');
    await toast.getByText('Cancel', { exact: true }).click();
    await toast.waitFor({ state: 'detached' });
    await walk.page.locator('.tab', { hasText: 'settings.json' }).waitFor({ state: 'detached' });
    assert.equal(text('.claude/settings.json'), own['.claude/settings.json']);
    assert.equal(existsSync(launcher()), false);
  });

  it('changes what it showed, and that alone', async () => {
    for (const [agent, kind, from] of [
      ['Claude Code', 'hooks', 'from its next start on.'],
      ['GitHub Copilot', 'telemetry', 'in windows that are opened or reloaded from now on.'],
    ] as const) {
      await choose(agent, kind);
      const toast = walk.toast('It can be undone');
      await toast.getByText('Change It', { exact: true }).click();
      await walk.toast(`${agent} is connected ${from}`).waitFor();
    }
    assert.ok(text('.claude/settings.json').includes(launcher()));
    assert.ok(text('.claude/settings.json').includes('// mine\n    "cleanupPeriodDays": 20'));
    assert.ok(existsSync(launcher()));
    assert.match(
      text('.config/Code/User/settings.json'),
      /"github\.copilot\.chat\.otel\.otlpEndpoint": "http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/otlp"/,
    );
  });

  it('takes all of it out again, to the byte', async () => {
    await walk.command('Spend Meter: Disconnect agents…');
    await row('Claude Code', 'hooks').waitFor();
    await row('GitHub Copilot', 'telemetry').waitFor();
    await walk.screenshot('disconnect');
    await walk.page.keyboard.press('Enter');
    await walk.toast('Taken out; the settings are as they were.').waitFor();
    for (const name of Object.keys(own) as (keyof typeof own)[]) assert.equal(text(name), own[name]);
    await waitUntil(async () => (existsSync(launcher()) ? undefined : true), 10_000);
  });
});
