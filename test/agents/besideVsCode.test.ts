import assert from 'node:assert/strict';
import { findChromium, noChromium } from '../../scripts/host/chromium.mjs';
import { waitUntil } from '../browser/waitUntil.ts';
import { drawUsage, prose } from '../standIn/turn.ts';
import { claudeCode, cline, codex, copilot, gemini, kilo, opencode, qwen } from './clis.ts';
import { WindowBench } from './windowBench.ts';

describe('Claude Code in a guarded terminal, beside a real VS Code', function () {
  this.timeout(120_000);
  let bench: WindowBench | undefined;

  before(function () {
    if (findChromium()) return;
    console.log(`!!!! skipped: ${noChromium}`);
    this.skip();
  });

  afterEach(async () => {
    await bench?.stop();
  });

  it('moves the status bar while it answers, and is ended by a click on Stop', async () => {
    bench = await WindowBench.start(claudeCode);
    const { standIn, random, walk } = bench;
    standIn.script({
      blocks: [{ kind: 'text', text: prose(random, 3) }],
      usage: drawUsage(random, 'anthropic', false),
      endless: { after: Number.POSITIVE_INFINITY, reached: () => {}, goOn: new Promise(() => {}) },
    });
    const { ended } = await bench.run('Write and write.');

    const cost = async (): Promise<string | undefined> => /\$[\d.]+/.exec((await walk.statusItem().textContent()) ?? '')?.[0];
    const first = await waitUntil(cost, 60_000);
    await waitUntil(async () => ((await cost()) === first ? undefined : true), 30_000);
    await walk.screenshot('claude-code-running');

    await walk.statusItem().locator('a').first().click();
    await walk
      .webview()
      .getByRole('button', { name: /^Stop .*: cut its answer/ })
      .first()
      .click({ timeout: 30_000 });
    assert.match(await ended, /Spend Meter: you stopped this task/);
    const paid = standIn.served.filter(({ side }) => !side);
    assert.equal(paid.length, 1);
    await standIn.until(() => paid[0]?.left !== undefined);
    await waitUntil(async () => (/stopped/.test((await walk.statusItem().textContent()) ?? '') ? true : undefined), 10_000);
    await walk.screenshot('claude-code-stopped');
  });
});

describe('an agent that waits for its answer when VS Code is closed', function () {
  this.timeout(180_000);
  let bench: WindowBench | undefined;

  before(function () {
    if (!findChromium()) this.skip();
  });

  afterEach(async () => {
    await bench?.stop();
  });

  for (const cli of [claudeCode, codex, opencode, kilo, cline, copilot, gemini, qwen]) {
    it(`gets it, and is counted to the token: ${cli.name}`, async () => {
      const started = await WindowBench.start(cli);
      bench = started;
      const { standIn, random, walk } = started;
      const usage = drawUsage(random, cli.family, false);
      let release = (): void => {};
      const hold = new Promise<void>((resolve) => {
        release = resolve;
      });
      standIn.script({ blocks: [{ kind: 'text', text: 'The last words.' }], usage, hold });
      const { ended } = await started.run('Say your last words.');
      await standIn.until(() => standIn.served.some(({ side }) => !side));
      await walk.quit();
      release();
      const settled = waitUntil(async () => {
        const rows = await started.work();
        return rows.length > 0 && rows.every(({ outcome }) => outcome !== 'running') ? rows : undefined;
      }, 60_000);
      assert.match(await ended, /The last words\./);
      const [row, ...more] = await settled;
      assert.equal(more.length, 0);
      assert.equal(row?.outcome, 'ok');
      assert.deepEqual([row?.usage.cacheRead, row?.usage.output], [usage.cacheRead, usage.output]);
      assert.deepEqual(standIn.rejected, []);
    });
  }
});
